"""Numbers that are arrays: each element equals the result for a single number."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.parsing import expressions
from cnnaudit.parsing.expressions import ExpressionError
from cnnaudit.sweeping.array_fraction import FractionArray, reduced_fractions
from cnnaudit.sweeping.box_split import BeyondInt64Error, SplitError
from cnnaudit.sweeping.checked_int64 import LIMIT, Int64Array

NUMBERS = st.fractions(min_value=-50, max_value=50, max_denominator=40)

FORMULAS = [
    "x + 1/3",
    "x - y",
    "2 - x",
    "x * y",
    "x / 3 + y / 7",
    "1 / (x*x + 1)",
    "x // 3",
    "x % 3",
    "7 % (abs(x) + 1)",
    "-x",
    "+x",
    "abs(x)",
    "floor(x)",
    "ceil(x)",
    "round(x)",
    "int(x)",
    "min(x, y, 3)",
    "max(x, 1/2)",
    "round_even(x)",
    "ceil_to(x, 8)",
    "round_to(abs(x), 8)",
    "round_to(32*abs(x), 8) + floor(y*3/2)",
]


def fraction_array(values: list[Fraction], axis: int) -> FractionArray:
    """Return the values as an array along one of two axes."""
    shape = (-1, 1) if axis == 0 else (1, -1)
    numerators = np.array([value.numerator for value in values], np.int64).reshape(shape)
    denominators = np.array([value.denominator for value in values], np.int64).reshape(shape)
    return reduced_fractions(
        Int64Array(numerators, int(np.abs(numerators).max())),
        Int64Array(denominators, int(denominators.max())),
    )


def elements(value: Any, rows: int, columns: int) -> list[list[Fraction]]:
    """Return every element of a result, for all pairs of values."""
    if not isinstance(value, FractionArray):
        return [[Fraction(value)] * columns] * rows
    numerators = np.broadcast_to(np.asarray(value.numerators.values), (rows, columns)).tolist()
    denominators = np.broadcast_to(np.asarray(value.denominators.values), (rows, columns)).tolist()
    return [
        [Fraction(*pair) for pair in zip(*row, strict=True)]
        for row in zip(numerators, denominators, strict=True)
    ]


@pytest.mark.parametrize("text", FORMULAS)
@settings(deadline=None)
@given(xs=st.lists(NUMBERS, min_size=1, max_size=6), ys=st.lists(NUMBERS, min_size=1, max_size=6))
def test_an_expression_of_arrays_equals_the_expression_of_each_pair(
    text: str, xs: list[Fraction], ys: list[Fraction]
) -> None:
    tree = expressions.parse(text)
    result = expressions.evaluate(tree, {"x": fraction_array(xs, 0), "y": fraction_array(ys, 1)})
    expected = [[expressions.evaluate(tree, {"x": x, "y": y}) for y in ys] for x in xs]
    assert elements(result, len(xs), len(ys)) == expected


@settings(deadline=None)
@given(xs=st.lists(NUMBERS, min_size=1, max_size=8), limit=NUMBERS)
def test_a_condition_has_one_answer_or_splits_the_variants(
    xs: list[Fraction], limit: Fraction
) -> None:
    truths = [x < limit for x in xs]
    try:
        answer = bool(fraction_array(xs, 0) < limit)
    except SplitError as split:
        assert split.axis == 0
        assert sorted(k for group in split.groups for k in group) == list(range(len(xs)))
        for group in split.groups:
            assert len({truths[k] for k in group}) == 1
    else:
        assert truths == [answer] * len(xs)


def test_operations_that_need_one_value_get_it_or_split() -> None:
    same, different = (
        fraction_array([Fraction(3)] * 2, 0),
        fraction_array([Fraction(3), Fraction(4)], 0),
    )
    assert list(range(same)) == [0, 1, 2]
    assert math.gcd(same, 6) == 3
    for needs_one in (range, int, lambda x: math.gcd(x, 6)):
        with pytest.raises(SplitError):
            needs_one(different)


def test_a_split_takes_the_axis_with_the_fewest_groups() -> None:
    x = fraction_array([Fraction(k) for k in range(9)], 0)
    y = fraction_array([Fraction(0), Fraction(100)], 1)
    with pytest.raises(SplitError) as split:
        bool(x < y)
    assert (split.value.axis, split.value.groups) == (1, [[0], [1]])


def test_division_by_zero_is_split_off() -> None:
    tree = expressions.parse("1 // x")
    with pytest.raises(SplitError) as split:
        expressions.evaluate(tree, {"x": fraction_array([Fraction(0), Fraction(2)], 0)})
    assert split.value.groups == [[0], [1]]
    with pytest.raises(ExpressionError, match="division by zero"):
        expressions.evaluate(tree, {"x": fraction_array([Fraction(0), Fraction(0)], 0)})


@settings(deadline=None)
@given(xs=st.lists(st.integers(-LIMIT, LIMIT), min_size=1, max_size=5), factor=st.integers(-9, 9))
def test_arithmetic_never_overflows(xs: list[int], factor: int) -> None:
    values = fraction_array([Fraction(x) for x in xs], 0)
    operations: list[Callable[[Any], Any]] = [
        lambda v: v * factor,
        lambda v: v + v,
        lambda v: v - LIMIT,
        lambda v: v * v,
    ]
    for operation in operations:
        try:
            result = operation(values)
        except (SplitError, BeyondInt64Error):
            assert any(abs(operation(x)) > LIMIT * (1 - 2**-39) for x in xs)
        else:
            assert [row[0] for row in elements(result, len(xs), 1)] == [operation(x) for x in xs]


def test_methods_of_fraction_that_arrays_do_not_define_fail() -> None:
    """They must not fall back on the methods of a single fraction."""
    with pytest.raises((AttributeError, SplitError)):
        fraction_array([Fraction(1), Fraction(2)], 0).limit_denominator()
