"""What became of a sweep beside its rows: how far it got, and which variants are no networks."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnaudit.errors import CODES, Source, Span, error_diagnostic
from cnnaudit.sweeping.grid import Grid
from cnnaudit.sweeping.header import count_of, text_of
from cnnaudit.sweeping.variants import Invalid, added


class Outcome:
    """Filled while the stream of a sweep is read.

    ``measured`` variants were worked out and ``kept`` of them selected; ``complete`` is False where
    the sweep ended before its last variant.
    """

    def __init__(self) -> None:
        self.measured = 0
        self.kept = 0
        self.complete = True
        self._invalid: dict[Any, Invalid] = {}

    @property
    def invalid(self) -> tuple[Invalid, ...]:
        """The variants without a valid network, by reason, in the order of their first."""
        return tuple(sorted(self._invalid.values(), key=lambda invalid: invalid.first))

    @property
    def invalid_variants(self) -> int:
        """How many variants have no valid network."""
        return sum(invalid.variants for invalid in self._invalid.values())

    def add_invalid(self, found: Sequence[Invalid]) -> None:
        """Count more variants without a valid network."""
        for one in found:
            added(self._invalid, one)


def as_mapping(outcome: Outcome, grid: Grid) -> dict[str, Any]:
    """The outcome in plain values."""
    return {
        "status": "complete" if outcome.complete else "interrupted",
        "measured": outcome.measured,
        "invalid": [_plain(invalid, grid) for invalid in outcome.invalid],
    }


def _plain(invalid: Invalid, grid: Grid) -> dict[str, Any]:
    found = invalid.diagnostic
    names = (axis.name for axis in grid.axes)
    return {
        "variants": invalid.variants,
        "code": found.code,
        "name": found.name,
        "message": found.message,
        "help": found.help,
        "path": found.path,
        "line": found.region.line if found.region else None,
        "column": found.region.column if found.region else None,
        "first": invalid.first + 1,
        "first_values": dict(zip(names, grid.texts(invalid.first), strict=True)),
    }


def from_mapping(said: Mapping[str, Any]) -> Outcome:
    """The outcome that plain values stand for; raises ``KeyError`` where they do not."""
    outcome = Outcome()
    outcome.measured = count_of(said["measured"])
    outcome.complete = said["status"] == "complete"
    outcome.add_invalid([_invalid(one) for one in said["invalid"]])
    return outcome


def _invalid(said: Mapping[str, Any]) -> Invalid:
    name, message, path = (text_of(said[key]) for key in ("name", "message", "path"))
    if name not in CODES:
        raise KeyError(name)
    span = None
    if said["line"] is not None:
        line, column = count_of(said["line"]), count_of(said["column"])
        span = Span(Source(path, ""), line, column, line, column + 1)
    found = error_diagnostic(name, message, path, span, said["help"] and text_of(said["help"]))
    return Invalid(found, count_of(said["variants"]), count_of(said["first"]) - 1)
