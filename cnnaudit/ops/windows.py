"""What an output position reads: the geometry of windows along one axis, exact and periodic.

Most layers step evenly. Those that enlarge or divide unevenly repeat a pattern of several windows,
so a window is a whole period of them, in whole numbers.
"""

from functools import lru_cache
from math import gcd
from typing import NamedTuple, TypeAlias

#: Windows in one period beyond which a pattern is not followed any further.
MAX_PERIOD = 1024


class Window(NamedTuple):
    """The positions that a layer reads along one axis of its input.

    With ``reads`` of length p, output position p·t + r reads the input positions
    step·t + ``reads[r]``; an empty range reads nothing, a negative position is padding. A step of
    0: every output reads the same. ``axis`` is the output axis to step along, None for the one of
    the same number.
    """

    step: int
    reads: tuple[range, ...]
    axis: int | None = None


class Unknown(NamedTuple):
    """Windows that cannot be stated, and why."""

    reason: str


#: The windows of one input, one for each of its spatial axes.
Windows: TypeAlias = tuple[Window, ...] | Unknown

#: Each position reads its own.
ONE = Window(1, (range(1),))


def global_window(size: int) -> Window:
    """Every output reads all of ``size`` positions."""
    return Window(0, (range(size),))


def offset_window(by: int) -> Window:
    """Position i reads position i + ``by``."""
    return Window(1, (range(by, by + 1),))


@lru_cache(maxsize=1024)
def strided_window(kernel: int, stride: int, dilation: int, before: int) -> Window:
    """Convolution and pooling: position i reads i·stride − before + k·dilation, k < kernel.

    Dumoulin & Visin (2016), "A guide to convolution arithmetic for deep learning".
    """
    window = Window(stride, (range(-before, dilation * (kernel - 1) + 1 - before, dilation),))
    return ONE if window == ONE else window


def transposed_window(kernel: int, stride: int, dilation: int, before: int) -> Window:
    """Transposed convolution: input i adds to the outputs i·stride − before + k·dilation.

    Read backwards: output o reads every i = (o + before − k·dilation) / stride that is whole. With
    a kernel smaller than the stride some outputs read nothing.
    """
    common = gcd(stride, dilation)
    apart = stride // common  # from one tap that meets an input to the next
    reads = []
    for phase in range(stride):
        ahead = phase + before
        taps = range(min(kernel, apart))
        first = next((k for k in taps if (ahead - k * dilation) % stride == 0), None)
        if first is None:
            reads.append(range(0))
            continue
        last = first + (kernel - 1 - first) // apart * apart
        lowest = (ahead - last * dilation) // stride
        reads.append(range(lowest, (ahead - first * dilation) // stride + 1, dilation // common))
    return Window(1, tuple(reads))


def adaptive_window(size: int, count: int) -> Window:
    """Adaptive pooling: window i of ``count`` reads from i·size/count to (i + 1)·size/count.

    The former is rounded down, the latter up (ATen/native/AdaptiveAveragePooling.cpp).
    """
    if count == 1:
        return global_window(size)
    common = gcd(size, count)
    return Window(
        size // common,
        tuple(
            range(i * size // count, -(-(i + 1) * size // count)) for i in range(count // common)
        ),
    )


def interpolated_window(size: int, count: int, mode: str) -> Window:
    """Upsampling and resizing: nearest copies; linear reads 2 neighbours, cubic 4.

    Output o of ``count`` stands at (o + 1/2)·size/count − 1/2 of the input (half-pixel centres, the
    default of torch.nn.Upsample and of Keras); where that is a cell's centre, it reads this alone.
    """
    common = gcd(size, count)
    step, period = size // common, count // common
    reads = []
    for phase in range(period):
        # The centre is cell + rest / (2·period).
        cell, rest = divmod((2 * phase + 1) * step - period, 2 * period)
        if mode == "nearest":
            nearest = cell + (rest >= period)
            reads.append(range(nearest, nearest + 1))
        else:
            reach = 1 if mode == "linear" else 2
            near = (cell + 1 - reach, cell + 1 + reach) if rest else (cell, cell + 1)
            reads.append(range(*near))
    return Window(step, tuple(reads))
