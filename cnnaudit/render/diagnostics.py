"""Diagnostics as text: place, message, source line, caret, and help."""

from collections.abc import Iterable

from cnnaudit.errors import Diagnostic, Region
from cnnaudit.render.excerpt import with_excerpt
from cnnaudit.sources.files import printable


def render(errors: Iterable[Diagnostic]) -> str:
    """``path:line:column: error[CODE]: message`` and the lines that explain it, for each."""
    return "\n".join(with_excerpt(_head(error), error) for error in errors)


def location_text(path: str, region: Region | None) -> str:
    """``path:line:column``, or the path alone for a file as a whole."""
    shown = printable(path)
    return shown if region is None else f"{shown}:{region.line}:{region.column}"


def _head(error: Diagnostic) -> str:
    location = location_text(error.path, error.region)
    return f"{location}: {error.level}[{error.code}]: {printable(error.message)}"
