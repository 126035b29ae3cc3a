"""What became of a sweep beside its rows: how far it got, and which variants are no networks."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnaudit.errors import CODES, Diagnostic, Source, Span
from cnnaudit.sweeping.grid import SweepGrid
from cnnaudit.sweeping.header import require_count, require_text
from cnnaudit.sweeping.variants import InvalidVariants, count_invalid


class SweepOutcome:
    """Filled while the stream of a sweep is read.

    ``measured`` variants were worked out and ``kept`` of them selected; ``complete`` is False where
    the sweep ended before its last variant.
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
        """How many variants have no valid network."""
        return sum(invalid.variant_count for invalid in self._invalid.values())

    def add_invalid(self, found: Sequence[InvalidVariants]) -> None:
        """Count more variants without a valid network."""
        for one in found:
            count_invalid(self._invalid, one)


def as_mapping(outcome: SweepOutcome, grid: SweepGrid) -> dict[str, Any]:
    """The outcome in plain values."""
    return {
        "status": "complete" if outcome.complete else "interrupted",
        "measured": outcome.measured,
        "invalid": [_plain(invalid, grid) for invalid in outcome.invalid],
    }


def _plain(invalid: InvalidVariants, grid: SweepGrid) -> dict[str, Any]:
    found = invalid.diagnostic
    names = (axis.name for axis in grid.axes)
    return {
        "variants": invalid.variant_count,
        "code": found.code,
        "name": found.name,
        "message": found.message,
        "help": found.help,
        "path": found.path,
        "line": found.span.line if found.span else None,
        "column": found.span.column if found.span else None,
        "first": invalid.first + 1,
        "first_values": dict(zip(names, grid.texts(invalid.first), strict=True)),
    }


def from_mapping(said: Mapping[str, Any]) -> SweepOutcome:
    """The outcome that plain values stand for; raises ``KeyError`` where they do not."""
    outcome = SweepOutcome()
    outcome.measured = require_count(said["measured"])
    outcome.complete = said["status"] == "complete"
    outcome.add_invalid([_invalid(one) for one in said["invalid"]])
    return outcome


def _invalid(said: Mapping[str, Any]) -> InvalidVariants:
    name, message, path = (require_text(said[key]) for key in ("name", "message", "path"))
    if name not in CODES:
        raise KeyError(name)
    span = None
    if said["line"] is not None:
        line, column = require_count(said["line"]), require_count(said["column"])
        span = Span(Source(path, ""), line, column, line, column + 1)
    found = Diagnostic(name, message, path, span, said["help"] and require_text(said["help"]))
    return InvalidVariants(found, require_count(said["variants"]), require_count(said["first"]) - 1)
