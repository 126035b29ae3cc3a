"""Where a finding is shown: in the file that is checked, whose lines its author can change.

The layers that a file inherits are written elsewhere; a finding in one of them stands at
``extends`` or ``backbone``, and a note names the line of the layer.
"""

from typing import NamedTuple

from cnnaudit.errors import Diagnostic, Region, Span, region_of
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding

#: Characters of a source line that is still shown.
_LONGEST = 2000


class FindingLocation(NamedTuple):
    """Where a finding is shown, and where its layer is written (None: nowhere)."""

    shown: Span | None
    written: Span | None
    note: str | None = None


def locate(finding: Finding, subject: AuditedNetwork) -> FindingLocation:
    """The location of a rule's finding."""
    written = finding.span
    if written is None and finding.layer is not None:
        written = subject.spans.get(finding.layer)
    architecture = subject.document
    if architecture is None:
        return FindingLocation(written, written)
    if written is None:
        return FindingLocation(_first_line(architecture), None)
    if written.source is architecture.source:
        return FindingLocation(written, written)
    note = f"{finding.layer or 'this'} is written at {written.source.path}:{written.line}"
    return FindingLocation(_reference(architecture), written, note)


def _first_line(architecture: Architecture) -> Span:
    """The first key, for what is about the file as a whole."""
    span = architecture.span
    if span.end_line == span.line:
        return span
    text = region_of(span).text or ""
    return span._replace(end_line=span.line, end_column=len(text.rstrip()) + 1)


def _reference(architecture: Architecture) -> Span:
    """Where the document names the file that its layers come from."""
    if architecture.base is not None:
        return architecture.base.span
    if architecture.backbone is not None:
        return architecture.backbone.file.span
    return _first_line(architecture)


def finding_region(span: Span | None) -> Region | None:
    """The region of a span for a result, which holds no long lines."""
    return None if span is None else _without_long_line(region_of(span))


def input_finding(error: Diagnostic) -> Diagnostic:
    """An input error for a result, which holds no long lines."""
    region = error.region
    return error if region is None else error._replace(region=_without_long_line(region))


def _without_long_line(region: Region) -> Region:
    """The region without a long line; a line that is no text, as of a binary file, is empty."""
    text = region.text or ""
    return region._replace(text=text if len(text) <= _LONGEST else None)
