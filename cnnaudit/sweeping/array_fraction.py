"""Numbers that are arrays: exact fractions of int64, one element a variant.

A sweep runs the very code that reads one variant (expressions, attributes, the layers' formulas,
the totals) on these numbers in place of single ones, so there is no second set of formulas that
could say something else. The other way, to evaluate each attribute's expression anew once one
variant has given the structure, would need to know the names that held at each of them, and would
repeat what building a graph does.

- Arithmetic works element by element. Nothing wraps around: the bound of every result is known
  beforehand in Python's own integers, and where int64 might not hold it, the variants concerned
  are divided off and calculated one by one.
- Whatever needs *one* answer (``if``, ``repeat``, an index, a key of a dictionary) gets it where
  all variants agree. Where they do not, ``SplitError`` ends this run, and each part of the box is
  run by itself: variants of one structure end up together, by no list of what changes a structure.
- What is not defined here is an error: the slots of ``Fraction`` are never filled, so none of its
  own methods can give an answer that holds for one variant only.
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

#: A number of the calculator, or many.
Number: TypeAlias = "int | Fraction | Lanes"

_ONE = Int64Array(1, 1)


class FractionArray(Fraction):
    """Fractions ``top`` / ``bottom`` in lowest terms, the bottom positive; shapes broadcast."""

    __slots__ = ("denominators", "numerators")

    numerators: Int64Array
    denominators: Int64Array

    def __new__(cls, top: Int64Array, bottom: Int64Array = _ONE) -> "FractionArray":
        """Fractions that are in lowest terms already."""
        self = object.__new__(cls)
        self.numerators = top
        self.denominators = bottom
        return self

    # What they are -------------------------------------------------------------------------------

    @property
    def is_whole(self) -> bool:
        """Whether it is known that every element is a whole number."""
        return self.denominators is _ONE

    @property
    def numerator(self) -> Any:
        """The numerators."""
        return self if self.is_whole else FractionArray(self.numerators)

    @property
    def denominator(self) -> Any:
        """The denominators."""
        return 1 if self.is_whole else FractionArray(self.denominators)

    def array(self) -> NDArray[np.int64]:
        """The elements, which must be whole."""
        assert self.is_whole
        return np.asarray(self.numerators.values, np.int64)

    def first(self) -> Fraction:
        """The element of the first variant."""
        tops, bottoms = np.asarray(self.numerators.values), np.asarray(self.denominators.values)
        return Fraction(int(tops.flat[0]), int(bottoms.flat[0]))

    def single(self) -> Fraction:
        """The element that all variants have; raises ``SplitError`` where they differ."""
        for values in (np.asarray(self.numerators.values), np.asarray(self.denominators.values)):
            if values.size > 1 and bool((values != values.flat[0]).any()):
                raise split_error(values)
        return self.first()

    # One answer for all --------------------------------------------------------------------------

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

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.single())

    # Texts are those of the first variant: they end up in messages, never in numbers.

    def __repr__(self) -> str:
        return str(self.first())

    def __str__(self) -> str:
        return str(self.first())

    def __format__(self, spec: str) -> str:
        value = self.first()
        return format(int(value) if value.denominator == 1 else value, spec)

    # Arithmetic ----------------------------------------------------------------------------------

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
        if other is None:
            return NotImplemented
        if self.is_whole and other.whole:
            return FractionArray(multiply(self.numerators, other.top))
        return reduced_fractions(
            multiply(self.numerators, other.top), multiply(self.denominators, other.bottom)
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _quotient(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _quotient(other, self)

    def __floordiv__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _floored(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else _floored(other, self)

    def __mod__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else self - other * _floored(self, other)

    def __rmod__(self, other: Any) -> Any:
        other = as_fraction_array(other)
        return NotImplemented if other is None else other % self

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Any:
        return FractionArray(
            Int64Array(np.negative(self.numerators.values), self.numerators.bound),
            self.denominators,
        )

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
        """The nearest whole number, the even one of two (as Python rounds)."""
        assert ndigits is None
        lower = self // 1
        twice = (self - lower) * 2
        up = (twice > 1) | ((twice == 1) & (lower % 2 == 1))
        return lower + up

    # Comparisons ---------------------------------------------------------------------------------

    def __eq__(self, other: object) -> Any:
        return _compared(self, other, operator.eq)

    def __ne__(self, other: object) -> Any:
        return _compared(self, other, operator.ne)

    def __lt__(self, other: Any) -> Any:
        return _compared(self, other, operator.lt)

    def __le__(self, other: Any) -> Any:
        return _compared(self, other, operator.le)

    def __gt__(self, other: Any) -> Any:
        return _compared(self, other, operator.gt)

    def __ge__(self, other: Any) -> Any:
        return _compared(self, other, operator.ge)


class BoolArray:
    """What a comparison says of each variant; as a truth, what all of them say."""

    __slots__ = ("values",)

    def __init__(self, values: NDArray[np.bool_]) -> None:
        self.values = values

    def __bool__(self) -> bool:
        return single_answer(self.values)

    def __index__(self) -> int:
        return int(bool(self))

    def choose(self, x: Number, y: Number) -> Number:
        """``x`` where the answer is yes, ``y`` where it is no."""
        one, other = as_fraction_array(x), as_fraction_array(y)
        assert one is not None and other is not None
        top = _chosen(self.values, one.numerators, other.numerators)
        if one.is_whole and other.is_whole:
            return FractionArray(top)
        return FractionArray(top, _chosen(self.values, one.denominators, other.denominators))

    def as_numbers(self) -> FractionArray:
        """1 for yes and 0 for no."""
        return FractionArray(Int64Array(self.values.astype(np.int64), 1))

    def __and__(self, other: Any) -> "BoolArray":
        return BoolArray(np.asarray(self.values & _answers(other)))

    def __or__(self, other: Any) -> "BoolArray":
        return BoolArray(np.asarray(self.values | _answers(other)))

    __rand__, __ror__ = __and__, __or__

    def __add__(self, other: Any) -> Any:
        return self.as_numbers() + other

    def __mul__(self, other: Any) -> Any:
        return self.as_numbers() * other

    __radd__, __rmul__ = __add__, __mul__


def _answers(other: Any) -> Any:
    return other.values if isinstance(other, BoolArray) else bool(other)


def _chosen(answers: NDArray[np.bool_], x: Int64Array, y: Int64Array) -> Int64Array:
    return Int64Array(np.where(answers, x.values, y.values), max(x.bound, y.bound))


def as_fraction_array(value: Any) -> FractionArray | None:
    """A number as one of these; None for what is no exact number."""
    if isinstance(value, FractionArray):
        return value
    if isinstance(value, BoolArray):
        return value.as_numbers()
    if not isinstance(value, int | Fraction):
        return None
    top, bottom = int(value.numerator), int(value.denominator)
    if abs(top) > LIMIT or bottom > LIMIT:
        raise BeyondInt64Error
    return FractionArray(
        Int64Array(top, abs(top)), Int64Array(bottom, bottom) if bottom != 1 else _ONE
    )


def reduced_fractions(top: Int64Array, bottom: Int64Array) -> FractionArray:
    """The fractions ``top`` / ``bottom``, whose bottoms are positive, in lowest terms."""
    top, bottom = reduce_fraction(top, bottom)
    whole = bool(np.all(np.equal(bottom.values, 1)))
    return FractionArray(top, _ONE if whole else bottom)


def _sum(
    x: FractionArray, y: FractionArray, added: Callable[[Int64Array, Int64Array], Int64Array]
) -> FractionArray:
    if x.is_whole and y.is_whole:
        return FractionArray(added(x.numerators, y.numerators))
    top = added(multiply(x.numerators, y.denominators), multiply(y.numerators, x.denominators))
    return reduced_fractions(top, multiply(x.denominators, y.denominators))


def _check_zero(x: FractionArray) -> None:
    if not x:  # variants that divide by zero are divided off before any of them does
        raise ZeroDivisionError


def _quotient(x: FractionArray, y: FractionArray) -> FractionArray:
    _check_zero(y)
    top, bottom = multiply(x.numerators, y.denominators), multiply(x.denominators, y.numerators)
    signs = Int64Array(np.sign(bottom.values), 1)
    return reduced_fractions(multiply(top, signs), absolute(bottom))


def _floored(x: FractionArray, y: FractionArray) -> FractionArray:
    _check_zero(y)
    top, bottom = multiply(x.numerators, y.denominators), multiply(x.denominators, y.numerators)
    return FractionArray(Int64Array(np.floor_divide(top.values, bottom.values), top.bound))


#: Comparisons with a number that no element reaches: what they say of one above, and of one below.
_OUTSIDE: dict[Any, tuple[bool, bool]] = {
    operator.eq: (False, False),
    operator.ne: (True, True),
    operator.lt: (True, False),
    operator.le: (True, False),
    operator.gt: (False, True),
    operator.ge: (False, True),
}


def _compared(x: FractionArray, other: object, compare: Callable[[Any, Any], Any]) -> Any:
    if isinstance(other, int) and abs(other) > x.numerators.bound:
        # Bottoms are 1 or more, so no element is as large: no array is needed to say so.
        above, below = _OUTSIDE[compare]
        return above if other > 0 else below
    y = as_fraction_array(other)
    if y is None:
        return NotImplemented
    left, right = (
        (x.numerators, y.numerators)
        if x.is_whole and y.is_whole
        else (multiply(x.numerators, y.denominators), multiply(y.numerators, x.denominators))
    )
    return BoolArray(np.asarray(compare(left.values, right.values)))
