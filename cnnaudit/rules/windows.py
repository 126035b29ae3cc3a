"""Sliding windows of a layer: how many input positions they read, exactly."""

from fractions import Fraction

from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import has_trait, op_named, ops_with
from cnnaudit.ops.window_axis import Axis, window_axes

#: The largest kernel on an axis that is searched cell by cell.
MAX_CELLS = 1024


def sliding_ops() -> frozenset[str]:
    """Ops whose output positions each read a window of their input."""
    return ops_with("sliding window")


def sliding_convolutions() -> frozenset[str]:
    """The sliding ops with weights: not the pools."""
    return frozenset(name for name in sliding_ops() if op_named(name).family == "conv")


def windows_of(node: Node) -> tuple[Axis, ...]:
    """The windows of a layer on each axis; empty if it has none or its shapes are unknown."""
    if not has_trait(node.op, "sliding window"):
        return ()
    if node.attributes["kernel"] == "global":
        return ()
    (input_shape,) = node.input_shapes
    if not input_shape or not node.output_shape:
        return ()
    return window_axes(input_shape, node.attributes, node.output_shape)


def padding_share(windows: tuple[Axis, ...]) -> Fraction | None:
    """The share of padding among the cells of all windows; None for giant windows."""
    if any(axis.kernel > MAX_CELLS for axis in windows):
        return None
    input_share = Fraction(1)
    for axis in windows:
        input_share *= Fraction(axis.reads, axis.positions * axis.kernel)
    return 1 - input_share
