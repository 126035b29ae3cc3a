"""Upper bounds on a network's totals: ``params<=1M``, ``macs<=300M,weight<=4MiB``."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.amounts import AmountError, amount_in, read_amount
from cnnaudit.analysis.measure import measure
from cnnaudit.calculator import Audit
from cnnaudit.errors import UsageError
from cnnaudit.formatting import count_text, unit_bytes
from cnnaudit.quantities import GATED, full_name, name_hint, unit_of

#: What can be bounded, for one image in fp32. None of it falls when a width grows.
BOUNDED = tuple(name for name in GATED if name != "layers")

#: A bound: name, comparison, amount.
_BOUND = re.compile(r"(\w+)\s*(<=|<)\s*(\S.*)", re.ASCII)
#: The separator of bounds; a comma before a digit belongs to a number such as ``1,000,000``.
_SEPARATOR = re.compile(r",(?!\d)")


class Bound(NamedTuple):
    """A quantity and the largest value that it may have."""

    quantity: str
    limit: int

    @property
    def is_bytes(self) -> bool:
        """Whether the quantity counts bytes."""
        return unit_of(self.quantity) == "bytes"

    def value(self, audit: Audit) -> int:
        """Return the value of the quantity for an audited network."""
        return measure(audit, self.quantity)

    def text(self, value: int) -> str:
        """Format a value of the quantity: ``110,829``, ``4.00 MiB (4,194,304 B)``."""
        if not self.is_bytes:
            return count_text(value)
        return f"{unit_bytes(value)} ({count_text(value)} B)" if value >= 1024 else f"{value} B"


def read_bounds(texts: Sequence[str]) -> list[Bound]:
    """Read the values of ``--fit``, bounds separated by commas; raises ``UsageError``."""
    bounds = [_read(part.strip()) for text in texts for part in _SEPARATOR.split(text)]
    names = [bound.quantity for bound in bounds]
    repeated_name = next((name for name in names if names.count(name) > 1), None)
    if repeated_name is not None:
        raise UsageError(f"--fit bounds {repeated_name} twice")
    return bounds


def _read(text: str) -> Bound:
    match = _BOUND.fullmatch(text)
    amount = read_amount(match[3]) if match else None
    if match is None or (amount is None and full_name(match[1]) in BOUNDED):
        raise UsageError(f"--fit {text}: expected a bound such as params<=1M or weights<=4MiB")
    name = full_name(match[1])
    if name not in BOUNDED:
        hint = name_hint(match[1], BOUNDED)
        raise UsageError(f"--fit {text}: there is no quantity '{match[1]}' ({hint})")
    assert amount is not None
    try:
        exact = amount_in(amount, unit_of(name))
    except AmountError as error:
        raise UsageError(f"--fit {text}: {error}: {error.help(match[1] + match[2])}") from None
    limit = exact.numerator // exact.denominator
    if match[2] == "<" and exact.denominator == 1:
        limit -= 1
    return Bound(name, limit)
