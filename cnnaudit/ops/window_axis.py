"""The windows of a layer along each spatial axis: where they lie, what they read and what not.

Dumoulin & Visin (2016), "A guide to convolution arithmetic for deep learning".
"""

from typing import NamedTuple

from cnnaudit.ops.conv_arithmetic import effective_kernel, padding_amounts, spatial
from cnnaudit.ops.formula import axis_names
from cnnaudit.ops.op import Attributes, Shape


class Axis(NamedTuple):
    """The windows along one axis: ``size`` cells of input, ``positions`` windows, where they lie.

    A window reads ``kernel`` cells, ``dilation`` apart, and spans ``effective_kernel``; the first
    begins ``before`` cells ahead of the input, each further one ``stride`` cells on.
    """

    name: str
    size: int
    positions: int
    kernel: int
    dilation: int
    stride: int
    before: int
    after: int

    @property
    def effective_kernel(self) -> int:
        """Cells from the first to the last that a window reads."""
        return effective_kernel(self.kernel, self.dilation)

    @property
    def last(self) -> int:
        """Cells from the start of the padding to the end of the last window."""
        return (self.positions - 1) * self.stride + self.effective_kernel

    @property
    def unread(self) -> int:
        """Cells at the end of the input, padding not counted, that lie after the last window."""
        return max(0, self.before + self.size - self.last)

    @property
    def skipped(self) -> int:
        """Cells between two windows that neither reads."""
        return max(0, self.stride - self.effective_kernel)

    @property
    def missing(self) -> int:
        """Cells that the next window would lack; 0 if every cell is read."""
        return self.stride - (self.unread + self.after) if self.unread else 0

    @property
    def reads(self) -> int:
        """Cells of the input that all windows read in all, those of padding left out."""
        return sum(self.meetings)

    @property
    def meetings(self) -> tuple[int, ...]:
        """For each cell of the window, in how many positions it reads a cell of the input."""
        counts = []
        for cell in range(self.kernel):
            offset = cell * self.dilation - self.before
            first = max(0, -(offset // self.stride))
            last = min(self.positions - 1, (self.size - 1 - offset) // self.stride)
            counts.append(max(0, last - first + 1))
        return tuple(counts)


def window_axes(input_shape: Shape, attributes: Attributes, output: Shape) -> tuple[Axis, ...]:
    """The axes of a layer with kernel, stride, padding and maybe dilation.

    ``input_shape`` and ``output`` are shapes without the batch, channels last.
    """
    sizes = spatial(input_shape)
    return tuple(
        Axis(name, size, count, kernel, dilation, stride, before, after)
        for name, size, count, kernel, dilation, stride, (before, after) in zip(
            axis_names(len(sizes)),
            sizes,
            spatial(output),
            attributes["kernel"],
            attributes.get("dilation", (1,) * len(sizes)),
            attributes["stride"],
            padding_amounts(sizes, attributes),
            strict=True,
        )
    )
