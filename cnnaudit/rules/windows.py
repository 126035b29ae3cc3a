"""Sliding windows of a layer: how many input positions they read, exactly."""

from fractions import Fraction

from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import has_trait, op_named, ops_with
from cnnaudit.ops.window_axis import Axis, window_axes

#: Cells of a window beyond which they are not gone through one by one.
MAX_CELLS = 1024


def sliding_kinds() -> frozenset[str]:
    """Layers whose output positions each read a window of their input."""
    return ops_with("sliding window")


def sliding_convolutions() -> frozenset[str]:
    """Those of them that have weights: not the pools."""
    return frozenset(name for name in sliding_kinds() if op_named(name).family == "conv")


def windows_of(node: Node) -> tuple[Axis, ...]:
    """The windows of a layer on each axis; empty where it has none, or its shapes are unknown."""
    if not has_trait(node.op, "sliding window"):
        return ()
    if node.attributes["kernel"] == "global":
        return ()
    (entering,) = node.input_shapes
    if not entering or not node.output_shape:
        return ()
    return window_axes(entering, node.attributes, node.output_shape)


def padding_share(windows: tuple[Axis, ...]) -> Fraction | None:
    """The share of padding among all cells that all windows read; None for giant windows."""
    if any(axis.kernel > MAX_CELLS for axis in windows):
        return None
    inside = Fraction(1)
    for axis in windows:
        inside *= Fraction(axis.reads, axis.positions * axis.kernel)
    return 1 - inside
