"""What a text means in a field: the YAML 1.2 core schema, and nothing guessed."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.errors import AuditError, Diagnostic
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing.field_types import CoercionError, coerce
from tests.reading import place, pointed_at, value


def refusal(type_: FieldType, text: str) -> Diagnostic:
    """The only complaint about ``text`` in a field of ``type_``."""
    with pytest.raises(AuditError) as caught:
        value(type_, text)
    (found,) = caught.value.diagnostics
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("64", 64),
        ("-3", -3),
        ("+3", 3),
        ("1.5", Fraction(3, 2)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("1e-3", Fraction(1, 1000)),
        ("1E3", 1000),
        ("1.5e+1", 15),
        ("0.1", Fraction(1, 10)),
        ("0x10", 16),
        ("0o17", 15),
        ("29/1000", Fraction(29, 1000)),
        ("'64'", 64),
        ("2 * 3", 6),
    ],
)
def test_numbers(text: str, expected: Any) -> None:
    got = value(FieldType.NUMBER, text)
    assert got == expected
    assert isinstance(got, int | Fraction)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-999, max_value=999))
def test_decimals_are_exact(number: Any) -> None:
    assert value(FieldType.NUMBER, f"{number:f}") == Fraction(number)


@pytest.mark.parametrize("text", ["true", "True", "TRUE"])
def test_true(text: str) -> None:
    assert value(FieldType.FLAG, text) is True


@pytest.mark.parametrize("text", ["false", "False", "FALSE"])
def test_false(text: str) -> None:
    assert value(FieldType.FLAG, text) is False


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "Yes", "NO", "y", "n", "tRUE"])
def test_other_words_are_no_booleans(text: str) -> None:
    found = refusal(FieldType.FLAG, text)
    assert "true or false" in found.message
    assert pointed_at(found) == text


@pytest.mark.parametrize("text", ["1", "0", "1.0"])
def test_a_number_is_no_boolean_and_a_boolean_no_number(text: str) -> None:
    assert refusal(FieldType.FLAG, text).code == "CA906"
    assert refusal(FieldType.NUMBER, "true").code == "CA906"
    assert refusal(FieldType.WHOLE, "false").code == "CA906"


@pytest.mark.parametrize("text", ["010", "00", "1:30", "1_000", "1,000", "0b11", "1e", "0x", "x1"])
def test_what_only_looks_like_a_number_is_refused(text: str) -> None:
    found = refusal(FieldType.WHOLE, text)
    assert found.code == "CA909"
    assert place(found)[1] == 1


@pytest.mark.parametrize("text", ["1_000", "1,000"])
def test_separators_are_answered_with_the_number(text: str) -> None:
    assert refusal(FieldType.WHOLE, text).help == "write 1000"


def test_a_leading_zero_says_what_to_write() -> None:
    assert "without the leading zero" in refusal(FieldType.WHOLE, "010").message


@pytest.mark.parametrize("text", [".inf", "-.inf", ".nan", "inf", "nan", "Infinity"])
def test_only_finite_numbers(text: str) -> None:
    assert refusal(FieldType.NUMBER, text).code == "CA909"


@pytest.mark.parametrize("text", ["~", "null", "Null"])
def test_null_is_a_missing_value(text: str) -> None:
    found = refusal(FieldType.WHOLE, text)
    assert found.code == "CA906"
    assert "missing" in found.message


def test_largest_integer() -> None:
    assert value(FieldType.WHOLE, "9223372036854775807") == 2**63 - 1
    assert refusal(FieldType.WHOLE, "9223372036854775808").code == "CA910"
    assert refusal(FieldType.AXES, "[3, 9223372036854775808]").code == "CA910"


# Whole numbers and rates --------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["0", "-1", "[3]", "{a: 3}", "relu"])
def test_not_a_whole_number(text: str) -> None:
    assert "whole number" in refusal(FieldType.WHOLE, text).message


@pytest.mark.parametrize(
    ("text", "shown"),
    [("3.5", "3.5"), ("118.784", "118.784"), ("4096*29/1000", "118.784"), ("1/3", "1/3")],
)
def test_a_fraction_is_never_cut(text: str, shown: str) -> None:
    with pytest.raises((AuditError, CoercionError)) as caught:
        value(FieldType.WHOLE, text)
    assert f"{shown} is not a whole number" in str(caught.value)


def test_a_fraction_that_is_whole_is_a_whole_number() -> None:
    assert value(FieldType.WHOLE, "64.0") == 64
    assert value(FieldType.WHOLE, "1000 * 64/1000") == 64


@pytest.mark.parametrize("text", ["0", "0.5", "999/1000"])
def test_rates(text: str) -> None:
    assert 0 <= value(FieldType.RATE, text) < 1


@pytest.mark.parametrize("text", ["1", "1.5", "-0.1"])
def test_no_rates(text: str) -> None:
    assert "from 0" in refusal(FieldType.RATE, text).message


# Several numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        (FieldType.AXES, "3", (3, 3)),
        (FieldType.AXES, "1x7", (1, 7)),
        (FieldType.AXES, "[1, 7]", (1, 7)),
        (FieldType.KERNEL, "global", "global"),
        (FieldType.KERNEL, "2", (2, 2)),
        (FieldType.EXTRA, "0", (0, 0)),
        (FieldType.EXTRA, "[0, 1]", (0, 1)),
        (FieldType.PADDING, "same", "same"),
        (FieldType.PADDING, "half", "half"),
        (FieldType.PADDING, "valid", ((0, 0), (0, 0))),
        (FieldType.PADDING, "2", ((2, 2), (2, 2))),
        (FieldType.PADDING, "[1, 2]", ((1, 1), (2, 2))),
        (FieldType.PADDING, "[[0, 1], [2, 3]]", ((0, 1), (2, 3))),
        (FieldType.SHAPE, "227x227x3", (227, 227, 3)),
        (FieldType.SHAPE, "[227, 227, 3]", (227, 227, 3)),
        (FieldType.SHAPE, "784", (784,)),
        (FieldType.SHAPE, "[-1, 4]", (-1, 4)),
        (FieldType.ORDER, "[2, 0, 1]", (2, 0, 1)),
        (FieldType.RANGE, "[0, -1]", (0, -1)),
        (FieldType.AXIS, "-1", -1),
        (FieldType.AXIS_LIST, "[0, 1]", (0, 1)),
        (FieldType.INIT, "he", ("he", None)),
        (FieldType.INIT, "normal(0.01)", ("normal", Fraction(1, 100))),
        (FieldType.INIT, "{normal: 0.01}", ("normal", Fraction(1, 100))),
    ],
)
def test_lists(type_: FieldType, text: str, expected: Any) -> None:
    assert value(type_, text, axes=2) == expected


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (FieldType.AXES, "0"),
        (FieldType.AXES, "[]"),
        (FieldType.AXES, "[1, 0]"),
        (FieldType.AXES, "1x"),
        (FieldType.AXES, "03x3"),
        (FieldType.AXES, "global"),
        (FieldType.AXES, "{h: 1, w: 2}"),
        (FieldType.KERNEL, "half"),
        (FieldType.PADDING, "SAME"),
        (FieldType.PADDING, "-1"),
        (FieldType.PADDING, "[[1, 2, 3], [0, 0]]"),
        (FieldType.PADDING, "same same"),
        (FieldType.AMOUNTS, "same"),
        (FieldType.SHAPE, "0x3"),
        (FieldType.SHAPE, "-2"),
        (FieldType.SHAPE, "28X28"),
        (FieldType.RANGE, "3"),
        (FieldType.RANGE, "[1, 2, 3]"),
        (FieldType.ORDER, "[a, b]"),
        (FieldType.AXIS, "[1]"),
        (FieldType.INIT, "kaiming"),
        (FieldType.INIT, "normal(x)"),
        (FieldType.INIT, "[he, 1, 2]"),
    ],
)
def test_wrong_lists_say_what_was_expected(type_: FieldType, text: str) -> None:
    with pytest.raises((AuditError, CoercionError)) as caught:
        value(type_, text)
    assert str(caught.value)


def test_sizes_must_fit_the_axes() -> None:
    with pytest.raises(CoercionError, match="3 sizes, and the input has 2 spatial axes"):
        value(FieldType.AXES, "1x2x3", axes=2)


def test_an_initialiser_suggests_its_name() -> None:
    assert refusal(FieldType.INIT, "glorot_unifrom").help == "did you mean 'glorot_uniform'?"


def test_an_axis_a_number_for_any_dimension() -> None:
    assert coerce(FieldType.AXES, 3, 1) == (3,)
    assert coerce(FieldType.AXES, 3, 3) == (3, 3, 3)
    assert coerce(FieldType.PADDING, 1, 3) == ((1, 1),) * 3
