"""Merges: which shapes go together, and what comes out."""

import pytest

from .networks import fault, shape, weights, work

HALF = "{name: half, max_pool: 2, from: input}"
SQUEEZED = "{name: squeezed, avg_pool: global, from: input}"
WIDE = "{name: wide, conv: 5, kernel: 1, from: input}"
FLAT = "{name: flat, op: flatten, from: input}"
OTHER = "{name: other, conv: 3, kernel: 1, from: input}"
THIRD = "{name: third, conv: 3, kernel: 1, from: input}"

ELEMENTS = 8 * 8 * 3


@pytest.mark.parametrize("op", ["add", "multiply"])
def test_equal_shapes(op: str) -> None:
    layers = (OTHER, THIRD)
    assert shape(*layers, f"{{{op}: [other, third]}}") == (8, 8, 3)
    assert weights(*layers, f"{{{op}: [other, third]}}") == {}
    assert work(*layers, f"{{{op}: [other, third]}}") == (0, 0, ELEMENTS)
    assert work(*layers, f"{{{op}: [input, other, third]}}") == (0, 0, 2 * ELEMENTS)


@pytest.mark.parametrize("input", ["10", "8x3", "2x3x4x5"])
@pytest.mark.parametrize("op", ["add", "multiply"])
def test_merges_on_other_numbers_of_axes(op: str, input: str) -> None:
    same = "{name: same, activation: relu, from: input}"
    sizes = tuple(int(size) for size in input.split("x"))
    assert shape(same, f"{{{op}: [input, same]}}", input=input) == sizes
    assert shape(same, "{concat: [input, same]}", input=input) == (*sizes[:-1], 2 * sizes[-1])


@pytest.mark.parametrize("order", ["[input, squeezed]", "[squeezed, input]"])
def test_multiply_repeats_an_axis_of_one(order: str) -> None:
    """Squeeze and excitation: 1x1xC weighs the channels of a map."""
    assert shape(SQUEEZED, f"{{multiply: {order}}}") == (8, 8, 3)
    assert work(SQUEEZED, f"{{multiply: {order}}}") == (0, 0, ELEMENTS)


def test_multiply_repeats_a_single_channel() -> None:
    mask = "{name: mask, conv: 1, kernel: 1, from: input}"
    assert shape(mask, "{multiply: [input, mask]}") == (8, 8, 3)


@pytest.mark.parametrize(
    ("layers", "output"),
    [
        ((WIDE, "{concat: [input, wide]}"), (8, 8, 8)),
        ((WIDE, "{concat: [wide, input, wide]}"), (8, 8, 13)),
        ((OTHER, "{concat: [input, other], axis: 0}"), (16, 8, 3)),
        ((OTHER, "{concat: [input, other], axis: -2}"), (8, 16, 3)),
        ((FLAT, "{concat: [flat, flat]}"), (384,)),
    ],
)
def test_concat_grows_one_axis(layers: tuple[str, ...], output: tuple[int, ...]) -> None:
    assert shape(*layers) == output
    assert work(*layers) == (0, 0, 0)
    assert weights(*layers) == {}


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((WIDE, "{add: [input, wide]}"), "cannot be added: their shapes differ"),
        ((SQUEEZED, "{add: [input, squeezed]}"), "cannot be added: their shapes differ"),
        ((HALF, "{multiply: [input, half]}"), "cannot be multiplied: their shapes differ"),
        ((FLAT, "{multiply: [input, flat]}"), "cannot be multiplied"),
        ((HALF, "{concat: [input, half]}"), "cannot be concatenated: their heights or widths"),
        ((WIDE, "{concat: [input, wide], axis: 0}"), "their other axes differ"),
        ((FLAT, "{concat: [input, flat]}"), "their numbers of axes differ"),
    ],
)
def test_shapes_that_do_not_go_together(layers: tuple[str, ...], message: str) -> None:
    found = fault(*layers)
    assert found.name == "merge-mismatch"
    assert message in found.message


def test_a_mismatch_names_every_input_with_its_shape() -> None:
    assert fault(HALF, "{add: [input, half]}").notes == ("input: 8 × 8 × 3", "half: 4 × 4 × 3")


@pytest.mark.parametrize("axis", ["3", "-4"])
def test_concat_along_an_axis_that_does_not_exist(axis: str) -> None:
    found = fault(OTHER, f"{{concat: [input, other], axis: {axis}}}")
    assert found.name == "invalid-input"
    assert f"axis {axis} does not exist in an input of 3 axes" in found.message
