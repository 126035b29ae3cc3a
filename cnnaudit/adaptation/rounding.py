"""Rounds scaled widths to whole numbers, and lists the factors at which the result changes."""

import math
import re
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.parsing.expressions import FUNCTIONS

#: The multiple that each rule rounds to; ``8`` is the rule of the MobileNet authors.
STEPS = {"even": 2, "8": 8, "none": 1}
#: The limit of digits in a width's numerator and denominator: more than a person types.
MAX_DIGITS = 12

_FRACTION = re.compile(r"-?(?:\d{1,30}/\d{1,30}|\d{1,30}\.?\d{0,30}|\.\d{1,30})", re.ASCII)

_round_to = FUNCTIONS["round_to"][2]


class Rounding(NamedTuple):
    """A rounding rule, and the smallest width that a layer of at least that width is given."""

    rule: str = "even"
    min_width: int = 1

    def scaled_width(self, factor: Fraction, stock: int, multiple: int = 1) -> int:
        """Scale ``stock`` channels to a multiple of the rule's step and of ``multiple``.

        ``even`` and ``none`` round up, ``8`` rounds to the nearest multiple that is not below 0.9
        of the exact product (Sandler et al. 2018, the released code). The result never falls when
        ``factor`` grows.
        """
        step = math.lcm(STEPS[self.rule], multiple)
        exact = factor * stock
        if self.rule == "8":
            rounded = int(_round_to(exact, step))
        else:
            rounded = math.ceil(exact / step) * step
        minimum = math.ceil(Fraction(min(self.min_width, stock), step)) * step
        return max(rounded, minimum)

    def value_count(self, stock: int, multiple: int, max_factor: Fraction) -> int:
        """Estimate how many values ``scaled_width`` takes for factors up to ``max_factor``."""
        return int(max_factor * stock / math.lcm(STEPS[self.rule], multiple))

    def breakpoints(self, stock: int, multiple: int, max_factor: Fraction) -> list[Fraction]:
        """Return the factors up to ``max_factor`` at which ``scaled_width`` may change."""
        step = math.lcm(STEPS[self.rule], multiple)
        if self.rule == "8":
            count = int(max_factor * stock / step + Fraction(1, 2))
            factors = [Fraction((2 * k + 1) * step, 2 * stock) for k in range(count)]
            # Below 5 steps the rule of 0.9 moves up earlier than rounding to the nearest would.
            factors += [Fraction(10 * k * step, 9 * stock) for k in range(1, 5)]
        else:
            count = int(max_factor * stock / step)
            factors = [Fraction(k * step, stock) for k in range(1, count + 1)]
        return [factor for factor in factors if factor <= max_factor]


def read_rule(text: str) -> str:
    """Check a rounding rule: ``even``, ``8`` or ``none``; raises ``UsageError``."""
    if text not in STEPS:
        hint = did_you_mean(text, tuple(STEPS)) or f"there are {', '.join(STEPS)}"
        raise UsageError(f"--round {text}: there is no such rule ({hint})")
    return text


def read_fraction(option: str, text: str) -> Fraction:
    """Read a positive number exactly, such as ``29/1000`` or ``0.5``; raises ``UsageError``."""
    try:
        # The pattern excludes exponents: `Fraction` would compute all digits of 1e999999999.
        value = Fraction(text) if _FRACTION.fullmatch(text) else None
    except ZeroDivisionError:
        value = None
    if value is None:
        raise UsageError(f"{option} {text}: expected a number such as 1/2, 29/1000 or 0.75")
    if value <= 0:
        raise UsageError(f"{option} {text}: a width is more than 0")
    if max(len(str(value.numerator)), len(str(value.denominator))) > MAX_DIGITS:
        raise UsageError(f"{option} {text}: more than {MAX_DIGITS} digits")
    return value
