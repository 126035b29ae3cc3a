"""Limits on how much a total may grow from one network to another: ``params=5%``, ``macs=1M``."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.comparison import TOTALS, Delta
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.text import count_text, decimal

#: What must not grow under ``--fail-on increase``.
WATCHED = ("params", "macs", "activation_size")

#: No total has thirty digits, and Python reads no number of thousands.
_LIMIT = re.compile(r"(\d{1,30}(?:\.\d{1,30})?)\s*(%|[KMG]?)", re.ASCII)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


class Limit(NamedTuple):
    """How much a total may grow: by a share of what it was, or by an amount."""

    quantity: str
    amount: Fraction
    percent: bool

    def allowed(self, before: int) -> Fraction:
        """The largest admissible growth of a total that was ``before``."""
        return self.amount * before / 100 if self.percent else self.amount

    def text(self) -> str:
        """``5 %`` or ``1,000``."""
        return f"{decimal(self.amount)} %" if self.percent else decimal(self.amount)


def parse_limit(text: str) -> Limit:
    """``params=5%``, ``macs=1M``, ``params=0``; raises ``UsageError``."""
    quantity, equals, amount = text.partition("=")
    if quantity not in TOTALS:
        hint = did_you_mean(quantity, TOTALS) or f"there are {', '.join(TOTALS)}"
        raise UsageError(f"--max-increase {text}: there is no total '{quantity}' ({hint})")
    match = _LIMIT.fullmatch(amount)
    if not equals or match is None:
        raise UsageError(f"--max-increase {text}: expected a limit such as {quantity}=5%")
    number, unit = Fraction(match[1]), match[2]
    if unit == "%":
        return Limit(quantity, number, True)
    return Limit(quantity, number * _UNITS[unit], False)


def exceeded(totals: Mapping[str, Delta], limits: list[Limit]) -> list[str]:
    """What grew beyond its limit, a sentence each."""
    found = []
    for limit in limits:
        delta = totals[limit.quantity]
        if delta.difference > limit.allowed(delta.a):
            share = f" ({float(100 * delta.difference / delta.a):.1f} %)" if delta.a else ""
            found.append(
                f"{limit.quantity} grew from {count_text(delta.a)} to {count_text(delta.b)},"
                f" by {count_text(delta.difference)}{share}; allowed is {limit.text()}"
            )
    return found
