"""The outcome of a sweep besides its rows: how far it got, and which variants are invalid."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnaudit.errors import CODES, Source, Span, error_diagnostic
from cnnaudit.sweeping.grid import SweepGrid
from cnnaudit.sweeping.header import require_count, require_text
from cnnaudit.sweeping.variants import InvalidVariants, count_invalid


class SweepOutcome:
    """Counts that are filled while the rows of a sweep are read.

    ``measured`` variants were calculated and ``selected`` of them passed the selection;
    ``complete`` is False if the sweep ended before its last variant.
    """

    def __init__(self) -> None:
        self.measured = 0
        self.selected = 0
        self.complete = True
        self._invalid: dict[Any, InvalidVariants] = {}

    @property
    def invalid(self) -> tuple[InvalidVariants, ...]:
        """The variants without a valid network, by reason, in the order of their first."""
        return tuple(sorted(self._invalid.values(), key=lambda invalid: invalid.first))

    @property
    def invalid_variants(self) -> int:
        """The number of variants without a valid network."""
        return sum(invalid.variant_count for invalid in self._invalid.values())

    def add_invalid(self, invalid_groups: Sequence[InvalidVariants]) -> None:
        """Count further variants without a valid network."""
        for invalid in invalid_groups:
            count_invalid(self._invalid, invalid)


def as_mapping(outcome: SweepOutcome, grid: SweepGrid) -> dict[str, Any]:
    """Convert an outcome to plain values, which ``from_mapping`` reads."""
    return {
        "status": "complete" if outcome.complete else "interrupted",
        "measured": outcome.measured,
        "invalid": [_invalid_mapping(invalid, grid) for invalid in outcome.invalid],
    }


def _invalid_mapping(invalid: InvalidVariants, grid: SweepGrid) -> dict[str, Any]:
    diagnostic = invalid.diagnostic
    region = diagnostic.region
    names = (axis.name for axis in grid.axes)
    return {
        "variants": invalid.variant_count,
        "code": diagnostic.code,
        "name": diagnostic.name,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "path": diagnostic.path,
        "line": region.line if region else None,
        "column": region.column if region else None,
        "first": invalid.first + 1,
        "first_values": dict(zip(names, grid.texts(invalid.first), strict=True)),
    }


def from_mapping(content: Mapping[str, Any]) -> SweepOutcome:
    """Read an outcome from plain values; raises ``KeyError`` or ``TypeError`` if they are none."""
    outcome = SweepOutcome()
    outcome.measured = require_count(content["measured"])
    outcome.complete = content["status"] == "complete"
    outcome.add_invalid([_read_invalid(invalid) for invalid in content["invalid"]])
    return outcome


def _read_invalid(content: Mapping[str, Any]) -> InvalidVariants:
    name, message, path = (require_text(content[key]) for key in ("name", "message", "path"))
    if name not in CODES:
        raise KeyError(name)
    span = None
    if content["line"] is not None:
        line, column = require_count(content["line"]), require_count(content["column"])
        span = Span(Source(path, ""), line, column, line, column + 1)
    help_text = content["help"] and require_text(content["help"])
    return InvalidVariants(
        diagnostic=error_diagnostic(name, message, path, span, help_text),
        variant_count=require_count(content["variants"]),
        first=require_count(content["first"]) - 1,
    )
