"""Windows that slide: which cells of a layer's input they read, in exact numbers."""

from fractions import Fraction
from typing import NamedTuple

from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.layers.windows import effective_kernel, padding_amounts

#: Layers whose output positions each read a window of their input.
SLIDING = ("conv", "depthwise_conv", "separable_conv", "max_pool", "avg_pool")

#: Cells of a window beyond which they are not gone through one by one.
MAX_CELLS = 1024


class Axis(NamedTuple):
    """The windows along one axis: ``size`` cells of input, ``positions`` windows, where they lie.

    A window reads ``kernel`` cells, ``dilation`` apart, and spans ``reach``; the first begins
    ``before`` cells in front of the input, the next each ``stride`` cells on.
    """

    size: int
    positions: int
    kernel: int
    dilation: int
    stride: int
    before: int
    after: int

    @property
    def reach(self) -> int:
        """Cells from the first to the last that a window reads."""
        return effective_kernel(self.kernel, self.dilation)

    @property
    def unread(self) -> int:
        """Cells at the end of the input, padding not counted, that lie behind the last window."""
        return max(0, self.size - ((self.positions - 1) * self.stride + self.reach - self.before))

    @property
    def missing(self) -> int:
        """Cells that the next window would lack; 0 where nothing is unread."""
        return self.stride - (self.unread + self.after) if self.unread else 0

    @property
    def reads(self) -> int:
        """Cells of the input that all windows read in all, those of padding left out."""
        return sum(self.meetings)

    @property
    def meetings(self) -> tuple[int, ...]:
        """For each cell of the window, in how many positions it reads a cell of the input."""
        found = []
        for cell in range(self.kernel):
            offset = cell * self.dilation - self.before
            first = max(0, -(offset // self.stride))
            last = min(self.positions - 1, (self.size - 1 - offset) // self.stride)
            found.append(max(0, last - first + 1))
        return tuple(found)


def axes(graph: Graph, node: Node) -> tuple[Axis, ...]:
    """The windows of a layer on each axis; empty where it has none, or its shapes are unknown."""
    if node.kind not in SLIDING or node.attributes["kernel"] == "global":
        return ()
    (entering,) = graph.input_shapes(node)
    if not entering or not node.shape:
        return ()
    sizes, attributes = entering[:-1], node.attributes
    return tuple(
        Axis(size, count, kernel, dilation, stride, before, after)
        for size, count, kernel, dilation, stride, (before, after) in zip(
            sizes,
            node.shape[:-1],
            attributes["kernel"],
            attributes.get("dilation", (1,) * len(sizes)),
            attributes["stride"],
            padding_amounts(sizes, attributes),
            strict=True,
        )
    )


def padding_share(windows: tuple[Axis, ...]) -> Fraction | None:
    """The share of padding among all cells that all windows read; None for giant windows."""
    if any(axis.kernel > MAX_CELLS for axis in windows):
        return None
    inside = Fraction(1)
    for axis in windows:
        inside *= Fraction(axis.reads, axis.positions * axis.kernel)
    return 1 - inside
