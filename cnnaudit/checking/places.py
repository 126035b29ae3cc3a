"""Where a finding is shown: in the file that is checked, whose lines its author can change.

A layer that a file inherits is written elsewhere; the finding then stands at ``extends`` or
``backbone``, and a note says where the layer is.
"""

from functools import lru_cache
from typing import NamedTuple

from cnnaudit.checking.outcome import Located
from cnnaudit.errors import Diagnostic, Span
from cnnaudit.parsing.document import Document
from cnnaudit.rules.rule import Finding, Level
from cnnaudit.rules.subject import Subject
from cnnaudit.sources.files import lines_of

#: Characters of a source line that is still shown.
_LONGEST = 2000


class Place(NamedTuple):
    """Where a finding is shown, and where its layer is written (None: nowhere)."""

    shown: Span | None
    written: Span | None
    note: str | None = None


def place_of(finding: Finding, subject: Subject) -> Place:
    """The place of what a rule found."""
    written = finding.span
    if written is None and finding.layer is not None:
        written = subject.spans.get(finding.layer)
    document = subject.document
    if document is None:
        return Place(written, written)
    if written is None:
        return Place(_first_line(document), None)
    if written.source is document.source:
        return Place(written, written)
    where = f"{finding.layer or 'this'} is written at {written.source.path}:{written.line}"
    return Place(_reference(document), written, where)


def _first_line(document: Document) -> Span:
    """The first key, for what is about the file as a whole."""
    span = document.span
    end = span.end_column if span.end_line == span.line else _length(span) + 1
    return span._replace(end_line=span.line, end_column=end)


def _reference(document: Document) -> Span:
    """Where the document names the file that its layers come from."""
    if document.base is not None:
        return document.base.span
    if document.backbone is not None:
        return document.backbone.file.span
    return _first_line(document)


def _length(span: Span) -> int:
    return len(_lines(span.source.text)[span.line - 1].rstrip())


def located(
    code: str,
    name: str,
    level: Level,
    message: str,
    path: str,
    span: Span | None,
    layer: str | None = None,
    help: str | None = None,
    notes: tuple[str, ...] = (),
) -> Located:
    """A finding at a span, with the text of its line."""
    about = (code, name, level, message, path)
    if span is None:
        return Located(*about, layer=layer, help=help, notes=notes)
    lines = _lines(span.source.text)
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    excerpt = line if len(line) <= _LONGEST else None
    return Located(*about, *span[1:], layer, help, notes, excerpt)


def from_diagnostic(found: Diagnostic) -> Located:
    """An input error as a finding."""
    about = (found.code, found.name, Level.ERROR, found.message, found.path)
    return located(*about, found.span, None, found.help, found.notes)


@lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    return lines_of(text)
