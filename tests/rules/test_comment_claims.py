"""Comments that state a number: which are read, and how exact they are."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.formatting import count_text
from cnnaudit.rules.comment_claims import comment_claims


@pytest.mark.parametrize(
    ("text", "quantity", "value"),
    [
        ("62,378,344 parameters", "params", 62378344),
        ("62.4M params", "params", 62_400_000),
        ("~62 million parameters", "params", 62_000_000),
        ("params: 62378344", "params", 62378344),
        ("Trainable params: 308,394", "trainable_params", 308394),
        ("Non-trainable params: 896.", "non_trainable_params", 896),
        ("4.2M weights", "params", 4_200_000),
        ("1.1 GMACs", "macs", 1_100_000_000),
        ("1.1G MACs", "macs", 1_100_000_000),
        ("7.7 GFLOPs", "flops", 7_700_000_000),
        ("FLOPs = 150 million", "flops", 150_000_000),
    ],
)
def test_what_is_read(text: str, quantity: str, value: int) -> None:
    (found,) = comment_claims(text)
    assert (found.quantity, int(found.value)) == (quantity, value)


def test_several_numbers() -> None:
    text = "YOLOv5s summary: 224 layers, 7225885 parameters, 7225885 gradients, 16.5 GFLOPs"
    assert [(found.quantity, int(found.value)) for found in comment_claims(text)] == [
        ("params", 7225885),
        ("trainable_params", 7225885),
        ("flops", 16_500_000_000),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "fc6 alone 95,424,512 of the 116,071,837 parameters",
        "A thousandth of the parameters",
        "which adds 7 non-trainable parameters",
        "has 62,378,344 parameters, as in the paper",
        "50x fewer parameters",
        "four parameters (w_0, w_a, w_m, depth)",
        "1,23 parameters",
        "12 parametric layers",
        "224 layers",
        "",
    ],
)
def test_what_is_not(text: str) -> None:
    assert comment_claims(text) == ()


@pytest.mark.parametrize(
    ("text", "holds", "fails"),
    [
        ("62.4M params", [62_378_344, 62_350_000, 62_450_000], [62_349_999, 62_450_001]),
        ("62M params", [62_378_344, 61_500_000], [60_965_128]),
        ("~62M params", [62_378_344, 61_000_000, 63_000_000], [60_965_128]),
        ("~60 million parameters", [62_378_344], [71_000_000]),
        ("62,378,344 parameters", [62_378_344], [62_378_345]),
        ("about 60,000 parameters", [62_958], [71_000]),
    ],
)
def test_how_far_off_it_may_be(text: str, holds: list[int], fails: list[int]) -> None:
    (found,) = comment_claims(text)
    assert all(map(found.allows, holds))
    assert not any(map(found.allows, fails))


@given(st.integers(0, 10**14), st.sampled_from([("", 0), ("K", 3), ("M", 6), ("G", 9)]))
def test_a_number_rounded_and_written_holds(value: int, unit: tuple[str, int]) -> None:
    word, exponent = unit
    (exact,) = comment_claims(f"{count_text(value)} parameters")
    assert exact.value == value
    rounded = round(Fraction(value, 10**exponent), 1)
    (found,) = comment_claims(f"{float(rounded):.1f}{word} params")
    assert found.allows(value)
