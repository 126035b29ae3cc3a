"""Limits on how much a total may grow from one network to another: ``params=5%``, ``macs=1M``."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.comparison.diff import Delta
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.formatting import count_text, decimal
from cnnaudit.quantities import TOTALS

#: The totals that may not grow under ``--fail-on increase``.
WATCHED_TOTALS = ("params", "macs", "activation_size")

#: At most 30 digits: larger totals do not occur, and Python rejects integers of 4,301 digits.
_LIMIT = re.compile(r"(\d{1,30}(?:\.\d{1,30})?)\s*(%|[KMG]?)", re.ASCII)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


class Limit(NamedTuple):
    """How much a total may grow: ``amount`` units, or percent of its value before."""

    quantity: str
    amount: Fraction
    is_percent: bool

    def allowed_growth(self, before: int) -> Fraction:
        """Return the largest allowed growth of a total that was ``before``."""
        return self.amount * before / 100 if self.is_percent else self.amount

    def text(self) -> str:
        """Return ``5 %`` or ``1000``."""
        return f"{decimal(self.amount)} %" if self.is_percent else decimal(self.amount)


def parse_limit(text: str) -> Limit:
    """Parse ``params=5%``, ``macs=1M`` or ``params=0``; raises ``UsageError``."""
    quantity, equals, amount = text.partition("=")
    if quantity not in TOTALS:
        hint = did_you_mean(quantity, TOTALS) or f"there are {', '.join(TOTALS)}"
        raise UsageError(f"--max-increase {text}: there is no total '{quantity}' ({hint})")
    match = _LIMIT.fullmatch(amount)
    if not equals or match is None:
        raise UsageError(f"--max-increase {text}: expected a limit such as {quantity}=5%")
    number, unit = Fraction(match[1]), match[2]
    if unit == "%":
        return Limit(quantity, number, is_percent=True)
    return Limit(quantity, number * _UNITS[unit], is_percent=False)


def limit_violations(totals: Mapping[str, Delta], limits: list[Limit]) -> list[str]:
    """Return a sentence for each total that grew beyond its limit."""
    sentences = []
    for limit in limits:
        delta = totals[limit.quantity]
        if delta.difference > limit.allowed_growth(delta.a):
            share = f" ({float(100 * delta.difference / delta.a):.1f} %)" if delta.a else ""
            sentences.append(
                f"{limit.quantity} grew from {count_text(delta.a)} to {count_text(delta.b)},"
                f" by {count_text(delta.difference)}{share}; allowed is {limit.text()}"
            )
    return sentences
