"""Limits on how much a total may grow from one network to another: ``params=5%``, ``macs=1M``."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.comparison.diff import Delta
from cnnaudit.errors import UsageError
from cnnaudit.formatting import count_text, decimal
from cnnaudit.quantities import GATED, full_name, name_hint, unit_of

#: The totals that may not grow under ``--fail-on increase``.
WATCHED_TOTALS = ("params", "macs", "activation_size")

_PERCENT = re.compile(r"(\d{1,30}(?:\.\d{1,30})?)\s*%", re.ASCII)


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
    word, equals, limit = text.partition("=")
    quantity = full_name(word.strip())
    if quantity not in GATED:
        hint = name_hint(word.strip(), GATED)
        raise UsageError(f"--max-increase {text}: there is no total '{word.strip()}' ({hint})")
    if percent := _PERCENT.fullmatch(limit.strip()):
        return Limit(quantity, Fraction(percent[1]), is_percent=True)
    from cnnaudit.amounts import AmountError, amount_in, read_amount  # noqa: PLC0415  few runs have a limit

    amount = read_amount(limit) if equals else None
    if amount is None:
        raise UsageError(f"--max-increase {text}: expected a limit such as {quantity}=5%")
    try:
        exact = amount_in(amount, unit_of(quantity))
    except AmountError as error:
        raise UsageError(f"--max-increase {text}: {error}: {error.help(f'{word}=')}") from None
    if exact.denominator != 1:
        # A share is written in percent: 0.05 would allow less than one more.
        share = f"{word}={decimal(100 * exact)}%" if exact < 1 else f"{word}=5%"
        example = f"{word}=1000" if unit_of(quantity) == "count" else f"{word}=1MiB"
        raise UsageError(f"--max-increase {text}: write {share} or an absolute number, {example}")
    return Limit(quantity, exact, is_percent=False)


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
