"""Receptive fields on the graph: how much of the input each output position sees, per axis.

Every layer says what one output position reads of each of its inputs (``Kind.windows``); walking
the graph once composes these windows, and where branches merge, their intervals are united. Sizes
are in cells of the network's input and unclipped: at a border, part of a field is padding. At
inference batch normalisation works on each position alone.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import NamedTuple, TypeAlias

from cnnaudit.analysis.sight import (
    Cells,
    Fixed,
    Moving,
    Sight,
    Undefined,
    entering,
    extent,
    merged,
    narrower,
    seen_from,
    through,
)
from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.layers.geometry import ONE, Windows
from cnnaudit.layers.kind import Kind, Shape, one_to_one
from cnnaudit.layers.table import kind_of

#: Said of layers whose outputs all see the same: behind flatten, dense or a global pool.
GLOBAL = "global"

#: Said where the network's input is a vector: no axis has positions that could be seen or not.
VECTOR = "the input has no positions"

#: Families whose layers count as steps of a path.
_WEIGHTED = ("conv", "dense")


class Field(NamedTuple):
    """What the positions of one node's output see; lists have one entry per axis of the input.

    ``size`` cells are seen by a position, ``stride`` lie between the fields of neighbours,
    ``offset`` is where the centre of the first field lies (0 is the centre of the first cell) and
    ``misalignment`` how far the middle of all centres is from the middle of the input. All are None
    where ``note`` says "global" or why they are undefined; an entry alone is None for an axis that
    every position sees the same of. ``narrowest`` is the size on the path that sees least. ``seen``
    is the share of the input's cells that the output in the middle sees; None where undefined.
    ``shortest`` and ``longest`` count convolutional and dense layers on the way from an input.
    """

    size: tuple[int | None, ...] | None
    stride: tuple[Fraction | None, ...] | None
    offset: tuple[Fraction | None, ...] | None
    misalignment: tuple[Fraction | None, ...] | None
    narrowest: tuple[int, ...] | None
    seen: Fraction | None
    note: str | None
    shortest: int
    longest: int


#: For each input of the network (its node) that is seen: a sight per spatial axis of it.
Sights: TypeAlias = Mapping[int, tuple[Sight, ...]]


class Reach(NamedTuple):
    """What a node sees in all, what it sees on its narrowest path, and how long its paths are."""

    all: Sights
    least: Sights
    shortest: int
    longest: int


def receptive_fields(graph: Graph) -> tuple[Field, ...]:
    """The fields of ``graph``'s nodes, in their order, inputs included; linear in the graph."""
    states = reach(graph)
    fields: list[Field] = []
    for index, node in enumerate(graph.nodes):
        before = node.inputs[0] if node.inputs else index
        same = states[before] is states[index] and graph.nodes[before].shape == node.shape
        # What works on each element sees what its input sees: no need to work it out again.
        fields.append(
            fields[before] if same and before != index else field(graph, node, states[index])
        )
    return tuple(fields)


def reach(graph: Graph) -> list[Reach]:
    """What each node sees, position by position."""
    found: list[Reach] = []
    for index, node in enumerate(graph.nodes):
        found.append(_state(graph, index, node, found))
    return found


def _state(graph: Graph, index: int, node: Node, states: list[Reach]) -> Reach:
    if not node.inputs:
        sights = tuple(entering(axis, size) for axis, size in enumerate(node.shape[:-1]))
        return Reach({index: sights}, {index: sights}, 0, 0)
    kind = kind_of(node.kind)
    arriving = [
        _passed(states[source], kind, node, graph.nodes[source].shape) for source in node.inputs
    ]
    steps = kind.family in _WEIGHTED
    if len(arriving) == 1:
        (only,) = arriving
        if not steps:
            return only
        return Reach(only.all, only.least, only.shortest + 1, only.longest + 1)
    return Reach(
        reduce(_merging(merged, node.shape), (state.all for state in arriving)),
        reduce(_merging(_narrower, node.shape), (state.least for state in arriving)),
        min(state.shortest for state in arriving) + steps,
        max(state.longest for state in arriving) + steps,
    )


def _passed(state: Reach, kind: Kind, node: Node, shape: Shape) -> Reach:
    """What is seen through a layer's windows over one of its inputs, of this shape."""
    output = node.shape
    if kind.windows is one_to_one and shape and shape[:-1] == output[:-1]:
        return state
    windows: Windows = "a shape is unknown"  # as it may be behind a foreign layer
    if shape and output:
        windows = kind.windows(shape, node.attributes, output)
    if not isinstance(windows, str) and all(window is ONE for window in windows):
        return state
    seen = _looked(state.all, windows, shape, output)
    # One value for both until paths part: most networks are mostly chains.
    least = seen if state.least is state.all else _looked(state.least, windows, shape, output)
    return Reach(seen, least, state.shortest, state.longest)


def _looked(sights: Sights, windows: Windows, shape: Shape, output: Shape) -> Sights:
    return {
        source: tuple(_one(sight, windows, shape, output) for sight in axes)
        for source, axes in sights.items()
    }


def _one(sight: Sight, windows: Windows, shape: Shape, output: Shape) -> Sight:
    if isinstance(windows, str):
        return Undefined(windows, sight.whole) if isinstance(sight, Moving) else sight
    if isinstance(sight, Undefined):
        # Which axis it would have followed is not known: it is global where all of them are.
        everywhere = all(window.step == 0 for window in windows)
        return Fixed(sight.whole) if everywhere else sight
    if isinstance(sight, Fixed):
        return sight
    window = windows[sight.axis]
    axis = sight.axis if window.axis is None else window.axis
    count = output[axis] if window.step else 1
    return through(sight, window, shape[sight.axis], count, axis)


def _narrower(a: Sight, b: Sight, _count: int) -> Sight:
    return narrower(a, b)


def _merging(
    merge: Callable[[Sight, Sight, int], Sight], output: Shape
) -> Callable[[Sights, Sights], Sights]:
    """Merge what is seen of the same input; what only one side sees stays as it is."""

    def pair(a: Sight, b: Sight) -> Sight:
        axes = [sight.axis for sight in (a, b) if isinstance(sight, Moving)]
        return merge(a, b, output[axes[0]] if axes else 1)

    def merging(a: Sights, b: Sights) -> Sights:
        if a is b:
            return a
        both = {source: tuple(map(pair, a[source], b[source])) for source in a.keys() & b.keys()}
        return {source: both.get(source) or (a.get(source) or b[source]) for source in {**a, **b}}

    return merging


# What is said of it ------------------------------------------------------------------------------


def narrowest(state: Reach) -> tuple[int, ...] | None:
    """How much is seen on the path that sees least; None where inputs are seen differently."""
    least = {_sizes(sights) for sights in state.least.values()}
    return least.pop() if len(least) == 1 else None


def field(graph: Graph, node: Node, state: Reach) -> Field:
    """The field of one node, which sees what ``state`` says."""
    said = [_said(sights, node, graph.nodes[n].shape) for n, sights in state.all.items()]
    first = said[0]._replace(
        narrowest=narrowest(state),
        seen=_share(graph, node, state.all),
        shortest=state.shortest,
        longest=state.longest,
    )
    if all(other[:4] == first[:4] and other.note == first.note for other in said[1:]):
        return first
    notes = [other.note for other in said if other.note not in (None, GLOBAL)]
    note = next(iter(notes), "it sees different fields of several inputs")
    return first._replace(size=None, stride=None, offset=None, misalignment=None, note=note)


def _said(sights: tuple[Sight, ...], node: Node, shape: Shape) -> Field:
    """Size, stride, offset and alignment for one input of the network, of this shape."""
    note = next((sight.reason for sight in sights if isinstance(sight, Undefined)), None)
    if note is None and not any(isinstance(sight, Moving) for sight in sights):
        note = GLOBAL if sights else VECTOR
    if note is not None:
        return Field(None, None, None, None, None, None, note, 0, 0)
    moving = [sight if isinstance(sight, Moving) else None for sight in sights]
    return Field(
        tuple(sight and extent(sight) for sight in moving),
        tuple(sight and sight.stride for sight in moving),
        tuple(sight and _centre(sight.at(0)) for sight in moving),
        tuple(
            sight and _misalignment(sight, node.shape[sight.axis], size)
            for sight, size in zip(moving, shape, strict=False)
        ),
        None,
        None,
        None,
        0,
        0,
    )


def _centre(cells: Cells) -> Fraction | None:
    return Fraction(sum(cells), 2) if cells else None


def _misalignment(sight: Moving, count: int, size: int) -> Fraction | None:
    first, last = sight.at(0), sight.at(count - 1)
    if first is None or last is None:
        return None
    # The middle of the centres and that of the input, as quarters: one fraction, and not five.
    return Fraction(sum(first) + sum(last) - 2 * (size - 1), 4)


def _sizes(sights: tuple[Sight, ...]) -> tuple[int, ...] | None:
    if not sights or any(isinstance(sight, Undefined) for sight in sights):
        return None
    return tuple(extent(sight) for sight in sights if not isinstance(sight, Undefined))


def _share(graph: Graph, node: Node, sights: Sights) -> Fraction | None:
    """The share of all inputs' cells that the output in the middle sees."""
    seen = cells = 0
    for source, axes in sights.items():
        if not axes or any(isinstance(sight, Undefined) for sight in axes):
            return None
        part = 1
        for sight in axes:
            middle = node.shape[sight.axis] // 2 if isinstance(sight, Moving) else 0
            found = seen_from(sight, middle)
            part *= found[1] - found[0] + 1 if found else 0
        seen += part
        cells += _positions(graph.nodes[source].shape)
    return Fraction(seen, cells)


def _positions(shape: Shape) -> int:
    return reduce(lambda product, size: product * size, shape[:-1], 1)
