"""int64 arithmetic that detects overflow.

Every array has a bound on its magnitudes, a Python integer. The bound of a result follows from
those of its operands at no cost. Only if it exceeds 2^63 - 1 are the elements examined: first for a
closer bound, then in floating point for the variants whose result would not fit.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.sweeping.box_split import BeyondInt64Error, single_answer

#: The largest number; the smallest is its negative, so that every magnitude fits.
LIMIT = 2**63 - 1
#: Below the limit by more than floating point's rounding error, so that no overflow is missed.
_SAFE_LIMIT = 2.0**63 * (1 - 2.0**-40)


class Int64Array(NamedTuple):
    """Integers, one a variant or one for all, whose magnitudes do not exceed ``bound``."""

    values: NDArray[np.int64] | int
    bound: int


def multiply(x: Int64Array, y: Int64Array) -> Int64Array:
    """Multiply element by element."""
    return _checked(x, y, np.multiply, lambda a, b: a * b)


def add(x: Int64Array, y: Int64Array) -> Int64Array:
    """Add element by element."""
    return _checked(x, y, np.add, lambda a, b: a + b)


def subtract(x: Int64Array, y: Int64Array) -> Int64Array:
    """Subtract element by element."""
    return _checked(x, y, np.subtract, lambda a, b: a + b)


def absolute(x: Int64Array) -> Int64Array:
    """Return the magnitudes."""
    return Int64Array(np.abs(x.values), x.bound)


def reduce_fraction(
    numerators: Int64Array, denominators: Int64Array
) -> tuple[Int64Array, Int64Array]:
    """Reduce fractions with positive denominators to lowest terms."""
    common = np.gcd(numerators.values, denominators.values)
    return (
        _with_exact_bound(numerators.values // common),
        _with_exact_bound(denominators.values // common),
    )


def _with_exact_bound(values: NDArray[np.int64] | int) -> Int64Array:
    """The values, bounded by their largest magnitude."""
    return Int64Array(values, int(np.max(np.abs(values))))


def _checked(
    x: Int64Array,
    y: Int64Array,
    operation: Callable[[Any, Any], Any],
    bound_of: Callable[[int, int], int],
) -> Int64Array:
    """Apply an operation; raises ``SplitError`` or ``BeyondInt64Error`` if a result may not fit."""
    bound = bound_of(x.bound, y.bound)
    if bound > LIMIT:
        x, y = _with_exact_bound(x.values), _with_exact_bound(y.values)
        bound = bound_of(x.bound, y.bound)
    if bound > LIMIT:
        estimate = np.abs(operation(np.asarray(x.values, float), np.asarray(y.values, float)))
        if single_answer(np.asarray(estimate > _SAFE_LIMIT)):
            raise BeyondInt64Error
        bound = LIMIT
    return Int64Array(operation(x.values, y.values), bound)
