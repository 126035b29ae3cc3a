"""Numbers that are arrays: what they say of each variant is what single numbers say."""

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


def lanes(values: list[Fraction], axis: int) -> FractionArray:
    """An array along one of two axes."""
    shape = (-1, 1) if axis == 0 else (1, -1)
    tops = np.array([value.numerator for value in values], np.int64).reshape(shape)
    bottoms = np.array([value.denominator for value in values], np.int64).reshape(shape)
    return reduced_fractions(
        Int64Array(tops, int(np.abs(tops).max())), Int64Array(bottoms, int(bottoms.max()))
    )


def elements(value: Any, rows: int, columns: int) -> list[list[Fraction]]:
    """Every element of a result, for all pairs of values."""
    if not isinstance(value, FractionArray):
        return [[Fraction(value)] * columns] * rows
    tops = np.broadcast_to(np.asarray(value.top.values), (rows, columns)).tolist()
    bottoms = np.broadcast_to(np.asarray(value.bottom.values), (rows, columns)).tolist()
    return [
        [Fraction(*pair) for pair in zip(*row, strict=True)]
        for row in zip(tops, bottoms, strict=True)
    ]


@pytest.mark.parametrize("text", FORMULAS)
@settings(deadline=None)
@given(xs=st.lists(NUMBERS, min_size=1, max_size=6), ys=st.lists(NUMBERS, min_size=1, max_size=6))
def test_an_expression_over_arrays_is_that_expression_over_each(
    text: str, xs: list[Fraction], ys: list[Fraction]
) -> None:
    tree = expressions.parse(text)
    found = expressions.evaluate(tree, {"x": lanes(xs, 0), "y": lanes(ys, 1)})
    expected = [[expressions.evaluate(tree, {"x": x, "y": y}) for y in ys] for x in xs]
    assert elements(found, len(xs), len(ys)) == expected


@settings(deadline=None)
@given(xs=st.lists(NUMBERS, min_size=1, max_size=8), limit=NUMBERS)
def test_a_condition_holds_for_all_or_divides_the_variants(
    xs: list[Fraction], limit: Fraction
) -> None:
    truths = [x < limit for x in xs]
    try:
        answer = bool(lanes(xs, 0) < limit)
    except SplitError as division:
        assert division.axis == 0
        assert sorted(k for group in division.groups for k in group) == list(range(len(xs)))
        for group in division.groups:
            assert len({truths[k] for k in group}) == 1
    else:
        assert truths == [answer] * len(xs)


def test_one_value_is_asked_for_where_one_is_needed() -> None:
    same, different = lanes([Fraction(3)] * 2, 0), lanes([Fraction(3), Fraction(4)], 0)
    assert list(range(same)) == [0, 1, 2]
    assert hash(same) == hash(3)
    assert math.gcd(same, 6) == 3
    for needs_one in (range, hash, int, lambda x: math.gcd(x, 6)):
        with pytest.raises(SplitError):
            needs_one(different)


def test_a_division_takes_the_axis_with_the_fewest_parts() -> None:
    x = lanes([Fraction(k) for k in range(9)], 0)
    y = lanes([Fraction(0), Fraction(100)], 1)
    with pytest.raises(SplitError) as division:
        bool(x < y)
    assert (division.value.axis, division.value.groups) == (1, [[0], [1]])


def test_dividing_by_zero_is_divided_off() -> None:
    tree = expressions.parse("1 // x")
    with pytest.raises(SplitError) as division:
        expressions.evaluate(tree, {"x": lanes([Fraction(0), Fraction(2)], 0)})
    assert division.value.groups == [[0], [1]]
    with pytest.raises(ExpressionError, match="division by zero"):
        expressions.evaluate(tree, {"x": lanes([Fraction(0), Fraction(0)], 0)})


@settings(deadline=None)
@given(xs=st.lists(st.integers(-LIMIT, LIMIT), min_size=1, max_size=5), factor=st.integers(-9, 9))
def test_nothing_wraps_around(xs: list[int], factor: int) -> None:
    values = lanes([Fraction(x) for x in xs], 0)
    operations: list[Callable[[Any], Any]] = [
        lambda v: v * factor,
        lambda v: v + v,
        lambda v: v - LIMIT,
        lambda v: v * v,
    ]
    for operation in operations:
        try:
            found = operation(values)
        except (SplitError, BeyondInt64Error):
            assert any(abs(operation(x)) > LIMIT * (1 - 2**-39) for x in xs)
        else:
            assert [row[0] for row in elements(found, len(xs), 1)] == [operation(x) for x in xs]


def test_nothing_of_a_fraction_answers_for_one_variant_only() -> None:
    """What arrays do not define fails, and does not fall back on what a single fraction does."""
    with pytest.raises((AttributeError, SplitError)):
        lanes([Fraction(1), Fraction(2)], 0).limit_denominator()
