"""Pooling: sizes by framework, and operations counted window by window."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.ops.pool import adaptive_windows

from .networks import fault, last, shape, weights, work

FRAMEWORKS = ("keras", "pytorch", "caffe", "darknet")


@pytest.mark.parametrize("op", ["max_pool", "avg_pool"])
@pytest.mark.parametrize(
    ("window", "input", "output"),
    [
        ("2", "8x7x3", (4, 3, 3)),
        ("3, stride: 2", "8x8x3", (3, 3, 3)),
        ("3, stride: 2, padding: same", "8x7x3", (4, 4, 3)),
        ("3, stride: 2, padding: half", "8x7x3", (4, 4, 3)),
        ("3, stride: 2, padding: 1", "8x8x3", (4, 4, 3)),
        ("3, stride: 2, padding: [0, 1]", "8x8x3", (3, 4, 3)),
        ("3, stride: 2, padding: [[0, 1], [0, 0]]", "8x8x3", (4, 3, 3)),
        ("3, stride: 2, padding: valid", "8x8x3", (3, 3, 3)),
        ("3, stride: 2, rounding: ceil", "8x8x3", (4, 4, 3)),
        ("1x3, stride: 1x2", "8x8x3", (8, 3, 3)),
        ("4", "16x2", (4, 2)),
        ("2", "4x6x8x3", (2, 3, 4, 3)),
        ("[1, 2, 2]", "4x6x8x3", (4, 3, 4, 3)),
        ("global", "8x7x3", (1, 1, 3)),
        ("global, keep_dims: false", "8x7x3", (3,)),
        ("global", "16x2", (1, 2)),
        ("global", "4x6x8x3", (1, 1, 1, 3)),
        ("global, keep_dims: false", "4x6x8x3", (3,)),
    ],
)
def test_the_output_of_a_pool(op: str, window: str, input: str, output: tuple[int, ...]) -> None:
    assert shape(f"{{{op}: {window}}}", input=input) == output


# What a framework does where the file says nothing -----------------------------------------------


@pytest.mark.parametrize("op", ["max_pool", "avg_pool"])
@pytest.mark.parametrize(
    ("framework", "size"), [("keras", 4), ("pytorch", 4), ("caffe", 8), ("darknet", 9)]
)
def test_the_default_stride(op: str, framework: str, size: int) -> None:
    """The kernel, or 1; Darknet also pads so that nothing is lost."""
    assert shape(f"{{{op}: 2}}", input="9x9x1", framework=framework) == (size, size, 1)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "expected"),
    [
        (112, 3, 2, 0, {"keras": 55, "pytorch": 55, "caffe": 56, "darknet": 55}),
        (224, 3, 2, 1, {"keras": 112, "pytorch": 112, "caffe": 113, "darknet": 112}),
        (32, 1, 2, 0, {"keras": 16, "pytorch": 16, "caffe": 17, "darknet": 16}),
        (9, 4, 4, 2, {"keras": 3, "pytorch": 3, "caffe": 3, "darknet": 3}),
    ],
)
def test_the_default_rounding(
    size: int, kernel: int, stride: int, padding: int, expected: dict[str, int]
) -> None:
    layer = f"{{max_pool: {kernel}, stride: {stride}, padding: {padding}}}"
    input = f"{size}x{size}x1"
    found = {name: shape(layer, input=input, framework=name)[0] for name in FRAMEWORKS}
    assert found == expected


def test_what_ceil_means_is_the_frameworks_choice() -> None:
    layer = "{max_pool: 1, stride: 2, rounding: ceil}"
    found = {name: shape(layer, input="32x32x1", framework=name)[0] for name in FRAMEWORKS}
    assert found == {"keras": 16, "pytorch": 16, "caffe": 17, "darknet": 16}


def test_rounding_can_be_written_against_the_framework() -> None:
    layer = "{max_pool: 3, stride: 2, rounding: floor}"
    assert shape(layer, input="112x112x1", framework="caffe") == (55, 55, 1)


@pytest.mark.parametrize(
    ("kernel", "stride", "size", "amounts"),
    [
        # Darknet, maxpool_layer.c: (n + padding − size) / stride + 1 with padding = size − 1
        (2, 2, 7, (0, 1)),
        (2, 1, 13, (0, 1)),
        (3, 2, 7, (1, 1)),
        (5, 1, 13, (2, 2)),
        (4, 1, 13, (1, 2)),
    ],
)
def test_darknet_pads_a_pool_by_one_less_than_its_kernel(
    kernel: int, stride: int, size: int, amounts: tuple[int, int]
) -> None:
    row = last(f"{{max_pool: {kernel}, stride: {stride}}}", input="13x13x1", framework="darknet")
    assert row.node.output_shape == (size, size, 1)
    assert row.node.attributes["padding"] == (amounts, amounts)


def test_a_global_pool_is_the_same_everywhere() -> None:
    found = {shape("{avg_pool: global}", input="7x7x4", framework=name) for name in FRAMEWORKS}
    assert found == {(1, 1, 4)}


# Work --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", ["{max_pool: 2}", "{avg_pool: global}", "{adaptive_pool: 3}"])
def test_pooling_learns_nothing(layer: str) -> None:
    assert weights(layer) == {}
    assert work(layer)[:2] == (0, 0)


@pytest.mark.parametrize(
    ("window", "outputs", "cells"),
    [
        ("2", 4 * 4 * 3, 4),
        ("3, stride: 2", 3 * 3 * 3, 9),
        ("2x3, stride: 1, padding: same", 8 * 8 * 3, 6),
        ("global", 3, 64),
        ("global, keep_dims: false", 3, 64),
    ],
)
def test_operations_of_a_window(window: str, outputs: int, cells: int) -> None:
    """k cells need k − 1 comparisons, or k − 1 additions and a division."""
    assert work(f"{{max_pool: {window}}}") == (0, 0, outputs * (cells - 1))
    assert work(f"{{avg_pool: {window}}}") == (0, 0, outputs * cells)


def test_operations_on_other_numbers_of_axes() -> None:
    assert work("{max_pool: 4}", input="16x2") == (0, 0, 4 * 2 * 3)
    assert work("{avg_pool: 2}", input="4x6x8x3") == (0, 0, 2 * 3 * 4 * 3 * 8)


# Adaptive ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "input", "output"),
    [
        ("7", "13x9x3", (7, 7, 3)),
        ("1", "13x9x3", (1, 1, 3)),
        ("[2, 5]", "13x9x3", (2, 5, 3)),
        ("2x5", "13x9x3", (2, 5, 3)),
        ("6", "4x4x3", (6, 6, 3)),
        ("4", "10x2", (4, 2)),
        ("[1, 2, 3]", "4x4x4x2", (1, 2, 3, 2)),
    ],
)
def test_the_output_of_an_adaptive_pool(size: str, input: str, output: tuple[int, ...]) -> None:
    assert shape(f"{{adaptive_pool: {size}}}", input=input) == output


def windows_of(size: int, count: int) -> list[list[int]]:
    """Window i holds every cell that overlaps the i-th of ``count`` equal stretches."""
    return [
        [
            cell
            for cell in range(size)
            if cell * count < (i + 1) * size and (cell + 1) * count > i * size
        ]
        for i in range(count)
    ]


@given(st.integers(1, 40), st.integers(1, 40))
@settings(deadline=None)
def test_adaptive_windows_hold_the_cells_of_their_stretch(size: int, count: int) -> None:
    assert adaptive_windows(size, count) == sum(len(cells) for cells in windows_of(size, count))


@pytest.mark.parametrize(("mode", "spared"), [("avg", 0), ("max", 1)])
def test_operations_of_an_adaptive_pool(mode: str, spared: int) -> None:
    operations = 3 * sum(
        len(row) * len(column) - spared for row in windows_of(13, 7) for column in windows_of(9, 4)
    )
    layer = f"{{adaptive_pool: [7, 4], mode: {mode}}}"
    assert work(layer, input="13x9x3") == (0, 0, operations)


def test_an_adaptive_pool_to_one_cell_is_global() -> None:
    for mode in ("avg", "max"):
        adaptive = work(f"{{adaptive_pool: 1, mode: {mode}}}", input="7x5x4")
        assert adaptive == work(f"{{{mode}_pool: global}}", input="7x5x4")


# What cannot be ----------------------------------------------------------------------------------


@pytest.mark.parametrize("op", ["max_pool", "avg_pool"])
def test_a_window_that_does_not_fit(op: str) -> None:
    found = fault(f"{{{op}: 9}}")
    assert found.name == "kernel-exceeds-input"
    assert "the kernel 9×9 is larger than its input 8 × 8" in found.message


@pytest.mark.parametrize(
    "layer", ["{max_pool: 2}", "{avg_pool: 2}", "{avg_pool: global}", "{adaptive_pool: 2}"]
)
def test_a_pool_needs_a_feature_map(layer: str) -> None:
    op = layer[1:].partition(":")[0]
    found = fault(layer, input="10")
    assert found.name == "invalid-input"
    assert f"{op} reads a feature map, and its input is a vector of 10" in found.message


def test_an_unknown_rounding() -> None:
    assert "expected one of floor, ceil" in fault("{max_pool: 2, rounding: up}").message
