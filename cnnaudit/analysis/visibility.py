"""Maps intervals of the network's inputs through layers, memoised."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import NamedTuple, TypeAlias

from cnnaudit.analysis.interval import (
    FixedInterval,
    Interval,
    MovingInterval,
    UndefinedInterval,
    entering,
    merged,
    narrower,
    through,
)
from cnnaudit.graph.graph import Node
from cnnaudit.ops.op import Op, Shape, pointwise_window
from cnnaudit.ops.registry import op_named
from cnnaudit.ops.windows import ONE, Unknown, Windows

#: For each input of the network (its node) that is seen: a sight per spatial axis of it.
Intervals: TypeAlias = Mapping[int, tuple[Interval, ...]]


class LayerWindow(NamedTuple):
    """Windows over one input, and how many positions it has on each axis."""

    windows: Windows
    sizes: Shape


class NodeWindows(NamedTuple):
    """The windows of a node over each of its inputs.

    A look is None if each position reads its own. ``sizes`` are the positions of the output.
    """

    looks: tuple[LayerWindow | None, ...]
    sizes: Shape


def windows_of_node(node: Node) -> NodeWindows | None:
    """The windows of a node; None if its output sees what its only input sees."""
    kind = op_named(node.op)
    if kind.windows is pointwise_window and _is_pointwise(node):
        return None
    looks = tuple([_look(node, kind, shape) for shape in node.input_shapes])
    return None if looks == (None,) else NodeWindows(looks, node.output_shape[:-1])


def _is_pointwise(node: Node) -> bool:
    sizes = node.output_shape[:-1]
    return (
        len(node.input_shapes) == 1
        and node.input_shapes[0][:-1] == sizes
        and bool(node.input_shapes[0])
    )


def _look(node: Node, kind: Op, shape: Shape) -> LayerWindow | None:
    output = node.output_shape
    if kind.windows is pointwise_window and shape and shape[:-1] == output[:-1]:
        return None
    windows: Windows = Unknown("a shape is unknown")  # as it may be behind a foreign layer
    if shape and output:
        windows = kind.windows(shape, node.attributes, output)
    if not isinstance(windows, Unknown) and all(window is ONE for window in windows):
        return None
    return LayerWindow(windows, shape[:-1])


def of_input(index: int, sizes: Shape) -> Intervals:
    """What an input of the network sees, the node of that index: itself."""
    return {index: tuple([entering(axis, size) for axis, size in enumerate(sizes)])}


def through_layer(step: NodeWindows, sights: Intervals) -> Intervals:
    """What a step of one input sees, which itself sees ``sights``."""
    return _through(step.looks[0], sights, step.sizes)


def union(step: NodeWindows, arriving: Sequence[Intervals]) -> Intervals:
    """What a step of several inputs sees, which themselves see ``arriving``."""
    return _met(merged, step, arriving)


def narrowest_path(step: NodeWindows, arriving: Sequence[Intervals]) -> Intervals:
    """The same on the path that sees least of each input of the network."""
    return _met(_narrower, step, arriving)


def _met(
    merge: Callable[[Interval, Interval, int], Interval],
    step: NodeWindows,
    arriving: Sequence[Intervals],
) -> Intervals:
    pairs = zip(step.looks, arriving, strict=True)
    seen = [_through(look, sights, step.sizes) for look, sights in pairs]
    return reduce(_merging(merge, step.sizes), seen)


def _through(look: LayerWindow | None, sights: Intervals, output: Shape) -> Intervals:
    if look is None:
        return sights
    return {source: _seen(look, axes, output) for source, axes in sights.items()}


@lru_cache(maxsize=4096)
def _seen(look: LayerWindow, axes: tuple[Interval, ...], output: Shape) -> tuple[Interval, ...]:
    """The intervals of one network input, mapped through the windows of a layer."""
    return tuple([_one(sight, look, output) for sight in axes])


def _one(sight: Interval, look: LayerWindow, output: Shape) -> Interval:
    windows = look.windows
    if isinstance(windows, Unknown):
        return (
            UndefinedInterval(windows.reason, sight.bounds)
            if isinstance(sight, MovingInterval)
            else sight
        )
    if isinstance(sight, UndefinedInterval):
        # Which axis it would have followed is not known: it is global where all of them are.
        everywhere = all(window.step == 0 for window in windows)
        return FixedInterval(sight.bounds) if everywhere else sight
    if isinstance(sight, FixedInterval):
        return sight
    window = windows[sight.axis]
    axis = sight.axis if window.axis is None else window.axis
    count = output[axis] if window.step else 1
    return through(sight, window, look.sizes[sight.axis], count, axis)


def _narrower(a: Interval, b: Interval, _count: int) -> Interval:
    return narrower(a, b)


def _merging(
    merge: Callable[[Interval, Interval, int], Interval], output: Shape
) -> Callable[[Intervals, Intervals], Intervals]:
    """Merge what is seen of the same input; what only one side sees stays as it is."""

    def pair(a: Interval, b: Interval) -> Interval:
        if a == b:
            return a
        axes = [sight.axis for sight in (a, b) if isinstance(sight, MovingInterval)]
        return merge(a, b, output[axes[0]] if axes else 1)

    def merging(a: Intervals, b: Intervals) -> Intervals:
        if a is b:
            return a
        both = {source: tuple(map(pair, a[source], b[source])) for source in a.keys() & b.keys()}
        return {source: both.get(source) or (a.get(source) or b[source]) for source in {**a, **b}}

    return merging
