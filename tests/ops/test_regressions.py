"""Wrong numbers and messages that were found; each test says what is right, and why."""

from typing import Any

import numpy as np
import pytest

from cnnaudit.ops.conv_arithmetic import half_padding, output_size
from cnnaudit.ops.pool import adaptive_windows
from tests.counted import steps

from .networks import audited, fault, shape


@pytest.mark.parametrize(("kernel", "stride", "size"), [(2, 3, 15), (1, 2, 10), (3, 5, 25)])
def test_keras_fills_up_a_stride_that_is_larger_than_the_kernel(
    kernel: int, stride: int, size: int
) -> None:
    """Keras: (n − 1)·s + max(k, s) for `valid`, whether that is written or the default."""
    for padding in ("", ", padding: valid"):
        layer = f"{{conv_transpose: 1, kernel: {kernel}, stride: {stride}{padding}}}"
        assert shape(layer, input="5x5x3") == (size, size, 1)


def test_keras_same_with_output_padding_counts_the_dilated_kernel() -> None:
    """Keras: (n − 1)·s + (d·(k − 1) + 1) % 2 + output_padding."""
    layer = "{conv_transpose: 1, kernel: 3, dilation: 2, padding: same, output_padding: 0}"
    assert shape(layer, input="5x5x3") == (5, 5, 1)


def test_caffe_drops_the_last_window_of_both_axes_where_either_is_padded() -> None:
    """Caffe, pooling_layer.cpp: ``if (pad_h_ || pad_w_)`` guards both axes."""
    layer = "{max_pool: 3x1, stride: 2, padding: [1, 0]}"
    assert shape(layer, input="32x32x1", framework="caffe") == (17, 16, 1)


@pytest.mark.parametrize("rounding", ["ceil", "ceil_caffe"])
def test_rounding_up_holds_element_by_element_where_the_padding_is_an_array(
    rounding: str,
) -> None:
    """A swept kernel with ``padding: half`` makes the padding an array too."""
    kernel: Any = np.array([1, 2, 3, 5], dtype=np.int64)
    half = half_padding(kernel, 1)
    many: Any = output_size(32, kernel, 2, (half, half), rounding)
    single = [output_size(32, k, 2, (k // 2, k // 2), rounding) for k in (1, 2, 3, 5)]
    assert many.tolist() == single


@pytest.mark.parametrize("layer", ["{pad: 1}", "{crop: 1}"])
def test_a_vector_has_no_border(layer: str) -> None:
    """One number for every axis of none: the layer passed as if it did nothing."""
    assert fault(layer, input="10").message == "a vector has no border"


def test_an_adaptive_pool_of_a_billion_is_counted_without_a_loop() -> None:
    """Windows of c on n cells hold n + c − gcd(n, c) cells in all; a file of one line hung."""
    assert steps(lambda: adaptive_windows(8, 10**9), limit=1000) > 0
    assert adaptive_windows(8, 10**9) == 10**9


@pytest.mark.parametrize(
    "layer",
    ["{conv: 4, kernel: 3x3}", "{max_pool: [2, 2]}", "{upsample: 2x2}", "{pad: [1, 1]}"],
)
def test_a_window_on_a_vector_is_not_a_wrong_number_of_sizes(layer: str) -> None:
    """The same layer with one number says what is wrong: it stands behind `flatten`."""
    found = fault(layer, input="10")
    assert "vector" in found.message


@pytest.mark.parametrize(
    "layer", ["{flatten: true}", "{name: f, flatten: true}", "{name: f, flatten: }"]
)
def test_an_operation_without_an_argument_takes_true(layer: str) -> None:
    """libyaml marks a plain scalar by style '', not None: no scalar of a file was ever plain."""
    assert shape(layer, input="8x8x3") == (192,)


def test_a_head_can_be_auxiliary() -> None:
    """For the same reason ``auxiliary: true`` was no flag."""
    head = "{head: side, auxiliary: true, layers: [flatten, {dense: 10}]}"
    result = audited(head, "{conv: 4, kernel: 3}")
    assert (result.auxiliary.params, result.totals.params) == (1930, 112)


def test_weights_of_an_auxiliary_head_that_the_network_uses_too_are_counted() -> None:
    """They are there at inference, wherever they were written first."""
    head = "{head: side, auxiliary: true, layers: [{conv: 4, kernel: 3}]}"
    blocks = "\nblocks: {again: {layers: [{conv: 4, kernel: 3}]}}"
    result = audited(head, "{name: main, again: [], share: side}", input=f"8x8x3{blocks}")
    assert result.totals.params == 112


@pytest.mark.parametrize(
    "layer",
    [
        "{conv: 8, kernel: 3, dilation: [1, 1], padding: half}",
        "{conv: 8, kernel: 3x3, padding: half}",
        "{conv_transpose: 8, kernel: 1x7, padding: same}",
        "{conv_transpose: 8, kernel: 3, stride: [2, 2]}",
        "{max_pool: 3x3, stride: 2, padding: half}",
    ],
)
def test_sizes_of_two_axes_on_a_vector_are_the_mistake_that_one_size_is(layer: str) -> None:
    """ValueError: what is given for two axes was brought together with defaults for none."""
    assert "reads a feature map, and its input is a vector" in fault(layer, input="784").message
