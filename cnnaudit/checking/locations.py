"""Locations of findings: always in the checked file, whose lines its author can change.

A finding in an inherited layer is shown at ``extends`` or ``backbone``, and a note names the line
of the layer.
"""

from typing import NamedTuple

from cnnaudit.errors import Diagnostic, Region, Span, region_of
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding

#: The longest source line that is shown, in characters.
_MAX_LINE = 2000


class FindingLocation(NamedTuple):
    """The span to show for a finding, and the span of its layer (None: in no file)."""

    shown: Span | None
    origin: Span | None
    note: str | None = None


def locate(finding: Finding, network: AuditedNetwork) -> FindingLocation:
    """The location of a rule's finding."""
    origin = finding.span
    if origin is None and finding.layer is not None:
        origin = network.spans.get(finding.layer)
    architecture = network.architecture
    if architecture is None:
        return FindingLocation(origin, origin)
    if origin is None:
        return FindingLocation(_first_line(architecture), None)
    if origin.source is architecture.source:
        return FindingLocation(origin, origin)
    note = f"{finding.layer or 'this'} is written at {origin.source.path}:{origin.line}"
    return FindingLocation(_reference(architecture), origin, note)


def _first_line(architecture: Architecture) -> Span:
    """The first key, for findings about the file."""
    span = architecture.span
    if span.end_line == span.line:
        return span
    text = region_of(span).text or ""
    return span._replace(end_line=span.line, end_column=len(text.rstrip()) + 1)


def _reference(architecture: Architecture) -> Span:
    """The reference to the file that defines the layers."""
    if architecture.base is not None:
        return architecture.base.span
    if architecture.backbone is not None:
        return architecture.backbone.file.span
    return _first_line(architecture)


def finding_region(span: Span | None) -> Region | None:
    """The region of a span, without a long source line."""
    return None if span is None else _without_long_line(region_of(span))


def input_finding(error: Diagnostic) -> Diagnostic:
    """An input error without a long source line."""
    region = error.region
    return error if region is None else error._replace(region=_without_long_line(region))


def _without_long_line(region: Region) -> Region:
    """The region without its source line if that is long; a binary file has empty lines."""
    text = region.text or ""
    return region._replace(text=text if len(text) <= _MAX_LINE else None)
