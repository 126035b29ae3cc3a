"""Receptive fields on the graph: how much of the input each output position sees, per axis.

Every layer says what one output position reads of each of its inputs (``Kind.windows``); walking
the graph once composes these windows, and where branches merge, their intervals are united. Sizes
are in cells of the network's input and unclipped: at a border, part of a field is padding. At
inference batch normalisation works on each position alone.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from typing import NamedTuple, TypeAlias

from cnnaudit.analysis.interval import (
    Interval,
    MovingInterval,
    Positions,
    UndefinedInterval,
    extent,
    seen_from,
)
from cnnaudit.analysis.visibility import (
    Intervals,
    NodeWindows,
    narrowest_path,
    of_input,
    through_layer,
    union,
    windows_of_node,
)
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.op import Shape
from cnnaudit.ops.registry import op_named

#: Said of layers whose outputs all see the same: behind flatten, dense or a global pool.
GLOBAL = "global"

#: Families whose layers count as steps of a path.
_WEIGHTED = ("conv", "dense")

#: Said where the network's input is a vector: no axis has positions that could be seen or not.
VECTOR = "the input has no positions"


class Lengths(NamedTuple):
    """How many convolutional and dense layers the paths to a node have."""

    shortest: int
    longest: int


class ReceptiveField(NamedTuple):
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

    def at_end_of(self, paths: Lengths) -> "ReceptiveField":
        """The same field, of a node to which such paths lead."""
        if paths == (self.shortest, self.longest):
            return self
        return self._replace(shortest=paths.shortest, longest=paths.longest)


def receptive_fields(graph: Graph) -> tuple[ReceptiveField, ...]:
    """The fields of ``graph``'s nodes, in their order, inputs included; linear in the graph."""
    seen = all_seen(graph)
    least = least_seen(graph, seen)
    fields: list[ReceptiveField] = []
    for index, (node, paths) in enumerate(zip(graph.nodes, lengths(graph), strict=True)):
        before = node.inputs[0] if node.inputs else index
        same = seen[before] is seen[index] and least[before] is least[index]
        # What works on each position sees what its input sees: no need to work it out again.
        if (
            same
            and before != index
            and graph.nodes[before].output_shape[:-1] == node.output_shape[:-1]
        ):
            fields.append(fields[before].at_end_of(paths))
        else:
            fields.append(field(graph, node, seen[index], least[index], paths))
    return tuple(fields)


def all_seen(graph: Graph) -> list[Intervals]:
    """What each node sees in all."""
    return _walked(graph, union, None)


def least_seen(graph: Graph, seen: Sequence[Intervals] | None = None) -> list[Intervals]:
    """What each node sees on its narrowest path; ``seen`` is what it sees in all, where known."""
    return _walked(graph, narrowest_path, seen)


def _walked(
    graph: Graph,
    meet: Callable[[NodeWindows, Sequence[Intervals]], Intervals],
    other: Sequence[Intervals] | None,
) -> list[Intervals]:
    """What each node sees where ``meet`` says what a merge does.

    ``other`` was found in another way: until paths part, it is the same.
    """
    found: list[Intervals] = []
    for index, node in enumerate(graph.nodes):
        inputs, step = node.inputs, windows_of_node(node)
        if step is None:
            found.append(found[inputs[0]])
        elif len(inputs) > 1:
            found.append(meet(step, [found[source] for source in inputs]))
        elif other is not None and (not inputs or other[inputs[0]] is found[inputs[0]]):
            found.append(other[index])
        elif inputs:
            found.append(through_layer(step, found[inputs[0]]))
        else:
            found.append(of_input(index, step.sizes))
    return found


def lengths(graph: Graph) -> list[Lengths]:
    """How long the paths from the network's inputs to each node are."""
    found: list[Lengths] = []
    for node in graph.nodes:
        if len(node.inputs) == 1:
            paths = found[node.inputs[0]]
        else:
            before = [found[source] for source in node.inputs]
            shortest = min([paths.shortest for paths in before], default=0)
            paths = Lengths(shortest, max([paths.longest for paths in before], default=0))
        own = op_named(node.op).family in _WEIGHTED
        found.append(Lengths(paths.shortest + 1, paths.longest + 1) if own else paths)
    return found


# What is said of it ------------------------------------------------------------------------------


def narrowest(least: Intervals) -> tuple[int, ...] | None:
    """How much is seen on the path that sees least; None where inputs are seen differently."""
    sizes = {_sizes(axes) for axes in least.values()}
    return sizes.pop() if len(sizes) == 1 else None


def widest(graph: Graph, node: Node, seen: Intervals) -> tuple[int | None, ...] | None:
    """How much is seen in all, as ``Field.size`` says it of a node."""
    return field(graph, node, seen, seen, Lengths(0, 0)).size


def field(
    graph: Graph, node: Node, seen: Intervals, least: Intervals, paths: Lengths
) -> ReceptiveField:
    """The field of one node, which sees this in all and at least, and to which such paths lead."""
    said = [_said(sights, node, graph.nodes[n].output_shape) for n, sights in seen.items()]
    axes, note = said[0]
    if any(other != said[0] for other in said[1:]):
        axes = None
        undefined = (note for _, note in said if note not in (None, GLOBAL))
        note = next(undefined, "it sees different fields of several inputs")
    size, stride, offset, misalignment = zip(*axes, strict=True) if axes else _NOWHERE
    share = _share(graph, node, seen)
    return ReceptiveField(size, stride, offset, misalignment, narrowest(least), share, note, *paths)


#: Along one axis of the input, what a ``Field`` says of all: size, stride, offset, misalignment.
_Axis: TypeAlias = tuple[int | None, Fraction | None, Fraction | None, Fraction | None]
#: Where every position sees the same.
_STILL: _Axis = (None, None, None, None)
#: The four lists, where a note says it all.
_NOWHERE = (None, None, None, None)


def _said(
    sights: tuple[Interval, ...], node: Node, shape: Shape
) -> tuple[list[_Axis] | None, str | None]:
    """The axes of one input of the network, of this shape; None where a note says it all."""
    note = next((sight.reason for sight in sights if isinstance(sight, UndefinedInterval)), None)
    if note is None and not any(isinstance(sight, MovingInterval) for sight in sights):
        note = GLOBAL if sights else VECTOR
    if note is not None:
        return None, note
    return [
        _along(sight.step, sight.pattern, node.output_shape[sight.axis], size)
        if isinstance(sight, MovingInterval)
        else _STILL
        for sight, size in zip(sights, shape, strict=False)
    ], None


@lru_cache(maxsize=4096)
def _along(step: int, pattern: tuple[Positions, ...], count: int, cells: int) -> _Axis:
    """What ``count`` positions see over so many cells, with the step and pattern of a ``Moving``.

    On a square both axes ask the same.
    """
    sight = MovingInterval(0, step, pattern, None)
    first, last = sight.at(0), sight.at(count - 1)
    offset = misalignment = None
    if first is not None:
        offset = Fraction(sum(first), 2)
    if first is not None and last is not None:
        # The middle of the centres and that of the input, as quarters: one fraction, and not five.
        misalignment = Fraction(sum(first) + sum(last) - 2 * (cells - 1), 4)
    return extent(sight), sight.stride, offset, misalignment


def _sizes(sights: tuple[Interval, ...]) -> tuple[int, ...] | None:
    if not sights or any(isinstance(sight, UndefinedInterval) for sight in sights):
        return None
    return tuple(extent(sight) for sight in sights if not isinstance(sight, UndefinedInterval))


def _share(graph: Graph, node: Node, sights: Intervals) -> Fraction | None:
    """The share of all inputs' cells that the output in the middle sees."""
    seen = cells = 0
    for source, axes in sights.items():
        if not axes or any(isinstance(sight, UndefinedInterval) for sight in axes):
            return None
        part = 1
        for sight in axes:
            middle = node.output_shape[sight.axis] // 2 if isinstance(sight, MovingInterval) else 0
            found = seen_from(sight, middle)
            part *= found[1] - found[0] + 1 if found else 0
        seen += part
        cells += _positions(graph.nodes[source].output_shape)
    return Fraction(seen, cells)


def _positions(shape: Shape) -> int:
    return reduce(lambda product, size: product * size, shape[:-1], 1)
