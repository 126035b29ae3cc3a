"""Operations that keep the shape: their cost and weights."""

import pytest

from .networks import fault, shape, weights, work


@pytest.mark.parametrize("input", ["4x5x6", "4x6"])
def test_shuffled_channels_cost_nothing(input: str) -> None:
    assert "x".join(map(str, shape("{channel_shuffle: 3}", input=input))) == input
    assert work("{channel_shuffle: 3}", input=input) == (0, 0, 0)
    assert weights("{channel_shuffle: 3}", input=input) == {}


def test_groups_divide_the_channels_that_are_shuffled() -> None:
    problem = fault("{channel_shuffle: 4}", input="4x5x6")
    assert problem.name == "invalid-input"
    assert "6 channels cannot be divided into 4 groups" in problem.message


@pytest.mark.parametrize(
    ("layer", "learned"),
    [
        ("scale", {"gamma": (6,)}),
        ("{scale: 1e-6}", {"gamma": (6,)}),
        ("{scale: 0.1, learned: false}", {}),
    ],
)
def test_scale_is_a_factor_for_each_channel(
    layer: str, learned: dict[str, tuple[int, ...]]
) -> None:
    assert shape(layer, input="4x5x6") == (4, 5, 6)
    assert weights(layer, input="4x5x6") == learned
    assert work(layer, input="4x5x6") == (0, 0, 120)
