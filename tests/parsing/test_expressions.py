"""Arithmetic in text fields: exact, bounded, and the same as Python's on rationals."""

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnnaudit.errors import Diagnostic
from cnnaudit.parsing import expressions
from cnnaudit.parsing.expressions import ExpressionError, evaluate, names, number, parse
from tests.counted import growth
from tests.reading import complaint, place
from tests.support import audit_text, chain


def result(text: str, **values: Any) -> Any:
    return evaluate(parse(text), values)


def refusal(text: str, **values: Any) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        result(text, **values)
    return caught.value


# The law ------------------------------------------------------------------------------------------


def binary(operands: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Longer expressions from shorter ones; parentheses are drawn, so precedence matters."""
    operators = st.sampled_from(["+", "-", "*", "/", "//", "%"])
    comparisons = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    sums = st.builds("{} {} {}".format, operands, operators, operands)
    compared = st.builds("({}) {} ({})".format, operands, comparisons, operands)
    return st.one_of(
        sums,
        st.builds("({})".format, sums),
        st.builds("-{}".format, operands),
        st.builds("min({}, {})".format, operands, operands),
        st.builds("abs({})".format, operands),
        st.builds("({} if {} else {})".format, operands, compared, operands),
        st.builds("(({0}) + ({0} or {1}))".format, compared, compared),
        st.builds("(not {} and {})".format, compared, compared),
    )


LITERALS = st.integers(0, 60).map(str) | st.sampled_from(["0.5", ".25", "1.75", "1e-3", "2e2"])
EXPRESSIONS = st.recursive(LITERALS, binary, max_leaves=10).filter(lambda text: len(text) <= 200)


def with_python(text: str) -> Any:
    """The value that Python gives to the text with every literal as a ``Fraction``."""
    literal = r"(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?"
    exact = re.sub(literal, r"Fraction('\g<0>')", text)
    # `//` leaves Python's integers, whose quotient would be a float.
    exact = re.sub(r"(?<!/)/(?!/)", "/ Fraction(1) /", exact)
    return eval(exact, {"Fraction": Fraction})


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS)
@example("2 + 3 * 4 - 5 // 2 % 3")
@example("-7 // 2 + -7 % 3")
@example("1 - 2 - 3 / 4 / 5")
@example("1 // 1 / (3 // 1)")
def test_expressions_agree_with_rational_arithmetic(text: str) -> None:
    try:
        expected = with_python(text)
    except ZeroDivisionError:
        assert "division by zero" in str(refusal(text))
        return
    got = result(text)
    assert got == expected
    assert isinstance(got, int | Fraction)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_a_product_with_a_fraction_is_exact(numerator: int, denominator: int) -> None:
    assert result("a / b * b", a=numerator, b=denominator) == numerator


# Meaning ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("8 - 4 - 2", 2),
        ("16 / 4 / 2", 2),
        ("7 // 2 * 2", 6),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("- - 3", 3),
        ("+3", 3),
        ("1 + 1 == 2", True),
        ("not 1 == 2", True),
        ("true or false and false", True),
        ("(true or false) and false", False),
        ("1 if false else 2 if false else 3", 3),
        ("1 < 2 and 2 < 3", True),
        ("29/1000", Fraction(29, 1000)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1e-3", Fraction(1, 1000)),
        ("2.", 2),
        ("  3 ", 3),
    ],
)
def test_precedence_and_values(text: str, expected: Any) -> None:
    assert result(text) == expected
    assert type(result(text)) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("abs(1/2 - 1)", Fraction(1, 2)),
        ("floor(-1/2)", -1),
        ("ceil(1/2)", 1),
        ("round(5/2)", 2),
        ("round(7/2)", 4),
        ("int(-7/2)", -3),
        ("round_even(96 * 29/1000)", 4),
        ("round_even(4)", 4),
        ("round_even(4.001)", 6),
        ("round_even(5)", 6),
        ("ceil_to(17, 8)", 24),
        ("ceil_to(16, 8)", 16),
        ("round_to(20, 8)", 24),
        ("round_to(19, 8)", 24),
        ("round_to(11, 8)", 16),
        ("round_to(1, 8)", 8),
        ("round_to(35, 8)", 32),
    ],
)
def test_functions(text: str, expected: Any) -> None:
    assert result(text) == expected


@given(st.integers(1, 10_000), st.integers(1, 64))
def test_round_to_is_a_multiple_and_never_below_nine_tenths(x: int, step: int) -> None:
    rounded = result("round_to(x, step)", x=x, step=step)
    assert rounded % step == 0
    assert rounded >= Fraction(9, 10) * x


@given(st.fractions(0, 10_000))
def test_round_even_is_the_next_even_number(x: Fraction) -> None:
    rounded = result("round_even(x)", x=x)
    assert rounded % 2 == 0
    assert 0 <= rounded - x < 2


def test_names() -> None:
    assert names(parse("a * min(b, 2) if c else -a")) == {"a", "b", "c"}
    with pytest.raises(KeyError):
        result("a + 1")


def test_what_is_not_chosen_is_not_evaluated() -> None:
    assert result("1 / x if x != 0 else 7", x=0) == 7
    assert result("x != 0 and 1 / x > 1", x=0) is False


# Refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        ("1 +", 3),
        ("1 + * 2", 4),
        ("(1 + 2", 6),
        ("1 + 2)", 5),
        ("a b", 2),
        ("2 ** 3", 3),
        ("2 ^ 3", 2),
        ("a.b", 1),
        ("a[0]", 1),
        ("'a'", 0),
        ("x = 3", 2),
        ("1 < 2 < 3", 6),
        ("eval(1)", 0),
        ("__import__(1)", 0),
        ("3 + open(1)", 4),
        ("min()", 4),
        ("floor(1, 2)", 0),
        ("1 if 2", 6),
        ("lambda: 1", 6),
        ("4 + 010", 4),
        ("1_000", 1),
        ("½", 0),
        ("1e99", 0),
    ],
)
def test_what_is_no_expression_is_refused_at_its_place(text: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.offset == offset
    assert str(caught.value)


def test_an_unknown_function_lists_the_known_ones() -> None:
    assert "round_even" in str(refusal("sqrt(2)"))


@pytest.mark.parametrize("text", ["1/0", "1 // 0", "1 % 0", "ceil_to(1, 0)", "round_to(1, 0)"])
def test_division_by_zero(text: str) -> None:
    assert "division by zero" in str(refusal(text))


def test_a_word_is_not_a_number() -> None:
    assert "'relu'" in str(refusal("a + 1", a="relu"))


# Bounds -------------------------------------------------------------------------------------------


def test_two_hundred_characters() -> None:
    assert result("1" + "+1" * 99 + " ") == 100
    assert "200" in str(refusal("1" + "+1" * 100))


def test_nesting() -> None:
    assert result("(" * 15 + "1" + ")" * 15) == 1
    assert "deep" in str(refusal("(" * 17 + "1" + ")" * 17))
    assert "deep" in str(refusal("abs(" * 17 + "1" + ")" * 17))


@pytest.mark.parametrize("text", ["-" * 199 + "1", "not " * 49 + "true", "1" + "-1" * 99])
def test_long_chains_need_no_nesting(text: str) -> None:
    assert result(text) == with_python(text.replace("true", "1"))


@pytest.mark.parametrize("text", ["1e9999", "1e-9999", "1e99999999999", "1e41", "1" * 201])
def test_huge_literals_are_refused_before_they_are_built(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(expressions, "Fraction")
    with pytest.raises(ExpressionError):
        number(text)


def test_numbers_cannot_grow_without_end() -> None:
    assert "too large" in str(refusal("a*a*a*a*a*a*a*a*a", a=2**200))
    assert "too long" in str(refusal("1/a/a/a/a/a/a/a/a/a", a=2**200 + 1))


def test_numbers_cannot_grow_through_variables() -> None:
    def squared(times: int) -> Diagnostic:
        lines = "".join(f"  v{n + 1}: v{n} * v{n}\n" for n in range(times))
        return complaint(chain(f"{{dense: v{times}}}", input="8", more=f"vars:\n  v0: 99\n{lines}"))

    assert growth(squared, 30) < 2.5
    found = squared(60)
    assert found.code == "CA909"
    assert "too large" in found.message


# In a file ----------------------------------------------------------------------------------------


def test_a_fault_in_a_file_points_into_the_expression() -> None:
    assert place(complaint(chain("{dense: 3 + * 4}", input="8"))) == ("CA909", 5, 17)


def test_names_in_a_file() -> None:
    audit = audit_text(
        chain(
            "{conv: 2*in_channels, kernel: in_height - in_width + 1}",
            "flatten",
            "{dense: classes if in_features == 384 else 1}",
            input="8x8x3",
            more="classes: 10",
        )
    )
    assert audit.graph.nodes[-1].output_shape == (10,)


def test_an_unknown_name_suggests_a_known_one() -> None:
    found = complaint(chain("{dense: widht * 2}", input="8", more="vars: {width: 4}"))
    assert found.code == "CA909"
    assert found.help == "did you mean 'width'?"
