"""Errors as people read them: place, message, the line itself, a caret, and what to write."""

from collections.abc import Iterable

from cnnaudit.errors import Diagnostic
from cnnaudit.render.excerpt import Stretch, remark
from cnnaudit.sources.files import lines_of, printable


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
    head = f"{place}: error[{diagnostic.code}]: {printable(diagnostic.message)}"
    stretch = Stretch(*span[1:]) if span else None
    line = lines[span.line - 1] if span and 0 < span.line <= len(lines) else None
    return remark(head, stretch, line, diagnostic.notes, diagnostic.help)
