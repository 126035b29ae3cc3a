"""Rounding of scaled widths: its guarantees and its breakpoints."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.adaptation.rounding import STEPS, Rounding, read_fraction
from cnnaudit.errors import UsageError

RULES = st.builds(Rounding, st.sampled_from(tuple(STEPS)), st.integers(1, 40))
FACTORS = st.fractions(Fraction(1, 500), 3)
CHANNELS = st.integers(1, 600)


@given(RULES, FACTORS, CHANNELS, st.integers(1, 12))
def test_a_width_is_a_multiple_and_never_too_small(
    rounding: Rounding, factor: Fraction, stock: int, multiple: int
) -> None:
    width = rounding.scaled_width(factor, stock, multiple)
    assert width % STEPS[rounding.rule] == 0
    assert width % multiple == 0
    assert width >= min(rounding.min_width, stock)
    assert width >= Fraction(9, 10) * factor * stock


@given(RULES, FACTORS, FACTORS, CHANNELS, st.integers(1, 12))
def test_a_width_never_falls_when_the_factor_grows(
    rounding: Rounding, a: Fraction, b: Fraction, stock: int, multiple: int
) -> None:
    small, large = sorted((a, b))
    assert rounding.scaled_width(small, stock, multiple) <= rounding.scaled_width(
        large, stock, multiple
    )


@given(RULES, CHANNELS, st.integers(1, 12), FACTORS, FACTORS)
def test_widths_change_only_at_breakpoints(
    rounding: Rounding, stock: int, multiple: int, a: Fraction, b: Fraction
) -> None:
    small, large = sorted((a, b))
    breakpoints = rounding.breakpoints(stock, multiple, Fraction(3))
    if not any(small <= factor <= large for factor in breakpoints):
        assert rounding.scaled_width(small, stock, multiple) == rounding.scaled_width(
            large, stock, multiple
        )


@pytest.mark.parametrize(
    ("rule", "factor", "stock", "width"),
    [
        ("even", "29/1000", 96, 4),
        ("even", "29/1000", 4096, 120),
        ("even", "1/2", 96, 48),
        ("8", "1/2", 24, 16),
        ("8", "3/4", 24, 24),
        ("none", "29/1000", 96, 3),
    ],
)
def test_widths_of_each_rule(rule: str, factor: str, stock: int, width: int) -> None:
    assert Rounding(rule).scaled_width(Fraction(factor), stock) == width


@pytest.mark.parametrize(
    "text", ["0", "-1/2", "1/0", "half", "1e3", "1_0", "", "٣", "1/" + "9" * 13]
)
def test_invalid_factors_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--widths"):
        read_fraction("--widths", text)
