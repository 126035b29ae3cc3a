"""Output sizes and padding: the integer formulas that convolution and pooling share.

All sizes are counts of positions along one axis. The formulas use ``+ - * //`` and comparisons
only, so they hold element by element for int64 arrays too.
"""

from functools import lru_cache
from typing import Any

from cnnaudit.ops.op import Attributes, Shape
from cnnaudit.ops.windows import Windows, strided_window


def effective_kernel(kernel: int, dilation: int) -> int:
    """Positions from the first to the last that a dilated kernel reads (Yu & Koltun 2016)."""
    return dilation * (kernel - 1) + 1


def half_padding(kernel: int, dilation: int) -> int:
    """``half`` padding: half of the effective kernel on both sides."""
    return effective_kernel(kernel, dilation) // 2


def output_size(
    size: int,
    kernel: int,
    stride: int,
    pad: tuple[int, int],
    rounding: str,
    padding_in_all: int | None = None,
) -> int:
    """How many windows fit on an axis of ``size``; ``kernel`` is the effective kernel.

    ``floor``: the last window ends inside the padded axis. ``ceil``: what is left over gets a
    window too, unless it would start in the padding behind (PyTorch, ATen/native/Pool.h).
    ``ceil_caffe``: the same, but the last window is only dropped if any axis is padded, which
    ``padding_in_all`` counts (Caffe, pooling_layer.cpp).
    """
    before, after = pad
    room = size + before + after - kernel
    if rounding == "floor":
        return room // stride + 1
    count = -(-room // stride) + 1
    outside = (count - 1) * stride >= size + before
    cells = before + after if padding_in_all is None else padding_in_all
    return count - outside * ((cells > 0) | (rounding != "ceil_caffe"))


def same_output_size(size: int, stride: int) -> int:
    """TensorFlow's ``same``: every ``stride``-th position starts a window."""
    return -(-size // stride)


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """The cells that TensorFlow's ``same`` adds before and after, the odd one after.

    ``kernel`` is the effective kernel.
    """
    total = max((same_output_size(size, stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def transposed_output_size(
    size: int, kernel: int, stride: int, pad: tuple[int, int], extra: int
) -> int:
    """The output of a transposed convolution: the inverse of ``output_size``."""
    return (size - 1) * stride + kernel - pad[0] - pad[1] + extra


def spatial(shape: Shape) -> Shape:
    """The sizes without the channels."""
    return shape[:-1]


def output_sizes(sizes: Shape, attributes: Attributes) -> Shape:
    """The spatial output of a layer with kernel, stride, padding and maybe dilation, rounding."""
    kernel, stride, padding = attributes["kernel"], attributes["stride"], attributes["padding"]
    if padding == "same":
        return tuple(same_output_size(n, s) for n, s in zip(sizes, stride, strict=True))
    dilation = attributes.get("dilation", (1,) * len(sizes))
    rounding = attributes.get("rounding", "floor")
    cells = sum(before + after for before, after in padding)
    return tuple(
        output_size(n, effective_kernel(k, d), s, p, rounding, cells)
        for n, k, d, s, p in zip(sizes, kernel, dilation, stride, padding, strict=True)
    )


def padding_amounts(sizes: Shape, attributes: Attributes) -> tuple[tuple[int, int], ...]:
    """The cells that padding adds (before, after) on each axis, with ``same`` worked out."""
    padding: Any = attributes["padding"]
    if padding != "same":
        amounts: tuple[tuple[int, int], ...] = padding
        return amounts
    dilation = attributes.get("dilation", (1,) * len(sizes))
    return tuple(
        same_padding(n, effective_kernel(k, d), s)
        for n, k, d, s in zip(
            sizes, attributes["kernel"], dilation, attributes["stride"], strict=True
        )
    )


def sliding_windows(input_shape: Shape, attributes: Attributes, _output: Shape) -> Windows:
    """The windows of a layer with kernel, stride, padding and maybe dilation, on each axis."""
    sizes = spatial(input_shape)
    dilation = attributes.get("dilation", (1,) * len(sizes))
    amounts = padding_amounts(sizes, attributes)
    return _slid(attributes["kernel"], attributes["stride"], dilation, amounts)


@lru_cache(maxsize=1024)
def _slid(
    kernel: Shape, stride: Shape, dilation: Shape, padding: tuple[tuple[int, int], ...]
) -> Windows:
    before = [amounts[0] for amounts in padding]
    axes = zip(kernel, stride, dilation, before, strict=True)
    return tuple([strided_window(*axis) for axis in axes])


def fixed_padding(attributes: Attributes) -> Any:
    """The padding with ``half`` worked out; ``same`` depends on the input and stays a word."""
    kernel, padding = attributes["kernel"], attributes["padding"]
    if padding != "half":
        return padding
    dilation = attributes.get("dilation", (1,) * len(kernel))
    halves = (half_padding(k, d) for k, d in zip(kernel, dilation, strict=True))
    return tuple((half, half) for half in halves)


def is_unpadded(padding: Any) -> bool:
    """Whether a padding, as amounts, adds no cell at all."""
    return padding != "same" and not any(before + after for before, after in padding)
