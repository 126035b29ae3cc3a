"""Values of the axes put into a document: numbers that are arrays where several are put at once."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.parsing.document import Document
from cnnaudit.parsing.values import Value
from cnnaudit.sweeping.array_fraction import reduced_fractions
from cnnaudit.sweeping.box_split import split_error
from cnnaudit.sweeping.checked_int64 import LIMIT, Int64Array
from cnnaudit.sweeping.grid import CLASSES, INPUT, SweepAxis

_Column = NDArray[np.int64]


class AxisArrays(NamedTuple):
    """The values of an axis as arrays.

    ``parts`` are the numerators and denominators, one pair an entry of a shape. Values with
    different ``codes`` cannot be put at once: words, shapes of several ranks, very large numbers.
    """

    name: str
    values: tuple[Any, ...]
    components: tuple[tuple[_Column, _Column], ...]
    codes: _Column


def axis_arrays(axis: SweepAxis) -> AxisArrays:
    """The arrays of an axis."""
    codes: dict[Any, int] = {}
    coded = [codes.setdefault(_together(value), len(codes)) for value in axis.values]
    width = max(len(value) if isinstance(value, tuple) else 1 for value in axis.values)
    parts = []
    for entry in range(width):
        numbers = [_entry(value, entry) for value in axis.values]
        tops = np.array([number.numerator for number in numbers], np.int64)
        parts.append((tops, np.array([number.denominator for number in numbers], np.int64)))
    return AxisArrays(axis.name, axis.values, tuple(parts), np.array(coded, np.int64))


def _together(value: Any) -> Any:
    """What values that can be put at once have in common."""
    if isinstance(value, tuple):
        return len(value) if all(map(_fits, value)) else value
    return "number" if _fits(value) else (value,)


def _fits(value: Any) -> bool:
    number = isinstance(value, int | Fraction) and not isinstance(value, bool)
    return number and abs(value.numerator) <= LIMIT and value.denominator <= LIMIT


def _entry(value: Any, entry: int) -> int | Fraction:
    values = value if isinstance(value, tuple) else (value,)
    found = values[entry] if entry < len(values) else 0
    return found if _fits(found) else 0


def values_at(along: AxisArrays, positions: NDArray[np.int64], axis: int, rank: int) -> Any:
    """The values at some positions as one: itself where it is one, else arrays along ``axis``."""
    if len(positions) == 1:
        return along.values[positions[0]]
    shape = [1] * rank
    shape[axis] = len(positions)
    codes = along.codes[positions]
    if bool((codes != codes[0]).any()):
        raise split_error(codes.reshape(shape))
    first = along.values[positions[0]]
    numbers = [
        _lanes(tops[positions].reshape(shape), bottoms[positions].reshape(shape))
        for tops, bottoms in along.components[: len(first) if isinstance(first, tuple) else 1]
    ]
    return tuple(numbers) if isinstance(first, tuple) else numbers[0]


def _lanes(tops: _Column, bottoms: _Column) -> Any:
    """An array, or the number where all are the same."""
    if bool((tops == tops.flat[0]).all()) and bool((bottoms == bottoms.flat[0]).all()):
        number = Fraction(int(tops.flat[0]), int(bottoms.flat[0]))
        return number.numerator if number.denominator == 1 else number
    most, deepest = int(np.abs(tops).max()), int(bottoms.max())
    return reduced_fractions(Int64Array(tops, most), Int64Array(bottoms, deepest))


def bind(document: Document, name: str, value: Any) -> Document:
    """The document with a value for a variable, ``classes``, or the input."""
    if name in document.vars:
        content = Value(value, document.vars[name].span)
        return document._replace(vars={**document.vars, name: content})
    if name == CLASSES:
        span = document.classes.span if document.classes else document.span
        return document._replace(classes=Value(value, span))
    assert name == INPUT
    ((entry, written),) = document.inputs.items()
    sizes: Sequence[Any] = value
    content = Value(tuple(Value(size, written.span) for size in sizes), written.span)
    return document._replace(inputs={entry: content})
