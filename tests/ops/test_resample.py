"""Resampling: sizes, and the neighbours that a new value is weighed from."""

import pytest

from .networks import fault, last, shape, work


@pytest.mark.parametrize(
    ("layer", "input", "output"),
    [
        ("{upsample: 2}", "4x5x6", (8, 10, 6)),
        ("{upsample: [1, 3]}", "4x5x6", (4, 15, 6)),
        ("{upsample: 2}", "4x5", (8, 5)),
        ("{upsample: 2}", "2x3x4x5", (4, 6, 8, 5)),
    ],
)
def test_copies_cost_nothing(layer: str, input: str, output: tuple[int, ...]) -> None:
    assert shape(layer, input=input) == output
    assert work(layer, input=input) == (0, 0, 0)


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


def test_a_vector_cannot_be_upsampled() -> None:
    found = fault("{upsample: 2}", input="10")
    assert (found.name, found.message) == ("invalid-input", "a vector has no height or width")
