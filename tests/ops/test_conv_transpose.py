"""Transposed convolutions: shapes, weights, and the cost counted on the input."""

from itertools import product as cells_of

import pytest

from .networks import fault, last, shape, weights


def test_a_transposed_convolution_is_counted_on_its_input() -> None:
    row = last("{conv_transpose: 1, kernel: 2, stride: 2}", input="2x2x3")
    assert row.node.output_shape == (4, 4, 1)
    assert (row.macs, row.params, row.bias_adds) == (48, 13, 16)


def keras_size(size: int, kernel: int, stride: int, padding: str, extra: int | None) -> int:
    """Keras 3, Conv2DTranspose: the documented sizes of both paddings."""
    if padding == "valid":
        filled = max(stride - kernel, 0) if extra is None else extra
        return (size - 1) * stride + kernel + filled
    return size * stride if extra is None else (size - 1) * stride + kernel % 2 + extra


@pytest.mark.parametrize("extra", [None, 0, 1])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (2, 2), (3, 1), (3, 2), (4, 2), (5, 3)])
def test_transposed_sizes_of_keras(
    kernel: int, stride: int, padding: str, extra: int | None
) -> None:
    window = f"kernel: {kernel}, stride: {stride}, padding: {padding}"
    if extra is not None:
        window += f", output_padding: {extra}"
    size = keras_size(5, kernel, stride, padding, extra)
    assert shape(f"{{conv_transpose: 2, {window}}}", input="5x5x3") == (size, size, 2)


@pytest.mark.parametrize(
    ("window", "size"),
    [
        # torch.nn.ConvTranspose2d: (n − 1)·s − 2p + d·(k − 1) + output_padding + 1
        ("kernel: 3, stride: 2", 11),
        ("kernel: 3, stride: 2, padding: 1", 9),
        ("kernel: 3, stride: 2, padding: 1, output_padding: 1", 10),
        ("kernel: 4, stride: 2, padding: 1", 10),
        ("kernel: 3, dilation: 2, padding: 2", 5),
        ("kernel: 2, stride: 3", 14),
        ("kernel: 3, stride: 2, padding: half, output_padding: 1", 10),
    ],
)
def test_transposed_sizes_of_pytorch(window: str, size: int) -> None:
    layer = f"{{conv_transpose: 2, {window}}}"
    assert shape(layer, input="5x5x3", framework="pytorch") == (size, size, 2)


@pytest.mark.parametrize(
    ("layer", "input", "output", "kernel"),
    [
        ("{conv_transpose: 6, kernel: 3}", "8x2", (10, 6), (3, 6, 2)),
        ("{conv_transpose: 6, kernel: 3x1}", "8x8x2", (10, 8, 6), (3, 1, 6, 2)),
        ("{conv_transpose: 6, kernel: 3, groups: 2}", "8x8x2", (10, 10, 6), (3, 3, 3, 2)),
        ("{conv_transpose: 6, kernel: 2}", "2x3x4x2", (3, 4, 5, 6), (2, 2, 2, 6, 2)),
    ],
)
def test_a_transposed_convolution_on_other_inputs(
    layer: str, input: str, output: tuple[int, ...], kernel: tuple[int, ...]
) -> None:
    assert shape(layer, input=input) == output
    assert weights(layer, input=input) == {"kernel": kernel, "bias": (6,)}


@pytest.mark.parametrize("groups", [1, 2])
def test_every_input_element_meets_every_weight_of_its_group(groups: int) -> None:
    macs = 0
    for _position in cells_of(range(3), range(5)):
        for channel in range(4):
            for filter_ in range(6):
                same_group = channel * groups // 4 == filter_ * groups // 6
                macs += same_group * len(list(cells_of(range(3), range(2))))
    layer = f"{{conv_transpose: 6, kernel: 3x2, stride: 2, groups: {groups}, padding: 1}}"
    row = last(layer, input="3x5x4", framework="pytorch")
    assert row.macs == macs
    assert row.bias_adds == row.activation_size == 5 * 8 * 6
    assert row.elementwise_ops == 0


def test_a_transposed_convolution_does_the_work_of_the_convolution_it_turns_around() -> None:
    """Where windows cover their input exactly, as a stride of the kernel's size makes them."""
    down = last("{conv: 5, kernel: 2, stride: 2}", input="8x6x3")
    up = last("{conv_transpose: 3, kernel: 2, stride: 2}", input="4x3x5")
    assert up.node.output_shape == (8, 6, 3)
    assert up.macs == down.macs
    assert up.params - 3 == down.params - 5


def test_a_transposed_convolution_of_which_nothing_is_left() -> None:
    found = fault("{conv_transpose: 4, kernel: 3, padding: 5}")
    assert found.name == "kernel-exceeds-input"
    assert "padding 5 leaves nothing of the output" in found.message
    assert shape("{conv_transpose: 4, kernel: 3, padding: 4}") == (2, 2, 4)
