"""The one reader of amounts, exact: counts (``1.5M``) and sizes in bytes (``4MiB``)."""

import re
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.formatting import decimal
from cnnaudit.quantities import Unit

#: Units of counts, and of sizes: powers of 1000 and of 1024.
COUNT_UNITS = {letter: 1000**power for power, letter in enumerate("KMGT", start=1)}
SIZE_UNITS = {
    "B": 1,
    **{f"{letter}B": 1000**power for power, letter in enumerate("KMGT", start=1)},
    **{f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", start=1)},
}
_UNITS = {unit.lower(): unit for unit in (*COUNT_UNITS, *SIZE_UNITS)}

#: At most 30 digits: larger totals do not occur, and Python rejects integers of 4,301 digits.
_AMOUNT = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3}){1,9}(?:\.\d{1,30})?|\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})"
    r"(?:(?P<exponent>[eE][-+]?\d{1,2})|\s*(?P<unit>[A-Za-z]{1,9}))?",
    re.ASCII,
)


class Amount(NamedTuple):
    """A number and its unit as it is written, empty for a plain number."""

    number: Fraction
    unit: str


class AmountError(Exception):
    """The unit of an amount is not one of the quantity's.

    The message says so; ``instead`` are amounts to write, or empty if the unit means nothing.
    """

    def __init__(self, message: str, instead: tuple[str, ...]) -> None:
        super().__init__(message)
        self.instead = instead

    def help(self, before: str = "") -> str:
        """What to write, each amount with the text that stands ``before`` it."""
        if not self.instead:
            return f"there are {', '.join((*COUNT_UNITS, *SIZE_UNITS))}"
        return f"write {' or '.join(before + amount for amount in self.instead)}"


def read_amount(text: str) -> Amount | None:
    """Return the amount that a text is; None for any other text. Units are in either case."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    number = Fraction(match["number"].replace(",", "") + (match["exponent"] or ""))
    unit = match["unit"] or ""
    return Amount(number, _UNITS.get(unit.lower(), unit))


def amount_in(amount: Amount, unit: Unit) -> Fraction:
    """Return the value of an amount of counts or bytes; raises ``AmountError`` for another unit."""
    if not amount.unit:
        return amount.number
    units = COUNT_UNITS if unit == "count" else SIZE_UNITS
    if amount.unit in units:
        value: Fraction = amount.number * units[amount.unit]
        return value
    number = decimal(amount.number)
    if unit == "count" and amount.unit in SIZE_UNITS:
        message = f"{number}{amount.unit} is a size in bytes, and this is a count"
        raise AmountError(message, (number + amount.unit.rstrip("iB"),))
    if unit == "bytes" and amount.unit in COUNT_UNITS:
        message = f"{number}{amount.unit} is a count, and this is a size in bytes"
        raise AmountError(message, (f"{number}{amount.unit}B", f"{number}{amount.unit}iB"))
    raise AmountError(f"there is no unit '{amount.unit}'", ())
