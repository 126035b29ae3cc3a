"""Scales of plots: round ticks, and numbers with K, M and G."""

import math
from typing import NamedTuple


class Scale(NamedTuple):
    """An axis from ``low`` to ``high``, with round ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """The position of a value, from 0 at the low end to 1 at the high one."""
        return (value - self.low) / (self.high - self.low)


def scale(low: float, high: float, count: int, *, from_zero: bool) -> Scale:
    """A scale of ``low`` to ``high`` with about ``count`` ticks at 1, 2 or 5 · 10^n."""
    if from_zero:
        low = min(low, 0.0)
    if high <= low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    if from_zero:
        high = math.ceil(high / step - 1e-9) * step
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return Scale(low, high, tuple(round(k * step, 12) for k in range(first, last + 1)))


def tick_text(value: float) -> str:
    """``0``, ``0.25``, ``64``, ``20 M``."""
    for unit, exponent in (("P", 15), ("T", 12), ("G", 9), ("M", 6), ("K", 3)):
        if abs(value) >= 10**exponent:
            return f"{value / 10**exponent:.6g} {unit}"
    return f"{value:.6g}"
