"""Errors as people read them: place, message, the line itself, a caret, and what to write."""

from collections.abc import Iterable

from cnnaudit.errors import Diagnostic, Span
from cnnaudit.parsing.source import lines_of, printable

#: Columns of a source line that are shown around the caret.
_WINDOW = 100


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """``path:line:column: error[CODE]: message`` and the lines that explain it, for each."""
    cache: dict[int, list[str]] = {}
    parts = []
    for diagnostic in diagnostics:
        span = diagnostic.span
        lines = []
        if span is not None:
            source = span.source
            if id(source) not in cache:
                cache[id(source)] = lines_of(source.text)
            lines = cache[id(source)]
        parts.append(_one(diagnostic, lines))
    return "\n".join(parts)


def _one(diagnostic: Diagnostic, lines: list[str]) -> str:
    span = diagnostic.span
    place = f"{diagnostic.path}:{span.line}:{span.column}" if span else diagnostic.path
    text = [f"{place}: error[{diagnostic.code}]: {printable(diagnostic.message)}"]
    if span is not None and 0 < span.line <= len(lines):
        text += _excerpt(span, lines[span.line - 1])
    text += [f"  note: {printable(note)}" for note in diagnostic.notes]
    if diagnostic.help:
        text.append(f"  help: {printable(diagnostic.help)}")
    return "\n".join(text) + "\n"


def _excerpt(span: Span, line: str) -> list[str]:
    """The source line and a caret under the place, cut to a window where the line is long."""
    column = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    start = max(0, column - _WINDOW // 2) if len(line) > _WINDOW else 0
    shown = line[start : start + _WINDOW]
    number = str(span.line)
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
