"""A remark on a place in a file, as people read it: the place, the line itself, and a caret."""

from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.sources.files import printable

#: Columns of a source line that are shown around the caret.
_WINDOW = 100


class Stretch(NamedTuple):
    """Where in a file; lines and columns count from 1, the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


def remark(
    head: str, stretch: Stretch | None, line: str | None, notes: Sequence[str], help: str | None
) -> str:
    """A head line, the excerpt under it where there is one, and the lines that explain it."""
    text = [head]
    if stretch is not None and line is not None:
        text += _excerpt(stretch, line)
    text += [f"  note: {printable(note)}" for note in notes]
    if help:
        text.append(f"  help: {printable(help)}")
    return "\n".join(text) + "\n"


def _excerpt(stretch: Stretch, line: str) -> list[str]:
    """The source line and a caret under the place, cut to a window where the line is long."""
    column = stretch.column - 1
    end = stretch.end_column - 1 if stretch.end_line == stretch.line else len(line)
    start = max(0, column - _WINDOW // 2) if len(line) > _WINDOW else 0
    shown = line[start : start + _WINDOW]
    number = str(stretch.line)
    carets = "^" * max(1, min(end, start + len(shown)) - column)
    indent = " " * len(_visible(line[start:column]))
    cut = "…" if start else ""
    return [
        f"  {number} | {cut}{_visible(shown)}",
        f"  {' ' * len(number)} | {' ' * len(cut)}{indent}{carets}",
    ]


def _visible(text: str) -> str:
    """Tabs as one space, and nothing that could steer a terminal."""
    return printable(text.replace("\t", " "))
