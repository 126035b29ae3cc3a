"""Amounts are read exactly, and one of the wrong unit says what to write."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.amounts import COUNT_UNITS, SIZE_UNITS, AmountError, amount_in, read_amount
from cnnaudit.quantities import Unit


def value(text: str, unit: Unit) -> Fraction:
    """The value of a text that is an amount."""
    amount = read_amount(text)
    assert amount is not None
    return amount_in(amount, unit)


@given(
    digits=st.integers(0, 10**18),
    places=st.integers(0, 18),
    unit=st.sampled_from([*COUNT_UNITS, *SIZE_UNITS, ""]),
    blank=st.sampled_from(["", " "]),
    change_case=st.sampled_from([str, str.lower, str.upper]),
)
def test_a_decimal_is_read_exactly(
    digits: int, places: int, unit: str, blank: str, change_case: type[str]
) -> None:
    padded = str(digits).rjust(places + 1, "0")
    cut = len(padded) - places
    number = padded[:cut] + "." * bool(places) + padded[cut:]
    kind: Unit = "bytes" if unit in SIZE_UNITS else "count"
    size = {**COUNT_UNITS, **SIZE_UNITS, "": 1}[unit]
    written = number + blank * bool(unit) + change_case(unit)
    assert value(written, kind) == Fraction(digits, 10**places) * size


@given(st.integers(0, 10**15))
def test_thousands_may_be_marked(number: int) -> None:
    assert value(f"{number:,}", "count") == number


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("1.5M", "count", 1_500_000),
        ("0.1K", "count", 100),
        ("2e6", "count", 2_000_000),
        ("4MiB", "bytes", 4 << 20),
        ("4 MB", "bytes", 4_000_000),
        ("4194304", "bytes", 4 << 20),
        ("1.5GiB", "bytes", 3 << 29),
        ("0B", "bytes", 0),
    ],
)
def test_amounts(text: str, unit: Unit, expected: int) -> None:
    assert value(text, unit) == expected


@pytest.mark.parametrize(
    "text", ["", "M", "-1", "1.2.3", "5%", "1,00", "1_000", "1e3MB", "5 M B", "½M", "9" * 5000]
)
def test_what_is_no_amount(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "unit", "advice"),
    [
        ("4MiB", "count", "write max=4M"),
        ("1.5KB", "count", "write max=1.5K"),
        ("12B", "count", "write max=12"),
        ("4M", "bytes", "write max=4MB or max=4MiB"),
        ("4X", "count", "there are K, M, G, T, B, KB, MB, GB, TB, KiB, MiB, GiB, TiB"),
    ],
)
def test_another_unit_says_what_to_write(text: str, unit: Unit, advice: str) -> None:
    with pytest.raises(AmountError) as raised:
        value(text, unit)
    assert raised.value.help("max=") == advice
    for amount in raised.value.instead:
        value(amount, unit)
