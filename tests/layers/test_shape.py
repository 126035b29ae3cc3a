"""Operations that move values: where they go, and that they cost nothing."""

from math import prod

import pytest

from .networks import fault, last, shape, weights, work


@pytest.mark.parametrize(
    ("layer", "input", "output"),
    [
        ("flatten", "6x6x256", (9216,)),
        ("flatten", "8x3", (24,)),
        ("flatten", "2x3x4x5", (120,)),
        ("flatten", "10", (10,)),
        ("{reshape: 7x7x64}", "3136", (7, 7, 64)),
        ("{reshape: [7, -1]}", "3136", (7, 448)),
        ("{reshape: -1}", "4x5x6", (120,)),
        ("{reshape: 12}", "3x4", (12,)),
        ("{permute: [2, 0, 1]}", "4x5x6", (6, 4, 5)),
        ("{permute: [1, 0]}", "4x5", (5, 4)),
        ("{permute: [3, 2, 1, 0]}", "2x3x4x5", (5, 4, 3, 2)),
        ("{pad: 3}", "4x5x6", (10, 11, 6)),
        ("{pad: [1, 2]}", "4x5x6", (6, 9, 6)),
        ("{pad: [[0, 1], [2, 3]], mode: reflect}", "4x5x6", (5, 10, 6)),
        ("{pad: 0}", "4x5x6", (4, 5, 6)),
        ("{pad: [[1, 2]]}", "4x5", (7, 5)),
        ("{pad: 1}", "2x3x4x5", (4, 5, 6, 5)),
        ("{crop: 1}", "4x5x6", (2, 3, 6)),
        ("{crop: [1, 0]}", "4x5x6", (2, 5, 6)),
        ("{crop: [[0, 3], [4, 0]]}", "4x5x6", (1, 1, 6)),
        ("{crop: 1}", "4x5", (2, 5)),
        ("{upsample: 2}", "4x5x6", (8, 10, 6)),
        ("{upsample: [1, 3]}", "4x5x6", (4, 15, 6)),
        ("{upsample: 2}", "4x5", (8, 5)),
        ("{upsample: 2}", "2x3x4x5", (4, 6, 8, 5)),
        ("{slice: [0, 4]}", "4x5x6", (4, 5, 4)),
        ("{slice: [2, 3], axis: 0}", "4x5x6", (1, 5, 6)),
        ("{slice: [-3, -1], axis: -2}", "4x5x6", (4, 2, 6)),
        ("{slice: [-2, 6]}", "4x5x6", (4, 5, 2)),
        ("{slice: [1, 9]}", "10", (8,)),
        ("{channel_shuffle: 3}", "4x5x6", (4, 5, 6)),
        ("{channel_shuffle: 3}", "4x6", (4, 6)),
    ],
)
def test_where_values_go(layer: str, input: str, output: tuple[int, ...]) -> None:
    row = last(layer, input=input)
    assert row.node.shape == output
    assert row.activation_size == prod(output)
    assert work(layer, input=input) == (0, 0, 0)
    assert weights(layer, input=input) == {}


def test_crop_takes_away_what_pad_adds() -> None:
    assert shape("{pad: [[1, 2], [3, 4]]}", "{crop: [[1, 2], [3, 4]]}") == (8, 8, 3)


def test_a_pad_and_a_valid_window_are_a_padded_window() -> None:
    apart = shape("{pad: [[0, 1], [2, 3]]}", "{conv: 4, kernel: 3, stride: 2}")
    assert apart == shape("{conv: 4, kernel: 3, stride: 2, padding: [[0, 1], [2, 3]]}")


@pytest.mark.parametrize(
    ("mode", "input", "neighbours"),
    [
        ("linear", "8x3", 2),
        ("linear", "8x8x3", 4),
        ("linear", "2x2x2x3", 8),
        ("cubic", "8x8x3", 16),
    ],
)
def test_interpolation_weighs_its_neighbours(mode: str, input: str, neighbours: int) -> None:
    """n products and n − 1 sums for each new value."""
    row = last(f"{{upsample: 2, mode: {mode}}}", input=input)
    assert row.elementwise_ops == (2 * neighbours - 1) * row.activation_size
    assert (row.macs, row.params) == (0, 0)


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


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("{reshape: 5x5}", "120 values (4 × 5 × 6) cannot be reshaped to 5 × 5"),
        ("{reshape: [-1, -1]}", "cannot be reshaped"),
        ("{reshape: [-1, 7]}", "cannot be reshaped"),
        ("{reshape: [-1, 240]}", "cannot be reshaped"),
        ("{permute: [1, 0]}", "an order of 3 axes names each of 0 to 2 once"),
        ("{permute: [0, 1, 1]}", "names each of 0 to 2 once"),
        ("{permute: [1, 2, 3]}", "names each of 0 to 2 once"),
        ("{crop: 2}", "nothing is left of 4 × 5"),
        ("{crop: [[0, 0], [2, 3]]}", "nothing is left of 4 × 5"),
        ("{slice: [0, 7]}", "the range [0, 7] is not inside an axis of size 6"),
        ("{slice: [3, 3]}", "the range [3, 3] is not inside"),
        ("{slice: [-7, 2]}", "the range [-7, 2] is not inside"),
        ("{slice: [0, 5], axis: 0}", "is not inside an axis of size 4"),
        ("{slice: [0, 1], axis: 3}", "axis 3 does not exist"),
        ("{slice: [0, 1], axis: -4}", "axis -4 does not exist"),
        ("{channel_shuffle: 4}", "6 channels cannot be divided into 4 groups"),
    ],
)
def test_what_cannot_be(layer: str, message: str) -> None:
    found = fault(layer, input="4x5x6")
    assert found.name == "invalid-input"
    assert message in found.message


def test_a_vector_cannot_be_upsampled() -> None:
    found = fault("{upsample: 2}", input="10")
    assert (found.name, found.message) == ("invalid-input", "a vector has no height or width")
