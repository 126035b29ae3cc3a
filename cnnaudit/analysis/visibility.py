"""Maps intervals of the network's inputs through layers, memoised."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial, reduce
from typing import NamedTuple, TypeAlias

from cnnaudit.analysis.interval import (
    FixedInterval,
    Interval,
    MovingInterval,
    UndefinedInterval,
    input_interval,
    map_interval,
    merge,
    narrower,
)
from cnnaudit.graph.graph import Node
from cnnaudit.ops.op import Op, Shape, pointwise_window
from cnnaudit.ops.registry import op_named
from cnnaudit.ops.windows import ONE, Unknown, Windows

#: For each network input that a node depends on (by the index of its node): an interval per axis.
Intervals: TypeAlias = Mapping[int, tuple[Interval, ...]]


#: Merges two intervals on an axis of so many positions.
_Merge: TypeAlias = Callable[[Interval, Interval, int], Interval]


class LayerWindow(NamedTuple):
    """Windows over one input, and the number of its positions on each axis."""

    windows: Windows
    sizes: Shape


class NodeWindows(NamedTuple):
    """The windows of a node over each of its inputs; None if each position reads its own.

    ``sizes`` are the positions of the output on each axis.
    """

    inputs: tuple[LayerWindow | None, ...]
    sizes: Shape


def windows_of_node(node: Node) -> NodeWindows | None:
    """Return the windows of a node; None if its output sees what its only input sees."""
    op = op_named(node.op)
    if op.windows is pointwise_window and _is_pointwise(node):
        return None
    inputs = tuple([_layer_window(node, op, shape) for shape in node.input_shapes])
    return None if inputs == (None,) else NodeWindows(inputs, node.output_shape[:-1])


def _is_pointwise(node: Node) -> bool:
    sizes = node.output_shape[:-1]
    return (
        len(node.input_shapes) == 1
        and node.input_shapes[0][:-1] == sizes
        and bool(node.input_shapes[0])
    )


def _layer_window(node: Node, op: Op, shape: Shape) -> LayerWindow | None:
    output = node.output_shape
    if op.windows is pointwise_window and shape and shape[:-1] == output[:-1]:
        return None
    windows: Windows = Unknown("a shape is unknown")  # as it may be after an unknown layer
    if shape and output:
        windows = op.windows(shape, node.attributes, output)
    if not isinstance(windows, Unknown) and all(window is ONE for window in windows):
        return None
    return LayerWindow(windows, shape[:-1])


def input_intervals(index: int, sizes: Shape) -> Intervals:
    """Return the intervals of a network input, the node of that index: it sees itself."""
    return {index: tuple([input_interval(axis, size) for axis, size in enumerate(sizes)])}


def map_intervals(windows: NodeWindows, intervals: Intervals) -> Intervals:
    """Return the intervals of a node with one input, from those of the input."""
    return _through(windows.inputs[0], intervals, windows.sizes)


def union(windows: NodeWindows, inputs: Sequence[Intervals]) -> Intervals:
    """Return the intervals of a node with several inputs, from those of the inputs."""
    return _merge_inputs(merge, windows, inputs)


def narrowest_path(windows: NodeWindows, inputs: Sequence[Intervals]) -> Intervals:
    """Return the same on the path that sees least of each input of the network."""
    return _merge_inputs(lambda a, b, _count: narrower(a, b), windows, inputs)


def _merge_inputs(
    merge_pair: _Merge, windows: NodeWindows, inputs: Sequence[Intervals]
) -> Intervals:
    mapped = [
        _through(window, intervals, windows.sizes)
        for window, intervals in zip(windows.inputs, inputs, strict=True)
    ]
    return reduce(partial(_merge_intervals, merge_pair, windows.sizes), mapped)


def _through(window: LayerWindow | None, intervals: Intervals, output: Shape) -> Intervals:
    if window is None:
        return intervals
    return {source: _map_axes(window, axes, output) for source, axes in intervals.items()}


@lru_cache(maxsize=4096)
def _map_axes(
    window: LayerWindow, axes: tuple[Interval, ...], output: Shape
) -> tuple[Interval, ...]:
    """Return the intervals of one network input, mapped through the windows of a layer."""
    return tuple([_map_axis(interval, window, output) for interval in axes])


def _map_axis(interval: Interval, window: LayerWindow, output: Shape) -> Interval:
    windows = window.windows
    if isinstance(windows, Unknown):
        is_moving = isinstance(interval, MovingInterval)
        return UndefinedInterval(windows.reason, interval.bounds) if is_moving else interval
    if isinstance(interval, UndefinedInterval):
        # Its output axis is unknown, so it becomes fixed only if every axis is read entirely.
        is_global = all(axis_window.step == 0 for axis_window in windows)
        return FixedInterval(interval.bounds) if is_global else interval
    if isinstance(interval, FixedInterval):
        return interval
    axis_window = windows[interval.axis]
    axis = interval.axis if axis_window.axis is None else axis_window.axis
    count = output[axis] if axis_window.step else 1
    return map_interval(interval, axis_window, window.sizes[interval.axis], count, axis)


def _merge_intervals(merge_pair: _Merge, output: Shape, a: Intervals, b: Intervals) -> Intervals:
    """Merge the intervals over the same network inputs; those of one side alone are unchanged."""

    def merge_axis(x: Interval, y: Interval) -> Interval:
        if x == y:
            return x
        axes = [interval.axis for interval in (x, y) if isinstance(interval, MovingInterval)]
        return merge_pair(x, y, output[axes[0]] if axes else 1)

    if a is b:
        return a
    both = {source: tuple(map(merge_axis, a[source], b[source])) for source in a.keys() & b.keys()}
    return {source: both.get(source) or (a.get(source) or b[source]) for source in {**a, **b}}
