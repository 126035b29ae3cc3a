"""Visibility: maps what is seen of the network's inputs through one layer after the other."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import NamedTuple, TypeAlias

from cnnaudit.analysis.interval import (
    Fixed,
    Moving,
    Sight,
    Undefined,
    entering,
    merged,
    narrower,
    through,
)
from cnnaudit.graph.graph import Node
from cnnaudit.ops.op import Kind, Shape, pointwise_window
from cnnaudit.ops.registry import kind_of
from cnnaudit.ops.windows import ONE, Unknown, Windows

#: For each input of the network (its node) that is seen: a sight per spatial axis of it.
Sights: TypeAlias = Mapping[int, tuple[Sight, ...]]


class Look(NamedTuple):
    """Windows over one input, and how many positions it has on each axis."""

    windows: Windows
    sizes: Shape


class Step(NamedTuple):
    """The windows of a node over each of its inputs.

    A look is None if each position reads its own. ``sizes`` are the positions of the output.
    """

    looks: tuple[Look | None, ...]
    sizes: Shape


def step_of(node: Node) -> Step | None:
    """The windows of a node; None if its output sees what its only input sees."""
    kind = kind_of(node.kind)
    if kind.windows is pointwise_window and _is_pointwise(node):
        return None
    looks = tuple([_look(node, kind, shape) for shape in node.entering])
    return None if looks == (None,) else Step(looks, node.shape[:-1])


def _is_pointwise(node: Node) -> bool:
    sizes = node.shape[:-1]
    return len(node.entering) == 1 and node.entering[0][:-1] == sizes and bool(node.entering[0])


def _look(node: Node, kind: Kind, shape: Shape) -> Look | None:
    output = node.shape
    if kind.windows is pointwise_window and shape and shape[:-1] == output[:-1]:
        return None
    windows: Windows = Unknown("a shape is unknown")  # as it may be behind a foreign layer
    if shape and output:
        windows = kind.windows(shape, node.attributes, output)
    if not isinstance(windows, Unknown) and all(window is ONE for window in windows):
        return None
    return Look(windows, shape[:-1])


def entered(index: int, sizes: Shape) -> Sights:
    """What an input of the network sees, the node of that index: itself."""
    return {index: tuple([entering(axis, size) for axis, size in enumerate(sizes)])}


def looked(step: Step, sights: Sights) -> Sights:
    """What a step of one input sees, which itself sees ``sights``."""
    return _through(step.looks[0], sights, step.sizes)


def together(step: Step, arriving: Sequence[Sights]) -> Sights:
    """What a step of several inputs sees, which themselves see ``arriving``."""
    return _met(merged, step, arriving)


def least(step: Step, arriving: Sequence[Sights]) -> Sights:
    """The same on the path that sees least of each input of the network."""
    return _met(_narrower, step, arriving)


def _met(
    merge: Callable[[Sight, Sight, int], Sight], step: Step, arriving: Sequence[Sights]
) -> Sights:
    pairs = zip(step.looks, arriving, strict=True)
    seen = [_through(look, sights, step.sizes) for look, sights in pairs]
    return reduce(_merging(merge, step.sizes), seen)


def _through(look: Look | None, sights: Sights, output: Shape) -> Sights:
    if look is None:
        return sights
    return {source: _seen(look, axes, output) for source, axes in sights.items()}


@lru_cache(maxsize=4096)
def _seen(look: Look, axes: tuple[Sight, ...], output: Shape) -> tuple[Sight, ...]:
    """What is seen of one input of the network through the windows of a layer."""
    return tuple([_one(sight, look, output) for sight in axes])


def _one(sight: Sight, look: Look, output: Shape) -> Sight:
    windows = look.windows
    if isinstance(windows, Unknown):
        return Undefined(windows.reason, sight.whole) if isinstance(sight, Moving) else sight
    if isinstance(sight, Undefined):
        # Which axis it would have followed is not known: it is global where all of them are.
        everywhere = all(window.step == 0 for window in windows)
        return Fixed(sight.whole) if everywhere else sight
    if isinstance(sight, Fixed):
        return sight
    window = windows[sight.axis]
    axis = sight.axis if window.axis is None else window.axis
    count = output[axis] if window.step else 1
    return through(sight, window, look.sizes[sight.axis], count, axis)


def _narrower(a: Sight, b: Sight, _count: int) -> Sight:
    return narrower(a, b)


def _merging(
    merge: Callable[[Sight, Sight, int], Sight], output: Shape
) -> Callable[[Sights, Sights], Sights]:
    """Merge what is seen of the same input; what only one side sees stays as it is."""

    def pair(a: Sight, b: Sight) -> Sight:
        if a == b:
            return a
        axes = [sight.axis for sight in (a, b) if isinstance(sight, Moving)]
        return merge(a, b, output[axes[0]] if axes else 1)

    def merging(a: Sights, b: Sights) -> Sights:
        if a is b:
            return a
        both = {source: tuple(map(pair, a[source], b[source])) for source in a.keys() & b.keys()}
        return {source: both.get(source) or (a.get(source) or b[source]) for source in {**a, **b}}

    return merging
