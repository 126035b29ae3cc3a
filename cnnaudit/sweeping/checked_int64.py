"""int64 arithmetic that cannot wrap around unnoticed.

Every array carries a bound of its magnitudes, a Python integer. The bound of a result follows from
those of its operands at no cost; only where it passes 2^63 - 1 are the elements looked at: first
for a closer bound, then in floating point for the variants whose result would not fit.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.sweeping.box_split import BeyondInt64Error, single_answer

#: The largest number; its negative is the smallest, so that every magnitude fits.
LIMIT = 2**63 - 1
#: Well below the limit, so that the rounding of floating point cannot hide a number beyond it.
_SURE = 2.0**63 * (1 - 2.0**-40)


class Int64Array(NamedTuple):
    """Whole numbers, one a variant or one for all, none of them beyond ``most`` in magnitude."""

    values: NDArray[np.int64] | int
    bound: int


def multiply(x: Int64Array, y: Int64Array) -> Int64Array:
    """Products."""
    return _checked(x, y, np.multiply, lambda a, b: a * b)


def add(x: Int64Array, y: Int64Array) -> Int64Array:
    """Sums."""
    return _checked(x, y, np.add, lambda a, b: a + b)


def subtract(x: Int64Array, y: Int64Array) -> Int64Array:
    """Differences."""
    return _checked(x, y, np.subtract, lambda a, b: a + b)


def absolute(x: Int64Array) -> Int64Array:
    """Magnitudes."""
    return Int64Array(np.abs(x.values), x.bound)


def reduce_fraction(top: Int64Array, bottom: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Both divided by what they have in common; the bottoms are positive."""
    common = np.gcd(top.values, bottom.values)
    return _closer(Int64Array(top.values // common, 0)), _closer(
        Int64Array(bottom.values // common, 0)
    )


def _closer(x: Int64Array) -> Int64Array:
    """The same numbers with the bound that they have in fact."""
    return Int64Array(x.values, int(np.max(np.abs(x.values))))


def _checked(
    x: Int64Array, y: Int64Array, apply: Callable[[Any, Any], Any], bound: Callable[[int, int], int]
) -> Int64Array:
    most = bound(x.bound, y.bound)
    if most > LIMIT:
        x, y = _closer(x), _closer(y)
        most = bound(x.bound, y.bound)
    if most > LIMIT:
        estimate = np.abs(apply(np.asarray(x.values, float), np.asarray(y.values, float)))
        if single_answer(np.asarray(estimate > _SURE)):
            raise BeyondInt64Error
        most = LIMIT
    return Int64Array(apply(x.values, y.values), most)
