"""Sets axis values in an architecture: several values at once become a number that is an array."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.values import ParsedValue
from cnnaudit.sweeping.array_fraction import reduced_fractions
from cnnaudit.sweeping.box_split import split_error
from cnnaudit.sweeping.checked_int64 import LIMIT, Int64Array
from cnnaudit.sweeping.grid import CLASSES, INPUT, SweepAxis

_Column = NDArray[np.int64]


class AxisArrays(NamedTuple):
    """The values of an axis as arrays.

    ``components`` holds numerators and denominators: one pair for numbers, a pair a size for
    shapes. Values with different ``codes`` cannot share an array: words, shapes of different
    rank, numbers beyond int64.
    """

    name: str
    values: tuple[Any, ...]
    components: tuple[tuple[_Column, _Column], ...]
    codes: _Column


def axis_arrays(axis: SweepAxis) -> AxisArrays:
    """Convert the values of an axis to arrays."""
    code_by_group: dict[Any, int] = {}
    codes = [code_by_group.setdefault(_group(value), len(code_by_group)) for value in axis.values]
    width = max(len(value) if isinstance(value, tuple) else 1 for value in axis.values)
    components = []
    for index in range(width):
        numbers = [_component(value, index) for value in axis.values]
        numerators = np.array([number.numerator for number in numbers], np.int64)
        denominators = np.array([number.denominator for number in numbers], np.int64)
        components.append((numerators, denominators))
    return AxisArrays(axis.name, axis.values, tuple(components), np.array(codes, np.int64))


def _group(value: Any) -> Any:
    """Return a key that is equal for values that can share an array."""
    if isinstance(value, tuple):
        return len(value) if all(map(_fits_int64, value)) else value
    return "number" if _fits_int64(value) else (value,)


def _fits_int64(value: Any) -> bool:
    is_number = isinstance(value, int | Fraction) and not isinstance(value, bool)
    return is_number and abs(value.numerator) <= LIMIT and value.denominator <= LIMIT


def _component(value: Any, index: int) -> int | Fraction:
    """One size of a shape, or the number itself; 0 if no array can hold it."""
    sizes = value if isinstance(value, tuple) else (value,)
    number = sizes[index] if index < len(sizes) else 0
    return number if _fits_int64(number) else 0


def values_at(arrays: AxisArrays, positions: NDArray[np.int64], axis: int, rank: int) -> Any:
    """Return the values at some positions of an axis as one value.

    A single value stays as it is; several become arrays of ``rank`` dimensions that vary along
    ``axis``. Raises ``SplitError`` if the values cannot share an array.
    """
    if len(positions) == 1:
        return arrays.values[positions[0]]
    shape = [1] * rank
    shape[axis] = len(positions)
    codes = arrays.codes[positions]
    if bool((codes != codes[0]).any()):
        raise split_error(codes.reshape(shape))
    first = arrays.values[positions[0]]
    components = arrays.components[: len(first) if isinstance(first, tuple) else 1]
    numbers = [
        _number(numerators[positions].reshape(shape), denominators[positions].reshape(shape))
        for numerators, denominators in components
    ]
    return tuple(numbers) if isinstance(first, tuple) else numbers[0]


def _number(numerators: _Column, denominators: _Column) -> Any:
    """A number that is an array, or a plain number if all elements are equal."""
    numerator, denominator = numerators.flat[0], denominators.flat[0]
    if bool((numerators == numerator).all()) and bool((denominators == denominator).all()):
        number = Fraction(int(numerator), int(denominator))
        return number.numerator if number.denominator == 1 else number
    return reduced_fractions(
        Int64Array(numerators, int(np.abs(numerators).max())),
        Int64Array(denominators, int(denominators.max())),
    )


def bind(architecture: Architecture, name: str, value: Any) -> Architecture:
    """Return the architecture with a value for a variable, for ``classes``, or for the input."""
    if name in architecture.vars:
        variable = ParsedValue(value, architecture.vars[name].span)
        return architecture._replace(vars={**architecture.vars, name: variable})
    if name == CLASSES:
        span = architecture.classes.span if architecture.classes else architecture.span
        return architecture._replace(classes=ParsedValue(value, span))
    assert name == INPUT
    ((input_name, stock_shape),) = architecture.inputs.items()
    sizes: Sequence[Any] = value
    span = stock_shape.span
    shape = ParsedValue(tuple(ParsedValue(size, span) for size in sizes), span)
    return architecture._replace(inputs={input_name: shape})
