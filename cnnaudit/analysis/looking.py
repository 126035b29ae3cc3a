"""What is seen through a layer's windows, worked out once for all layers that look the same.

Networks ask the same again and again: in repetitions, in variants and in the next file. What is
seen depends on windows and positions, and not on channels, so a few hundred steps are those of
thousands of operations; and equal answers are one object, by whose identity the next is found.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import NamedTuple, TypeAlias

from cnnaudit.analysis.sight import (
    Fixed,
    Moving,
    Sight,
    Undefined,
    entering,
    merged,
    narrower,
    through,
)
from cnnaudit.graph.operation import Operation, fact
from cnnaudit.known import Known
from cnnaudit.layers.geometry import ONE, Unknown, Windows
from cnnaudit.layers.kind import Kind, Shape, pointwise_window
from cnnaudit.layers.table import kind_of

#: For each input of the network (its node) that is seen: a sight per spatial axis of it.
Sights: TypeAlias = Mapping[int, tuple[Sight, ...]]


class Look(NamedTuple):
    """Windows over one input, and how many positions it has on each axis."""

    windows: Windows
    sizes: Shape


class Step(NamedTuple):
    """What an operation's output reads of each of its inputs, whatever they see.

    A look is None where each position reads its own. ``sizes`` are the positions of the output.
    """

    looks: tuple[Look | None, ...]
    sizes: Shape


class _Seen(NamedTuple):
    """What is seen, how many intervals say so, and what its question names by identity."""

    sights: Sights
    size: int
    held: tuple[object, ...] = ()


#: Steps by their value, as many in all as have so many windows.
_STEPS: Known[Step] = Known(8192)
#: Sights by their value, as many in all as have so many intervals; and by the identities of the
#: step and of the sights that lead to them. Together they take some MiB.
_SIGHTS: Known[_Seen] = Known(16_384)
_BEHIND: Known[_Seen] = Known(32_768)


@fact
def step_of(operation: Operation) -> Step | None:
    """How an operation looks at its inputs; None where its output sees what its only input sees."""
    kind = kind_of(operation.kind)
    looks = tuple([_look(operation, kind, shape) for shape in operation.entering])
    if looks == (None,):
        return None
    step = Step(looks, operation.shape[:-1])
    return _STEPS.get(step) or _STEPS.keep(step, step, 1 + sum(map(_windows, looks)))


def _look(operation: Operation, kind: Kind, shape: Shape) -> Look | None:
    output = operation.shape
    if kind.windows is pointwise_window and shape and shape[:-1] == output[:-1]:
        return None
    windows: Windows = Unknown("a shape is unknown")  # as it may be behind a foreign layer
    if shape and output:
        windows = kind.windows(shape, operation.attributes, output)
    if not isinstance(windows, Unknown) and all(window is ONE for window in windows):
        return None
    return Look(windows, shape[:-1])


def _windows(look: Look | None) -> int:
    if look is None or isinstance(look.windows, Unknown):
        return 1
    return sum(len(window.reads) for window in look.windows)


def entered(index: int, sizes: Shape) -> Sights:
    """What an input of the network sees, the node of that index: itself."""
    axes = tuple([entering(axis, size) for axis, size in enumerate(sizes)])
    return _one_object({index: axes}).sights


def looked(step: Step, sights: Sights) -> Sights:
    """What a step of one input sees, which itself sees ``sights``."""
    asked = id(step), id(sights)
    known = _BEHIND.get(asked)
    if known is None:
        known = _kept(asked, (step, sights), _through(step.looks[0], sights, step.sizes))
    return known.sights


def together(step: Step, arriving: Sequence[Sights]) -> Sights:
    """What a step of several inputs sees, which themselves see ``arriving``."""
    return _met(merged, step, arriving)


def least(step: Step, arriving: Sequence[Sights]) -> Sights:
    """The same on the path that sees least of each input of the network."""
    return _met(_narrower, step, arriving)


def _met(
    merge: Callable[[Sight, Sight, int], Sight], step: Step, arriving: Sequence[Sights]
) -> Sights:
    asked = merge, id(step), *map(id, arriving)
    known = _BEHIND.get(asked)
    if known is None:
        seen = [
            _through(look, sights, step.sizes)
            for look, sights in zip(step.looks, arriving, strict=True)
        ]
        known = _kept(asked, (step, *arriving), reduce(_merging(merge, step.sizes), seen))
    return known.sights


def _kept(asked: tuple[object, ...], held: tuple[object, ...], sights: Sights) -> _Seen:
    found, size, _ = _one_object(sights)
    return _BEHIND.keep(asked, _Seen(found, size, held), len(asked) + size)


def _one_object(sights: Sights) -> _Seen:
    said = tuple(sights.items())
    known = _SIGHTS.get(said)
    if known is None:
        size = sum([_intervals(sight) for axes in sights.values() for sight in axes])
        known = _SIGHTS.keep(said, _Seen(sights, size), 1 + size)
    return known


def _intervals(sight: Sight) -> int:
    return len(sight.pattern) if isinstance(sight, Moving) else 1


def _through(look: Look | None, sights: Sights, output: Shape) -> Sights:
    if look is None:
        return sights
    return {
        source: tuple([_one(sight, look, output) for sight in axes])
        for source, axes in sights.items()
    }


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
