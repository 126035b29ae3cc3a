"""A diagnostic as text: place, source line, caret, notes and help."""

from cnnaudit.errors import Diagnostic, Region
from cnnaudit.sources.files import printable

#: Columns of a source line that are shown around the caret.
_WINDOW = 100


def with_excerpt(head: str, diagnostic: Diagnostic) -> str:
    """A head line, the source line of the region if it has one, notes and help."""
    lines = [head]
    region = diagnostic.region
    if region is not None and region.text is not None:
        lines += _excerpt(region, region.text)
    lines += [f"  note: {printable(note)}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"  help: {printable(diagnostic.help)}")
    return "\n".join(lines) + "\n"


def _excerpt(region: Region, line: str) -> list[str]:
    """The source line and a caret below the region; a long line is cut to a window."""
    column = region.column - 1
    end = region.end_column - 1 if region.end_line == region.line else len(line)
    start = max(0, column - _WINDOW // 2) if len(line) > _WINDOW else 0
    shown = line[start : start + _WINDOW]
    number = str(region.line)
    carets = "^" * max(1, min(end, start + len(shown)) - column)
    indent = " " * len(_visible(line[start:column]))
    cut = "…" if start else ""
    return [
        f"  {number} | {cut}{_visible(shown)}",
        f"  {' ' * len(number)} | {' ' * len(cut)}{indent}{carets}",
    ]


def _visible(text: str) -> str:
    """Tabs as one space, and no control characters."""
    return printable(text.replace("\t", " "))
