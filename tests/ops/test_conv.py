"""Convolutions: shapes, weights, and work counted by nested loops."""

from itertools import product as cells_of
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from .networks import fault, last, shape, weights, work


class Window(NamedTuple):
    """A convolution's geometry along one axis."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    def read(self) -> list[list[int]]:
        """The cells of each window, found by sliding it over the padded axis."""
        length = self.before + self.size + self.after
        found = []
        start = 0
        while start + self.dilation * (self.kernel - 1) < length:
            found.append([start + self.dilation * i for i in range(self.kernel)])
            start += self.stride
        return found


def looped_macs(axes: list[Window], channels: int, filters: int, groups: int = 1) -> int:
    """Multiplications of a convolution, one by one; cells of the padding count."""
    macs = 0
    for filter_ in range(filters):
        group = filter_ * groups // filters
        for window in cells_of(*(axis.read() for axis in axes)):
            for _cell in cells_of(*window):
                macs += sum(channel * groups // channels == group for channel in range(channels))
    return macs


# conv --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "input", "output"),
    [
        ("{conv: 4, kernel: 3}", "8x7x3", (6, 5, 4)),
        ("{conv: 4, kernel: 1x7}", "8x8x3", (8, 2, 4)),
        ("{conv: 4, kernel: [3, 1], stride: [2, 1]}", "8x8x3", (3, 8, 4)),
        ("{conv: 4, kernel: 3, padding: valid}", "8x8x3", (6, 6, 4)),
        ("{conv: 4, kernel: 3, padding: same}", "8x7x3", (8, 7, 4)),
        ("{conv: 4, kernel: 3, padding: same, stride: 2}", "8x7x3", (4, 4, 4)),
        ("{conv: 4, kernel: 3, padding: half, stride: 2}", "8x7x3", (4, 4, 4)),
        ("{conv: 4, kernel: 2, padding: half}", "8x8x3", (9, 9, 4)),
        ("{conv: 4, kernel: 3, padding: half, dilation: 2}", "8x8x3", (8, 8, 4)),
        ("{conv: 4, kernel: 3, padding: 1, dilation: 2}", "8x8x3", (6, 6, 4)),
        ("{conv: 4, kernel: 3, padding: [0, 2]}", "8x8x3", (6, 10, 4)),
        ("{conv: 4, kernel: 3, padding: [[0, 1], [2, 3]]}", "8x8x3", (7, 11, 4)),
        ("{conv: 4, kernel: 3, stride: 2, padding: [[0, 1], [0, 1]]}", "8x8x3", (4, 4, 4)),
        ("{conv: 4, kernel: 5, stride: 2}", "16000x1", (7998, 4)),
        ("{conv: 4, kernel: 3, padding: [[1, 2]]}", "8x1", (9, 4)),
        ("{conv: 4, kernel: 3, padding: same}", "4x6x8x3", (4, 6, 8, 4)),
        ("{conv: 4, kernel: [1, 3, 3], stride: [1, 2, 2]}", "4x7x9x3", (4, 3, 4, 4)),
        ("{conv: 96, kernel: 11, stride: 4}", "227x227x3", (55, 55, 96)),
    ],
)
def test_the_output_of_a_convolution(layer: str, input: str, output: tuple[int, ...]) -> None:
    assert shape(layer, input=input) == output


@pytest.mark.parametrize("framework", ["keras", "pytorch", "caffe", "darknet"])
def test_no_framework_pads_a_convolution_or_rounds_it_up(framework: str) -> None:
    layer = "{conv: 4, kernel: 3, stride: 2}"
    assert shape(layer, input="8x8x3", framework=framework) == (3, 3, 4)


@pytest.mark.parametrize(
    ("layer", "input", "tensors"),
    [
        ("{conv: 4, kernel: 3}", "8x8x3", {"kernel": (3, 3, 3, 4), "bias": (4,)}),
        ("{conv: 4, kernel: 3, bias: false}", "8x8x3", {"kernel": (3, 3, 3, 4)}),
        ("{conv: 4, kernel: 3, dilation: 2}", "8x8x3", {"kernel": (3, 3, 3, 4), "bias": (4,)}),
        ("{conv: 6, kernel: 1x7, groups: 2}", "8x8x4", {"kernel": (1, 7, 2, 6), "bias": (6,)}),
        ("{conv: 4, kernel: 5}", "8x2", {"kernel": (5, 2, 4), "bias": (4,)}),
        ("{conv: 4, kernel: 2}", "3x4x5x2", {"kernel": (2, 2, 2, 2, 4), "bias": (4,)}),
    ],
)
def test_the_weights_of_a_convolution(
    layer: str, input: str, tensors: dict[str, tuple[int, ...]]
) -> None:
    assert weights(layer, input=input) == tensors


def test_conv1_of_alexnet() -> None:
    row = last("{conv: 96, kernel: 11, stride: 4}", input="227x227x3")
    assert (row.params, row.macs, row.bias_adds) == (34_944, 105_415_200, 290_400)
    assert row.activation_size == 290_400
    assert row.flops == 211_120_800


def test_without_bias_there_is_nothing_to_add() -> None:
    assert work("{conv: 4, kernel: 3, bias: false}") == (6 * 6 * 4 * 27, 0, 0)


axes = st.builds(
    Window,
    st.integers(1, 6),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 2),
    st.integers(0, 2),
    st.integers(0, 2),
)


@given(
    st.lists(axes, min_size=1, max_size=2),
    st.integers(1, 3),
    st.integers(1, 2),
    st.integers(1, 2),
)
@settings(deadline=None)
def test_macs_are_what_nested_loops_count(
    found: list[Window], groups: int, inside: int, outside: int
) -> None:
    assume(all(axis.read() for axis in found))
    channels, filters = groups * inside, groups * outside
    window = {
        "kernel": [axis.kernel for axis in found],
        "stride": [axis.stride for axis in found],
        "dilation": [axis.dilation for axis in found],
        "padding": [[axis.before, axis.after] for axis in found],
        "groups": groups,
    }
    written = ", ".join(f"{key}: {value}" for key, value in window.items())
    input = "x".join(str(size) for size in (*(axis.size for axis in found), channels))
    row = last(f"{{conv: {filters}, {written}}}", input=input)
    assert row.node.output_shape == (*(len(axis.read()) for axis in found), filters)
    assert row.macs == looped_macs(found, channels, filters, groups)
    assert row.bias_adds == row.activation_size
    assert row.elementwise_ops == 0


def test_groups_divide_weights_and_work() -> None:
    whole = last("{conv: 8, kernel: 3, bias: false}", input="8x8x4")
    halves = last("{conv: 8, kernel: 3, groups: 2, bias: false}", input="8x8x4")
    assert (whole.params, whole.macs) == (2 * halves.params, 2 * halves.macs)


def test_two_small_kernels_cost_less_than_the_large_one_they_replace() -> None:
    """Two 3x3 see 5x5 for 18/25 of the weights, and 3x1 with 1x3 saves a third of a 3x3."""

    def cost(kernel: str) -> int:
        layer = f"{{conv: 8, kernel: {kernel}, padding: same, bias: false}}"
        return last(layer, input="8x8x8").params

    assert 25 * 2 * cost("3") == 18 * cost("5")
    assert 3 * (cost("3x1") + cost("1x3")) == 2 * cost("3")


# depthwise_conv ----------------------------------------------------------------------------------


def test_a_depthwise_convolution() -> None:
    layer = "{depthwise_conv: 3, multiplier: 2, stride: 2, padding: same}"
    assert shape(layer, input="8x7x5") == (4, 4, 10)
    assert weights(layer, input="8x7x5") == {"depthwise_kernel": (3, 3, 5, 2), "bias": (10,)}
    assert work(layer, input="8x7x5") == (4 * 4 * 10 * 9, 160, 0)


@pytest.mark.parametrize("input", ["9x4", "9x8x4", "5x6x7x4"])
@pytest.mark.parametrize("multiplier", [1, 3])
def test_depthwise_is_a_convolution_with_a_group_for_each_channel(
    input: str, multiplier: int
) -> None:
    window = "kernel: 3, dilation: 2, bias: false"
    apart = last(f"{{op: depthwise_conv, {window}, multiplier: {multiplier}}}", input=input)
    groups = last(f"{{conv: {4 * multiplier}, groups: 4, {window}}}", input=input)
    for number in ("activation_size", "params", "macs", "bias_adds", "elementwise_ops"):
        assert getattr(apart, number) == getattr(groups, number)
    assert apart.node.output_shape == groups.node.output_shape


# separable_conv ----------------------------------------------------------------------------------


@pytest.mark.parametrize("input", ["9x4", "9x8x4", "5x6x7x4"])
@pytest.mark.parametrize("multiplier", [1, 2])
@pytest.mark.parametrize("bias", ["true", "false"])
def test_separable_is_depthwise_and_pointwise(input: str, multiplier: int, bias: str) -> None:
    window = f"stride: 2, padding: same, multiplier: {multiplier}"
    both = f"{{separable_conv: 6, kernel: 3, {window}, bias: {bias}}}"
    first = f"{{depthwise_conv: 3, {window}, bias: false}}"
    second = f"{{conv: 6, kernel: 1, bias: {bias}}}"
    separable = last(both, input=input)
    depthwise, pointwise = last(first, input=input), last(first, second, input=input)
    assert separable.node.output_shape == pointwise.node.output_shape
    assert separable.params == depthwise.params + pointwise.params
    assert separable.macs == depthwise.macs + pointwise.macs
    assert separable.bias_adds == pointwise.bias_adds
    assert separable.elementwise_ops == 0


def test_the_weights_of_a_separable_convolution() -> None:
    found = weights("{separable_conv: 6, kernel: 3x5, multiplier: 2}", input="8x8x4")
    assert found == {
        "depthwise_kernel": (3, 5, 4, 2),
        "pointwise_kernel": (1, 1, 8, 6),
        "bias": (6,),
    }


# What cannot be ----------------------------------------------------------------------------------


@pytest.mark.parametrize("op", ["conv: 4", "separable_conv: 4", "op: depthwise_conv"])
def test_a_kernel_that_does_not_fit(op: str) -> None:
    found = fault(f"{{{op}, kernel: 3x9}}", input="8x8x4")
    assert found.name == "kernel-exceeds-input"
    assert "the kernel 3×9 is larger than its input 8 × 8" in found.message
    assert found.help is not None
    assert "more padding" in found.help


def test_dilation_makes_a_kernel_larger() -> None:
    assert shape("{conv: 4, kernel: 3, dilation: 3}") == (2, 2, 4)
    assert "the kernel 9×9" in fault("{conv: 4, kernel: 3, dilation: 4}").message


def test_padding_makes_a_kernel_fit() -> None:
    assert "padding 1" in fault("{conv: 4, kernel: 11, padding: 1}").message
    assert shape("{conv: 4, kernel: 10, padding: 1}") == (1, 1, 4)
    assert shape("{conv: 4, kernel: 9, padding: same}") == (8, 8, 4)


@pytest.mark.parametrize("op", ["conv", "conv_transpose"])
@pytest.mark.parametrize(
    ("filters", "groups", "message"),
    [
        (8, 4, "6 input channels cannot be divided into 4 groups"),
        (8, 3, "8 filters cannot be divided into 3 groups"),
    ],
)
def test_groups_must_divide(op: str, filters: int, groups: int, message: str) -> None:
    found = fault(f"{{{op}: {filters}, kernel: 1, groups: {groups}}}", input="8x8x6")
    assert (found.name, found.message) == ("invalid-input", message)


@pytest.mark.parametrize("op", ["conv", "depthwise_conv", "separable_conv", "conv_transpose"])
def test_a_convolution_needs_a_feature_map(op: str) -> None:
    filters = "" if op == "depthwise_conv" else ", filters: 4"
    found = fault(f"{{op: {op}, kernel: 3{filters}}}", input="10")
    assert found.name == "invalid-input"
    assert f"{op} reads a feature map, and its input is a vector of 10" in found.message


@pytest.mark.parametrize("op", ["conv", "separable_conv", "conv_transpose"])
def test_a_kernel_must_be_written(op: str) -> None:
    assert fault(f"{{{op}: 4}}").message == f"'{op}' needs `kernel`"
