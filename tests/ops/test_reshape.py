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
        ("{slice: [0, 4]}", "4x5x6", (4, 5, 4)),
        ("{slice: [2, 3], axis: 0}", "4x5x6", (1, 5, 6)),
        ("{slice: [-3, -1], axis: -2}", "4x5x6", (4, 2, 6)),
        ("{slice: [-2, 6]}", "4x5x6", (4, 5, 2)),
        ("{slice: [1, 9]}", "10", (8,)),
    ],
)
def test_where_values_go(layer: str, input: str, output: tuple[int, ...]) -> None:
    row = last(layer, input=input)
    assert row.node.output_shape == output
    assert row.activation_size == prod(output)
    assert work(layer, input=input) == (0, 0, 0)
    assert weights(layer, input=input) == {}


def test_crop_takes_away_what_pad_adds() -> None:
    assert shape("{pad: [[1, 2], [3, 4]]}", "{crop: [[1, 2], [3, 4]]}") == (8, 8, 3)


def test_a_pad_and_a_valid_window_are_a_padded_window() -> None:
    apart = shape("{pad: [[0, 1], [2, 3]]}", "{conv: 4, kernel: 3, stride: 2}")
    assert apart == shape("{conv: 4, kernel: 3, stride: 2, padding: [[0, 1], [2, 3]]}")


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
    ],
)
def test_what_cannot_be(layer: str, message: str) -> None:
    found = fault(layer, input="4x5x6")
    assert found.name == "invalid-input"
    assert message in found.message
