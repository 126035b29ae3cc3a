"""Numbers that are arrays: exact fractions of int64, one element a variant.

A sweep runs the code for one variant (expressions, attributes, formulas of the ops, totals) on
these numbers in place of single ones, so that no second set of formulas can differ from the first.
The alternative, to evaluate each attribute's expression again after one variant has given the
structure, would have to record the names visible at each expression and to repeat the build.

- Arithmetic works element by element and never overflows: the bound of every result is known
  beforehand as a Python integer. If int64 may not hold a result, the variants concerned are split
  off and calculated one by one.
- An operation that needs *one* answer (``if``, ``repeat``, an index, a key of a dictionary) gets it
  if all variants agree. If they do not, ``SplitError`` ends this run, and each part of the box is
  run by itself. So variants of the same structure stay together, without a list of the attributes
  that change a structure.
- Operations that are not defined here fail: the slots of ``Fraction`` are never filled, so none of
  its own methods can give an answer that holds for one variant only.
"""

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnnaudit.sweeping.box_split import BeyondInt64Error, single_answer, split_error
from cnnaudit.sweeping.checked_int64 import (
    LIMIT,
    Int64Array,
    absolute,
    add,
    multiply,
    reduce_fraction,
    subtract,
)

#: A number of the calculator: single, or an array.
Number: TypeAlias = "int | Fraction | FractionArray"

_ONE = Int64Array(1, 1)


class FractionArray(Fraction):
    """Fractions in lowest terms with positive denominators; shapes broadcast.

    ``numerators`` and ``denominators`` are the integers; the properties ``numerator`` and
    ``denominator`` are those of ``Fraction`` and give numbers like this one.
    """

    __slots__ = ("denominators", "numerators")

    numerators: Int64Array
    denominators: Int64Array

    def __new__(cls, numerators: Int64Array, denominators: Int64Array = _ONE) -> "FractionArray":
        """Create fractions that are in lowest terms already."""
        self = object.__new__(cls)
        self.numerators = numerators
        self.denominators = denominators
        return self

    # Elements -------------------------------------------------------------------------------------

    @property
    def is_whole(self) -> bool:
        """Whether every element is known to be an integer."""
        return self.denominators is _ONE

    @property
    def numerator(self) -> Any:
        """The numerators as a number."""
        return self if self.is_whole else FractionArray(self.numerators)

    @property
    def denominator(self) -> Any:
        """The denominators as a number."""
        return 1 if self.is_whole else FractionArray(self.denominators)

    def array(self) -> NDArray[np.int64]:
        """Return the elements, which must be integers."""
        assert self.is_whole
        return np.asarray(self.numerators.values, np.int64)

    def first(self) -> Fraction:
        """Return the element of the first variant."""
        numerators = np.asarray(self.numerators.values)
        denominators = np.asarray(self.denominators.values)
        return Fraction(int(numerators.flat[0]), int(denominators.flat[0]))

    def single(self) -> Fraction:
        """Return the element that all variants have; raises ``SplitError`` if they differ."""
        for part in (self.numerators, self.denominators):
            values = np.asarray(part.values)
            if values.size > 1 and bool((values != values.flat[0]).any()):
                raise split_error(values)
        return self.first()

    # One answer for all variants ------------------------------------------------------------------

    def __bool__(self) -> bool:
        return single_answer(np.asarray(np.not_equal(self.numerators.values, 0)))

    def __index__(self) -> int:
        value = self.single()
        if value.denominator != 1:
            raise TypeError(f"{value} is not a whole number")
        return int(value)

    def __int__(self) -> int:  # type: ignore[override]
        return int(self.single())

    def __float__(self) -> float:
        return float(self.single())

    # An array has no one hash: evaluations of layers that hold one are not cached.
    __hash__ = None  # type: ignore[assignment]

    # Texts show the first variant: they are for messages, never read as numbers.

    def __repr__(self) -> str:
        return str(self.first())

    def __str__(self) -> str:
        return str(self.first())

    def __format__(self, spec: str) -> str:
        value = self.first()
        return format(int(value) if value.denominator == 1 else value, spec)

    # Arithmetic -----------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _sum(self, other, add)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _sum(self, other, subtract)

    def __rsub__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _sum(other, self, subtract)

    def __mul__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _product(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _quotient(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _quotient(other, self)

    def __floordiv__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _floor_quotient(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _floor_quotient(other, self)

    def __mod__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else self - other * _floor_quotient(self, other)

    def __rmod__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else other % self

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Any:
        negative = Int64Array(np.negative(self.numerators.values), self.numerators.bound)
        return FractionArray(negative, self.denominators)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return FractionArray(absolute(self.numerators), self.denominators)

    def __floor__(self) -> Any:
        return self if self.is_whole else self // 1

    def __ceil__(self) -> Any:
        return self if self.is_whole else -(-self // 1)

    def __trunc__(self) -> Any:
        return self if self.is_whole else (self >= 0).choose(self // 1, -(-self // 1))

    def __round__(self, ndigits: Any = None) -> Any:
        """Round to the nearest integer, halves to the even one, as Python does."""
        assert ndigits is None
        lower = self // 1
        doubled_remainder = (self - lower) * 2
        is_half = doubled_remainder == 1
        return lower + ((doubled_remainder > 1) | (is_half & (lower % 2 == 1)))

    # Comparisons ----------------------------------------------------------------------------------

    def __eq__(self, other: object) -> Any:
        return _compare(self, other, operator.eq)

    def __ne__(self, other: object) -> Any:
        return _compare(self, other, operator.ne)

    def __lt__(self, other: Any) -> Any:
        return _compare(self, other, operator.lt)

    def __le__(self, other: Any) -> Any:
        return _compare(self, other, operator.le)

    def __gt__(self, other: Any) -> Any:
        return _compare(self, other, operator.gt)

    def __ge__(self, other: Any) -> Any:
        return _compare(self, other, operator.ge)


class BoolArray:
    """The result of a comparison for each variant; as a bool, the result that all share."""

    __slots__ = ("values",)

    def __init__(self, values: NDArray[np.bool_]) -> None:
        self.values = values

    def __bool__(self) -> bool:
        return single_answer(self.values)

    def __index__(self) -> int:
        return int(bool(self))

    def choose(self, x: Number, y: Number) -> Number:
        """Return ``x`` for the variants that are True, ``y`` for the others."""
        x_array, y_array = as_fraction_array(x), as_fraction_array(y)
        assert x_array is not None and y_array is not None
        numerators = _choose(self.values, x_array.numerators, y_array.numerators)
        if x_array.is_whole and y_array.is_whole:
            return FractionArray(numerators)
        denominators = _choose(self.values, x_array.denominators, y_array.denominators)
        return FractionArray(numerators, denominators)

    def as_numbers(self) -> FractionArray:
        """Return 1 for True and 0 for False."""
        return FractionArray(Int64Array(self.values.astype(np.int64), 1))

    def __and__(self, other: Any) -> "BoolArray":
        return BoolArray(np.asarray(self.values & _bools(other)))

    def __or__(self, other: Any) -> "BoolArray":
        return BoolArray(np.asarray(self.values | _bools(other)))

    __rand__, __ror__ = __and__, __or__

    def __add__(self, other: Any) -> Any:
        return self.as_numbers() + other

    def __mul__(self, other: Any) -> Any:
        return self.as_numbers() * other

    __radd__, __rmul__ = __add__, __mul__


def _bools(value: Any) -> Any:
    return value.values if isinstance(value, BoolArray) else bool(value)


def _choose(mask: NDArray[np.bool_], x: Int64Array, y: Int64Array) -> Int64Array:
    return Int64Array(np.where(mask, x.values, y.values), max(x.bound, y.bound))


def as_fraction_array(value: Any) -> FractionArray | None:
    """Convert a number; returns None for a value that is no exact number."""
    if isinstance(value, FractionArray):
        return value
    if isinstance(value, BoolArray):
        return value.as_numbers()
    if not isinstance(value, int | Fraction):
        return None
    numerator, denominator = int(value.numerator), int(value.denominator)
    if abs(numerator) > LIMIT or denominator > LIMIT:
        raise BeyondInt64Error
    numerators = Int64Array(numerator, abs(numerator))
    if denominator == 1:
        return FractionArray(numerators)
    return FractionArray(numerators, Int64Array(denominator, denominator))


def reduced_fractions(numerators: Int64Array, denominators: Int64Array) -> FractionArray:
    """Return fractions in lowest terms; the denominators must be positive."""
    numerators, denominators = reduce_fraction(numerators, denominators)
    is_whole = bool(np.all(np.equal(denominators.values, 1)))
    return FractionArray(numerators, _ONE if is_whole else denominators)


def _sum(
    x: FractionArray, y: FractionArray, operation: Callable[[Int64Array, Int64Array], Int64Array]
) -> FractionArray:
    """The sum or the difference, as ``operation`` is."""
    if x.is_whole and y.is_whole:
        return FractionArray(operation(x.numerators, y.numerators))
    numerators = operation(
        multiply(x.numerators, y.denominators), multiply(y.numerators, x.denominators)
    )
    return reduced_fractions(numerators, multiply(x.denominators, y.denominators))


def _product(x: FractionArray, y: FractionArray) -> FractionArray:
    numerators = multiply(x.numerators, y.numerators)
    if x.is_whole and y.is_whole:
        return FractionArray(numerators)
    return reduced_fractions(numerators, multiply(x.denominators, y.denominators))


def _check_zero(divisor: FractionArray) -> None:
    """Raise ``ZeroDivisionError``, or ``SplitError`` if only some elements are zero."""
    if not divisor:
        raise ZeroDivisionError


def _quotient(x: FractionArray, y: FractionArray) -> FractionArray:
    _check_zero(y)
    numerators = multiply(x.numerators, y.denominators)
    denominators = multiply(x.denominators, y.numerators)
    signs = Int64Array(np.sign(denominators.values), 1)
    return reduced_fractions(multiply(numerators, signs), absolute(denominators))


def _floor_quotient(x: FractionArray, y: FractionArray) -> FractionArray:
    _check_zero(y)
    numerators = multiply(x.numerators, y.denominators)
    denominators = multiply(x.denominators, y.numerators)
    quotients = np.floor_divide(numerators.values, denominators.values)
    return FractionArray(Int64Array(quotients, numerators.bound))


#: The results of comparisons with a number that is larger, or smaller, than every element.
_OUTSIDE: dict[Any, tuple[bool, bool]] = {
    operator.eq: (False, False),
    operator.ne: (True, True),
    operator.lt: (True, False),
    operator.le: (True, False),
    operator.gt: (False, True),
    operator.ge: (False, True),
}


def _compare(x: FractionArray, other: object, comparison: Callable[[Any, Any], Any]) -> Any:
    if isinstance(other, int) and abs(other) > x.numerators.bound:
        # Denominators are at least 1, so the bound alone decides, without an array.
        larger, smaller = _OUTSIDE[comparison]
        return larger if other > 0 else smaller
    y = as_fraction_array(other)
    if y is None:
        return NotImplemented
    left, right = x.numerators, y.numerators
    if not (x.is_whole and y.is_whole):
        left, right = multiply(left, y.denominators), multiply(right, x.denominators)
    return BoolArray(np.asarray(comparison(left.values, right.values)))
