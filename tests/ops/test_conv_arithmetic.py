"""The size formulas against windows that are slid over an axis, cell by cell."""

from itertools import count as counting
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnaudit.ops.conv_arithmetic import (
    effective_kernel,
    fixed_padding,
    half_padding,
    output_size,
    output_sizes,
    padding_amounts,
    same_output_size,
    same_padding,
    spatial,
    transposed_output_size,
)

from .networks import shape

ROUNDINGS = ("floor", "ceil", "ceil_caffe")

sizes = st.integers(1, 40)
kernels = st.integers(1, 7)
strides = st.integers(1, 5)
dilations = st.integers(1, 4)
paddings = st.tuples(st.integers(0, 6), st.integers(0, 6))


# Counted by hand: an axis is a list of cells, and a window a list of the cells it reads ----------


def cells_read(start: int, kernel: int, dilation: int) -> list[int]:
    """Where a window that starts at ``start`` reads."""
    return [start + dilation * i for i in range(kernel)]


def complete_windows(length: int, kernel: int, dilation: int, stride: int) -> list[list[int]]:
    """Every window that ends on an axis of ``length`` cells."""
    windows = []
    for start in range(0, length, stride):
        window = cells_read(start, kernel, dilation)
        if window[-1] < length:
            windows.append(window)
    return windows


def count_windows(
    size: int, kernel: int, dilation: int, stride: int, pad: tuple[int, int], rounding: str
) -> int:
    """How many windows an axis gets; at least one of them is complete."""
    axis = ["padding"] * pad[0] + ["cell"] * size + ["padding"] * pad[1]
    windows = complete_windows(len(axis), kernel, dilation, stride)
    left_over = axis[windows[-1][-1] + 1 :]
    if rounding == "floor" or not left_over:
        return len(windows)
    start = windows[-1][0] + stride
    in_front_of_or_on_a_cell = "cell" in axis[start:]
    if rounding == "ceil_caffe" and "padding" not in axis:
        return len(windows) + 1
    return len(windows) + in_front_of_or_on_a_cell


def spread(size: int, kernel: int, dilation: int, stride: int) -> set[tuple[int, int]]:
    """Which input position touches which output position of a transposed convolution."""
    return {(i, o) for i in range(size) for o in cells_read(i * stride, kernel, dilation)}


# Sliding windows ---------------------------------------------------------------------------------


@given(kernels, dilations)
def test_the_reach_of_a_kernel_is_from_its_first_to_its_last_cell(
    kernel: int, dilation: int
) -> None:
    cells = cells_read(0, kernel, dilation)
    assert effective_kernel(kernel, dilation) == len(range(cells[0], cells[-1] + 1))


@pytest.mark.parametrize("rounding", ROUNDINGS)
@given(size=sizes, kernel=kernels, dilation=dilations, stride=strides, pad=paddings)
@settings(max_examples=400)
def test_as_many_windows_as_sliding_finds(
    rounding: str, size: int, kernel: int, dilation: int, stride: int, pad: tuple[int, int]
) -> None:
    reach = len(range(dilation * (kernel - 1) + 1))
    assume(reach <= size + sum(pad))
    assume(rounding == "floor" or pad[1] < reach)
    counted = count_windows(size, kernel, dilation, stride, pad, rounding)
    assert output_size(size, reach, stride, pad, rounding) == counted


@given(size=sizes, missing=st.integers(1, 9), stride=strides, pad=paddings)
def test_no_window_fits_on_an_axis_that_is_too_short(
    size: int, missing: int, stride: int, pad: tuple[int, int]
) -> None:
    reach = size + sum(pad) + missing
    assert output_size(size, reach, stride, pad, "floor") <= 0


@pytest.mark.parametrize("rounding", ["ceil", "ceil_caffe"])
@pytest.mark.parametrize(("size", "kernel", "stride", "found"), [(2, 3, 2, 1), (2, 3, 1, 0)])
def test_rounding_up_fills_a_window_that_never_fits(
    rounding: str, size: int, kernel: int, stride: int, found: int
) -> None:
    """PyTorch's and Caffe's formulas give MaxPool(3, 2) on 2 cells one window."""
    assert output_size(size, kernel, stride, (0, 0), rounding) == found


@given(size=sizes, kernel=kernels, stride=strides, pad=paddings)
def test_the_roundings_differ_by_one_window_at_most(
    size: int, kernel: int, stride: int, pad: tuple[int, int]
) -> None:
    assume(kernel <= size + sum(pad) and pad[1] < kernel)
    floor, ceil, caffe = (output_size(size, kernel, stride, pad, r) for r in ROUNDINGS)
    assert floor <= ceil <= caffe <= floor + 1


# Paddings with a name ----------------------------------------------------------------------------


@given(size=sizes, stride=strides)
def test_same_has_a_window_for_every_stride(size: int, stride: int) -> None:
    assert same_output_size(size, stride) == len(list(range(0, size, stride)))


@given(size=sizes, kernel=kernels, dilation=dilations, stride=strides)
def test_same_pads_no_more_than_it_needs_and_the_odd_cell_at_the_end(
    size: int, kernel: int, dilation: int, stride: int
) -> None:
    wanted = len(list(range(0, size, stride)))
    total = next(
        cells
        for cells in counting()
        if len(complete_windows(size + cells, kernel, dilation, stride)) >= wanted
    )
    before, after = same_padding(size, effective_kernel(kernel, dilation), stride)
    assert before + after == total
    assert after - before == total % 2


def test_same_of_tensorflow_at_the_stem_of_resnet() -> None:
    assert same_padding(224, 7, 2) == (2, 3)


@given(kernel=kernels, dilation=dilations, size=sizes)
def test_half_pads_both_sides_alike(kernel: int, dilation: int, size: int) -> None:
    reach = effective_kernel(kernel, dilation)
    half = half_padding(kernel, dilation)
    assert 2 * half in (reach, reach - 1)
    assume(reach % 2)
    assert output_size(size, reach, 1, (half, half), "floor") == size


def test_same_and_half_differ_at_stride_2() -> None:
    """224 cells, 7x7/2: as many windows, one cell further left."""
    assert same_padding(224, 7, 2) != (half_padding(7, 1),) * 2
    assert same_output_size(224, 2) == output_size(224, 7, 2, (3, 3), "floor") == 112
    assert same_output_size(2, 2) != output_size(2, 2, 2, (1, 1), "floor")


# The table of published sizes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "pad", "rounding", "published"),
    [
        (112, 3, 2, 0, "ceil_caffe", 56),
        (112, 3, 2, 0, "floor", 55),
        (224, 3, 2, 1, "ceil_caffe", 113),
        (224, 3, 2, 1, "floor", 112),
        (32, 1, 2, 0, "ceil_caffe", 17),
        (32, 1, 2, 0, "ceil", 16),
        (9, 4, 4, 2, "ceil_caffe", 3),
        (9, 4, 4, 2, "ceil", 3),
        (64, 3, 2, 1, "ceil_caffe", 33),
        (64, 3, 2, 1, "floor", 32),
        (227, 11, 4, 0, "floor", 55),
    ],
)
def test_published_sizes(
    size: int, kernel: int, stride: int, pad: int, rounding: str, published: int
) -> None:
    assert output_size(size, kernel, stride, (pad, pad), rounding) == published
    layer = f"{{max_pool: {kernel}, stride: {stride}, padding: {pad}, rounding: {rounding}}}"
    assert shape(layer, input=f"{size}x{size}x1") == (published, published, 1)


# Transposed convolution --------------------------------------------------------------------------


@given(
    size=st.integers(1, 12),
    kernel=kernels,
    dilation=dilations,
    stride=strides,
    pad=paddings,
    extra=st.integers(0, 4),
)
def test_transposed_output_is_what_the_inputs_touch(
    size: int, kernel: int, dilation: int, stride: int, pad: tuple[int, int], extra: int
) -> None:
    """Touched positions in one row, padding cut off both ends, rows added behind."""
    touched = [o for _, o in spread(size, kernel, dilation, stride)]
    row = list(range(min(touched), max(touched) + 1))
    assume(sum(pad) < len(row))
    cut = [*row[pad[0] : len(row) - pad[1]], *["extra"] * extra]
    reach = effective_kernel(kernel, dilation)
    assert transposed_output_size(size, reach, stride, pad, extra) == len(cut)


@given(size=st.integers(1, 12), kernel=kernels, dilation=dilations, stride=strides, pad=paddings)
def test_a_transposed_convolution_is_the_adjoint_of_the_convolution(
    size: int, kernel: int, dilation: int, stride: int, pad: tuple[int, int]
) -> None:
    """Input i touches output o exactly where window i of the convolution reads cell o."""
    reach = effective_kernel(kernel, dilation)
    output = transposed_output_size(size, reach, stride, pad, 0)
    assume(output > 0)
    windows = complete_windows(output + sum(pad), kernel, dilation, stride)
    assert len(windows) == size
    reads = {(i, cell) for i, window in enumerate(windows) for cell in window}
    assert reads == spread(size, kernel, dilation, stride)


@given(size=sizes, kernel=kernels, stride=strides, pad=paddings, extra=st.integers(0, 4))
def test_the_convolution_leads_back_from_a_transposed_output(
    size: int, kernel: int, stride: int, pad: tuple[int, int], extra: int
) -> None:
    """``output_padding`` below the stride picks one of the sizes that lead to the same one."""
    assume(extra < stride)
    output = transposed_output_size(size, kernel, stride, pad, extra)
    assert output_size(output, kernel, stride, pad, "floor") == size


# From attributes, and on arrays ------------------------------------------------------------------


class Axis(NamedTuple):
    """The window of one axis."""

    size: int
    kernel: int
    stride: int
    dilation: int
    pad: tuple[int, int]


axes = st.builds(Axis, sizes, kernels, strides, dilations, paddings)


@given(st.lists(axes, min_size=1, max_size=3))
def test_every_axis_is_counted_on_its_own(found: list[Axis]) -> None:
    for a in found:
        assume(a.dilation * (a.kernel - 1) < a.size + sum(a.pad))
    attributes = {
        "kernel": tuple(a.kernel for a in found),
        "stride": tuple(a.stride for a in found),
        "dilation": tuple(a.dilation for a in found),
        "padding": tuple(a.pad for a in found),
    }
    counted = tuple(
        count_windows(a.size, a.kernel, a.dilation, a.stride, a.pad, "floor") for a in found
    )
    entering = tuple(a.size for a in found)
    assert output_sizes(entering, attributes) == counted
    assert padding_amounts(entering, attributes) == attributes["padding"]
    assert fixed_padding(attributes) == attributes["padding"]


def test_named_paddings_become_amounts() -> None:
    window = {"kernel": (3, 2), "stride": (2, 1), "dilation": (2, 1)}
    half: dict[str, Any] = {**window, "padding": "half"}
    same: dict[str, Any] = {**window, "padding": "same"}
    assert fixed_padding(half) == ((2, 2), (1, 1))
    assert fixed_padding(same) == "same"
    assert output_sizes((9, 9), same) == (5, 9)
    assert padding_amounts((9, 9), same) == ((2, 2), (0, 1))


def test_channels_are_no_position() -> None:
    assert spatial((7, 5, 3)) == (7, 5)
    assert spatial((10,)) == ()


lists = st.lists(
    st.tuples(sizes, kernels, strides, dilations, st.integers(0, 6), st.integers(0, 6)),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@given(variants=lists)
def test_the_formulas_hold_element_by_element(
    rounding: str, variants: list[tuple[int, int, int, int, int, int]]
) -> None:
    """One element a variant; the padding is the same for all of them."""
    size, kernel, stride, dilation, *_ = (
        np.array(column, dtype=np.int64) for column in zip(*variants, strict=True)
    )
    pad = (variants[0][4], variants[0][5])
    single = [
        output_size(n, effective_kernel(k, d), s, pad, rounding) for n, k, s, d, *_ in variants
    ]
    many: Any = output_size(size, effective_kernel(kernel, dilation), stride, pad, rounding)  # type: ignore[arg-type]
    assert many.dtype == np.int64
    assert many.tolist() == single
    same: Any = same_output_size(size, stride)  # type: ignore[arg-type]
    assert same.tolist() == [same_output_size(n, s) for n, _, s, *_ in variants]


@given(variants=lists)
def test_transposed_formulas_hold_element_by_element(
    variants: list[tuple[int, int, int, int, int, int]],
) -> None:
    size, kernel, stride, dilation, before, after = (
        np.array(column, dtype=np.int64) for column in zip(*variants, strict=True)
    )
    reach: Any = effective_kernel(kernel, dilation)  # type: ignore[arg-type]
    many: Any = transposed_output_size(size, reach, stride, (before, after), 1)  # type: ignore[arg-type]
    single = [
        transposed_output_size(n, effective_kernel(k, d), s, (b, a), 1)
        for n, k, s, d, b, a in variants
    ]
    assert many.tolist() == single
    half: Any = half_padding(kernel, dilation)  # type: ignore[arg-type]
    assert half.tolist() == [half_padding(k, d) for _, k, _, d, *_ in variants]
