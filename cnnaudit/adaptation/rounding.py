"""How a scaled width becomes a whole number, and where on the way to 1 it takes another value."""

import math
import re
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.parsing.expressions import FUNCTIONS

#: What a width is a multiple of, by the word for it; ``8`` is the rule of MobileNet's authors.
STEPS = {"even": 2, "8": 8, "none": 1}
#: Digits of a width's numerator and denominator: what a person types, and no search beyond it.
MAX_DIGITS = 12

_FRACTION = re.compile(r"-?(?:\d{1,30}/\d{1,30}|\d{1,30}\.?\d{0,30}|\.\d{1,30})", re.ASCII)

_round_to = FUNCTIONS["round_to"][2]


class Rounding(NamedTuple):
    """The word for the rule, and the least width that a layer keeps (if it has that many)."""

    rule: str = "even"
    least: int = 1

    def width(self, factor: Fraction, stock: int, multiple: int = 1) -> int:
        """What ``stock`` channels become: a multiple of the rule's step, and of ``multiple``.

        ``even`` and ``none`` take the next one above, ``8`` the nearest that is not below 0.9 of
        the exact product (Sandler et al. 2018, the released code). Never falls where ``factor``
        grows.
        """
        step = math.lcm(STEPS[self.rule], multiple)
        exact = factor * stock
        if self.rule == "8":
            rounded = int(_round_to(exact, step))
        else:
            rounded = math.ceil(exact / step) * step
        least = math.ceil(Fraction(min(self.least, stock), step)) * step
        return max(rounded, least)

    def values(self, stock: int, multiple: int, most: Fraction) -> int:
        """About how many values ``width`` of these channels takes up to the factor ``most``."""
        return int(most * stock / math.lcm(STEPS[self.rule], multiple))

    def turns(self, stock: int, multiple: int, most: Fraction) -> list[Fraction]:
        """The factors up to ``most`` at which ``width`` of these channels takes another value."""
        step = math.lcm(STEPS[self.rule], multiple)
        found = [Fraction(k * step, stock) for k in range(1, int(most * stock / step) + 1)]
        if self.rule == "8":
            halves = int(most * stock / step + Fraction(1, 2))
            found = [Fraction((2 * k + 1) * step, 2 * stock) for k in range(halves)]
            # Below 5 steps the rule of 0.9 turns earlier than the nearest multiple does.
            found += [Fraction(10 * k * step, 9 * stock) for k in range(1, 5)]
        return [factor for factor in found if factor <= most]


def read_rule(text: str) -> str:
    """``even``, ``8`` or ``none``; raises ``UsageError``."""
    if text not in STEPS:
        hint = did_you_mean(text, tuple(STEPS)) or f"there are {', '.join(STEPS)}"
        raise UsageError(f"--round {text}: there is no such rule ({hint})")
    return text


def read_fraction(option: str, text: str) -> Fraction:
    """``29/1000``, ``0.5``: a number above 0, exactly; raises ``UsageError``."""
    try:
        # Looked at first: 1e999999999 would be worked out, whatever comes of it.
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
