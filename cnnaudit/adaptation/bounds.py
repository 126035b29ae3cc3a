"""Limits that a network shall keep: ``params<=1M``, ``macs<=300M,weight<=4MiB``."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.analysis.memory import memory
from cnnaudit.calculator import Audit
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.text import count_text, unit_bytes


class Quantity(NamedTuple):
    """Something of a network that can be bounded, and whether it is bytes."""

    measure: Callable[[Audit], int]
    bytes: bool = False


def _total(name: str) -> Callable[[Audit], int]:
    return lambda audit: int(getattr(audit.totals, name))


#: What can be bounded, one image in fp32. None of it falls where a width grows.
QUANTITIES: dict[str, Quantity] = {
    **{
        name: Quantity(_total(name))
        for name in (
            *("params", "trainable_params", "macs", "flops", "bias_adds", "elementwise_ops"),
            *("buffers", "activation_size"),
        )
    },
    "weight": Quantity(_total("weight_bytes"), True),
    "activations": Quantity(_total("activation_bytes"), True),
    "peak": Quantity(lambda audit: memory(audit).peak.bytes, True),
}
_OTHER_NAMES = {"weight_bytes": "weight", "activation_bytes": "activations"}

_BOUND = re.compile(
    r"(\w+)\s*(<=|<)\s*(\d{1,30}(?:,\d{3}){0,9}(?:\.\d{1,30})?)\s*([A-Za-z]*)", re.ASCII
)
#: Between two bounds; a comma before a digit is one of ``1,000,000``.
_BETWEEN = re.compile(r",(?!\d)")
_COUNTS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BYTES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_BYTES |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


class Bound(NamedTuple):
    """A quantity and the most that it may be."""

    quantity: str
    most: int

    @property
    def in_bytes(self) -> bool:
        """Whether the quantity is bytes."""
        return QUANTITIES[self.quantity].bytes

    def value(self, audit: Audit) -> int:
        """What a network has of it."""
        return QUANTITIES[self.quantity].measure(audit)

    def text(self, value: int) -> str:
        """A value of the quantity for people: ``110,829``, ``4.00 MiB (4,194,304 B)``."""
        if not self.in_bytes:
            return count_text(value)
        return f"{unit_bytes(value)} ({count_text(value)} B)" if value >= 1024 else f"{value} B"


def read_bounds(texts: Sequence[str]) -> list[Bound]:
    """The bounds of ``--fit``, several in one text with commas; raises ``UsageError``."""
    bounds = [_read(part.strip()) for text in texts for part in _BETWEEN.split(text)]
    names = [bound.quantity for bound in bounds]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"--fit bounds {twice} twice")
    return bounds


def _read(text: str) -> Bound:
    match = _BOUND.fullmatch(text)
    if match is None:
        raise UsageError(f"--fit {text}: expected a bound such as params<=1M or weight<=4MiB")
    name = _OTHER_NAMES.get(match[1], match[1])
    if name not in QUANTITIES:
        hint = did_you_mean(name, tuple(QUANTITIES)) or f"there are {', '.join(QUANTITIES)}"
        raise UsageError(f"--fit {text}: there is no quantity '{match[1]}' ({hint})")
    units = _BYTES if QUANTITIES[name].bytes else _COUNTS
    if match[4] not in units:
        known = ", ".join(filter(None, units))
        raise UsageError(f"--fit {text}: {name} has no unit '{match[4]}' (there are {known})")
    exact = Fraction(match[3].replace(",", "")) * units[match[4]]
    most = exact.numerator // exact.denominator
    return Bound(name, most - (match[2] == "<" and exact.denominator == 1))
