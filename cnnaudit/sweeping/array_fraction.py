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

from cnnaudit.sweeping.box_split import BeyondInt64Error, agreed, split
from cnnaudit.sweeping.checked_int64 import LIMIT, Integers, absolute, minus, plus, reduced, times

#: A number of the calculator, or many.
Number: TypeAlias = "int | Fraction | Lanes"

_ONE = Integers(1, 1)


class Lanes(Fraction):
    """Fractions ``top`` / ``bottom`` in lowest terms, the bottom positive; shapes broadcast."""

    __slots__ = ("bottom", "top")

    top: Integers
    bottom: Integers

    def __new__(cls, top: Integers, bottom: Integers = _ONE) -> "Lanes":
        """Fractions that are in lowest terms already."""
        self = object.__new__(cls)
        self.top = top
        self.bottom = bottom
        return self

    # What they are -------------------------------------------------------------------------------

    @property
    def whole(self) -> bool:
        """Whether it is known that every element is a whole number."""
        return self.bottom is _ONE

    @property
    def numerator(self) -> Any:
        """The numerators."""
        return self if self.whole else Lanes(self.top)

    @property
    def denominator(self) -> Any:
        """The denominators."""
        return 1 if self.whole else Lanes(self.bottom)

    def array(self) -> NDArray[np.int64]:
        """The elements, which must be whole."""
        assert self.whole
        return np.asarray(self.top.values, np.int64)

    def first(self) -> Fraction:
        """The element of the first variant."""
        tops, bottoms = np.asarray(self.top.values), np.asarray(self.bottom.values)
        return Fraction(int(tops.flat[0]), int(bottoms.flat[0]))

    def single(self) -> Fraction:
        """The element that all variants have; raises ``SplitError`` where they differ."""
        for values in (np.asarray(self.top.values), np.asarray(self.bottom.values)):
            if values.size > 1 and bool((values != values.flat[0]).any()):
                raise split(values)
        return self.first()

    # One answer for all --------------------------------------------------------------------------

    def __bool__(self) -> bool:
        return agreed(np.asarray(np.not_equal(self.top.values, 0)))

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
        other = as_lanes(other)
        return NotImplemented if other is None else _sum(self, other, plus)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        other = as_lanes(other)
        return NotImplemented if other is None else _sum(self, other, minus)

    def __rsub__(self, other: Any) -> Any:
        other = as_lanes(other)
        return NotImplemented if other is None else _sum(other, self, minus)

    def __mul__(self, other: Any) -> Any:
        other = as_lanes(other)
        if other is None:
            return NotImplemented
        if self.whole and other.whole:
            return Lanes(times(self.top, other.top))
        return fractions(times(self.top, other.top), times(self.bottom, other.bottom))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        other = as_lanes(other)
        return NotImplemented if other is None else _quotient(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        other = as_lanes(other)
        return NotImplemented if other is None else _quotient(other, self)

    def __floordiv__(self, other: Any) -> Any:
        other = as_lanes(other)
        return NotImplemented if other is None else _floored(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        other = as_lanes(other)
        return NotImplemented if other is None else _floored(other, self)

    def __mod__(self, other: Any) -> Any:
        other = as_lanes(other)
        return NotImplemented if other is None else self - other * _floored(self, other)

    def __rmod__(self, other: Any) -> Any:
        other = as_lanes(other)
        return NotImplemented if other is None else other % self

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Any:
        return Lanes(Integers(np.negative(self.top.values), self.top.most), self.bottom)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return Lanes(absolute(self.top), self.bottom)

    def __floor__(self) -> Any:
        return self if self.whole else self // 1

    def __ceil__(self) -> Any:
        return self if self.whole else -(-self // 1)

    def __trunc__(self) -> Any:
        return self if self.whole else (self >= 0).choose(self // 1, -(-self // 1))

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


class Answers:
    """What a comparison says of each variant; as a truth, what all of them say."""

    __slots__ = ("values",)

    def __init__(self, values: NDArray[np.bool_]) -> None:
        self.values = values

    def __bool__(self) -> bool:
        return agreed(self.values)

    def __index__(self) -> int:
        return int(bool(self))

    def choose(self, x: Number, y: Number) -> Number:
        """``x`` where the answer is yes, ``y`` where it is no."""
        one, other = as_lanes(x), as_lanes(y)
        assert one is not None and other is not None
        top = _chosen(self.values, one.top, other.top)
        if one.whole and other.whole:
            return Lanes(top)
        return Lanes(top, _chosen(self.values, one.bottom, other.bottom))

    def numbers(self) -> Lanes:
        """1 for yes and 0 for no."""
        return Lanes(Integers(self.values.astype(np.int64), 1))

    def __and__(self, other: Any) -> "Answers":
        return Answers(np.asarray(self.values & _answers(other)))

    def __or__(self, other: Any) -> "Answers":
        return Answers(np.asarray(self.values | _answers(other)))

    __rand__, __ror__ = __and__, __or__

    def __add__(self, other: Any) -> Any:
        return self.numbers() + other

    def __mul__(self, other: Any) -> Any:
        return self.numbers() * other

    __radd__, __rmul__ = __add__, __mul__


def _answers(other: Any) -> Any:
    return other.values if isinstance(other, Answers) else bool(other)


def _chosen(answers: NDArray[np.bool_], x: Integers, y: Integers) -> Integers:
    return Integers(np.where(answers, x.values, y.values), max(x.most, y.most))


def as_lanes(value: Any) -> Lanes | None:
    """A number as one of these; None for what is no exact number."""
    if isinstance(value, Lanes):
        return value
    if isinstance(value, Answers):
        return value.numbers()
    if not isinstance(value, int | Fraction):
        return None
    top, bottom = int(value.numerator), int(value.denominator)
    if abs(top) > LIMIT or bottom > LIMIT:
        raise BeyondInt64Error
    return Lanes(Integers(top, abs(top)), Integers(bottom, bottom) if bottom != 1 else _ONE)


def fractions(top: Integers, bottom: Integers) -> Lanes:
    """The fractions ``top`` / ``bottom``, whose bottoms are positive, in lowest terms."""
    top, bottom = reduced(top, bottom)
    whole = bool(np.all(np.equal(bottom.values, 1)))
    return Lanes(top, _ONE if whole else bottom)


def _sum(x: Lanes, y: Lanes, added: Callable[[Integers, Integers], Integers]) -> Lanes:
    if x.whole and y.whole:
        return Lanes(added(x.top, y.top))
    top = added(times(x.top, y.bottom), times(y.top, x.bottom))
    return fractions(top, times(x.bottom, y.bottom))


def _check_zero(x: Lanes) -> None:
    if not x:  # variants that divide by zero are divided off before any of them does
        raise ZeroDivisionError


def _quotient(x: Lanes, y: Lanes) -> Lanes:
    _check_zero(y)
    top, bottom = times(x.top, y.bottom), times(x.bottom, y.top)
    signs = Integers(np.sign(bottom.values), 1)
    return fractions(times(top, signs), absolute(bottom))


def _floored(x: Lanes, y: Lanes) -> Lanes:
    _check_zero(y)
    top, bottom = times(x.top, y.bottom), times(x.bottom, y.top)
    return Lanes(Integers(np.floor_divide(top.values, bottom.values), top.most))


#: Comparisons with a number that no element reaches: what they say of one above, and of one below.
_OUTSIDE: dict[Any, tuple[bool, bool]] = {
    operator.eq: (False, False),
    operator.ne: (True, True),
    operator.lt: (True, False),
    operator.le: (True, False),
    operator.gt: (False, True),
    operator.ge: (False, True),
}


def _compared(x: Lanes, other: object, compare: Callable[[Any, Any], Any]) -> Any:
    if isinstance(other, int) and abs(other) > x.top.most:
        # Bottoms are 1 or more, so no element is as large: no array is needed to say so.
        above, below = _OUTSIDE[compare]
        return above if other > 0 else below
    y = as_lanes(other)
    if y is None:
        return NotImplemented
    left, right = (
        (x.top, y.top) if x.whole and y.whole else (times(x.top, y.bottom), times(y.top, x.bottom))
    )
    return Answers(np.asarray(compare(left.values, right.values)))
