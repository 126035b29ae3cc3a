"""Receptive fields on the graph: how much of the input each output position sees, per axis.

Every op defines the window of inputs that an output position reads (``Op.windows``); one pass over
the graph composes these windows, and merges take the union of their inputs' intervals. Sizes are
in positions of the network's input and unclipped: at a border, part of a field is padding. Batch
normalisation is pointwise, as it is at inference.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import NamedTuple

from cnnaudit.analysis.interval import (
    Interval,
    MovingInterval,
    Positions,
    UndefinedInterval,
    extent,
    visible_positions,
)
from cnnaudit.analysis.visibility import (
    Intervals,
    NodeWindows,
    input_intervals,
    map_intervals,
    narrowest_path,
    union,
    windows_of_node,
)
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.op import Shape
from cnnaudit.ops.registry import op_named

#: The note of nodes whose outputs all see the same: after flatten, dense or a global pool.
GLOBAL = "global"

#: The note if the network's input is a vector.
_VECTOR = "the input has no positions"

#: Families whose layers count towards the length of a path.
_WEIGHTED = ("conv", "dense")


class PathLengths(NamedTuple):
    """The numbers of convolutional and dense layers on the paths to a node."""

    shortest: int
    longest: int


class ReceptiveField(NamedTuple):
    """The receptive field of one node; tuples have one entry per axis of the input.

    ``size`` is the number of input positions that an output position sees, ``stride`` the distance
    between the fields of neighbours, ``offset`` the centre of the first field (0 is the centre of
    the first input position) and ``misalignment`` the distance of the middle of all centres from
    the middle of the input. All are None if ``note`` is "global" or the reason why they are
    undefined; a single entry is None for an axis on which every position sees the same.
    ``narrowest`` is the size on the path that sees least. ``seen`` is the share of the input that
    the output in the middle sees; None if undefined. ``shortest`` and ``longest`` count
    convolutional and dense layers on the paths from an input.
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


def receptive_fields(graph: Graph) -> tuple[ReceptiveField, ...]:
    """Return the receptive fields of all nodes, inputs included, in linear time."""
    intervals = all_path_intervals(graph)
    narrowest_intervals = narrowest_path_intervals(graph, intervals)
    fields: list[ReceptiveField] = []
    for index, (node, paths) in enumerate(zip(graph.nodes, path_lengths(graph), strict=True)):
        source = node.inputs[0] if node.inputs else None
        if (
            source is not None
            and intervals[source] is intervals[index]
            and narrowest_intervals[source] is narrowest_intervals[index]
            and graph.nodes[source].output_shape[:-1] == node.output_shape[:-1]
        ):
            # A pointwise node has the field of its input.
            shortest, longest = paths
            fields.append(fields[source]._replace(shortest=shortest, longest=longest))
        else:
            fields.append(
                receptive_field(graph, node, intervals[index], narrowest_intervals[index], paths)
            )
    return tuple(fields)


def all_path_intervals(graph: Graph) -> list[Intervals]:
    """Return the intervals of every node over all paths."""
    return _intervals_of_nodes(graph, union, None)


def narrowest_path_intervals(
    graph: Graph, intervals: Sequence[Intervals] | None = None
) -> list[Intervals]:
    """Return the intervals of every node on its narrowest path.

    ``intervals`` are the intervals over all paths, if they have been computed.
    """
    return _intervals_of_nodes(graph, narrowest_path, intervals)


def _intervals_of_nodes(
    graph: Graph,
    merge: Callable[[NodeWindows, Sequence[Intervals]], Intervals],
    reference: Sequence[Intervals] | None,
) -> list[Intervals]:
    """Return the intervals of every node; ``merge`` combines those of several inputs.

    ``reference`` are intervals by another merge: they are reused until paths part.
    """
    intervals: list[Intervals] = []
    for index, node in enumerate(graph.nodes):
        inputs, windows = node.inputs, windows_of_node(node)
        if windows is None:
            intervals.append(intervals[inputs[0]])
        elif len(inputs) > 1:
            intervals.append(merge(windows, [intervals[source] for source in inputs]))
        elif reference is not None and (not inputs or reference[inputs[0]] is intervals[inputs[0]]):
            intervals.append(reference[index])
        elif inputs:
            intervals.append(map_intervals(windows, intervals[inputs[0]]))
        else:
            intervals.append(input_intervals(index, windows.sizes))
    return intervals


def path_lengths(graph: Graph) -> list[PathLengths]:
    """Return the lengths of the paths from the network's inputs to each node."""
    lengths: list[PathLengths] = []
    for node in graph.nodes:
        if len(node.inputs) == 1:
            paths = lengths[node.inputs[0]]
        else:
            inputs = [lengths[source] for source in node.inputs]
            shortest = min([paths.shortest for paths in inputs], default=0)
            paths = PathLengths(shortest, max([paths.longest for paths in inputs], default=0))
        if op_named(node.op).family in _WEIGHTED:
            paths = PathLengths(paths.shortest + 1, paths.longest + 1)
        lengths.append(paths)
    return lengths


# The field of one node ----------------------------------------------------------------------------


def narrowest(narrowest_intervals: Intervals) -> tuple[int, ...] | None:
    """Return the sizes on the narrowest path; None if they are undefined or differ by input."""
    sizes = {_extents(axes) for axes in narrowest_intervals.values()}
    return sizes.pop() if len(sizes) == 1 else None


def widest(graph: Graph, node: Node, intervals: Intervals) -> tuple[int | None, ...] | None:
    """Return ``ReceptiveField.size`` of a node."""
    return receptive_field(graph, node, intervals, intervals, PathLengths(0, 0)).size


def receptive_field(
    graph: Graph,
    node: Node,
    intervals: Intervals,
    narrowest_intervals: Intervals,
    paths: PathLengths,
) -> ReceptiveField:
    """Return the field of one node, from its intervals over all paths and on the narrowest one."""
    fields = [
        _input_field(axes, node, graph.nodes[source].output_shape)
        for source, axes in intervals.items()
    ]
    axis_fields, note = fields[0]
    if any(other != fields[0] for other in fields[1:]):
        axis_fields = None
        undefined = (note for _, note in fields if note not in (None, GLOBAL))
        note = next(undefined, "it sees different fields of several inputs")
    columns = zip(*axis_fields, strict=True) if axis_fields else (None, None, None, None)
    size, stride, offset, misalignment = columns
    least = narrowest(narrowest_intervals)
    share = _visible_share(graph, node, intervals)
    return ReceptiveField(size, stride, offset, misalignment, least, share, note, *paths)


class _AxisField(NamedTuple):
    """The entries of a ``ReceptiveField`` for one axis; None if every position sees the same."""

    size: int | None = None
    stride: Fraction | None = None
    offset: Fraction | None = None
    misalignment: Fraction | None = None


class _InputField(NamedTuple):
    """The field over one input of the network; ``axes`` is None if there is a note."""

    axes: list[_AxisField] | None
    note: str | None


def _input_field(intervals: tuple[Interval, ...], node: Node, shape: Shape) -> _InputField:
    """Return the field of a node over an input of that shape."""
    for interval in intervals:
        if isinstance(interval, UndefinedInterval):
            return _InputField(None, interval.reason)
    if not any(isinstance(interval, MovingInterval) for interval in intervals):
        return _InputField(None, GLOBAL if intervals else _VECTOR)
    axes = [
        _axis_field(interval.step, interval.pattern, node.output_shape[interval.axis], size)
        if isinstance(interval, MovingInterval)
        else _AxisField()
        for interval, size in zip(intervals, shape, strict=False)
    ]
    return _InputField(axes, None)


@lru_cache(maxsize=4096)
def _axis_field(step: int, pattern: tuple[Positions, ...], count: int, size: int) -> _AxisField:
    """Return the field of ``count`` output positions over ``size`` input positions.

    ``step`` and ``pattern`` are those of a moving interval, without its axis: both axes of a square
    share an entry of the cache.
    """
    interval = MovingInterval(0, step, pattern, None)
    first, last = interval.at(0), interval.at(count - 1)
    offset = misalignment = None
    if first is not None:
        offset = Fraction(sum(first), 2)
    if first is not None and last is not None:
        # Middle of the centres minus middle of the input, in quarters: one fraction instead of 5.
        misalignment = Fraction(sum(first) + sum(last) - 2 * (size - 1), 4)
    return _AxisField(extent(interval), interval.stride, offset, misalignment)


def _extents(intervals: tuple[Interval, ...]) -> tuple[int, ...] | None:
    """Return the extent on every axis; None if one is undefined or there are no axes."""
    extents = [
        extent(interval) for interval in intervals if not isinstance(interval, UndefinedInterval)
    ]
    return tuple(extents) if extents and len(extents) == len(intervals) else None


def _visible_share(graph: Graph, node: Node, intervals: Intervals) -> Fraction | None:
    """Return the share of all inputs' positions that the output in the middle sees."""
    visible = total = 0
    for source, axes in intervals.items():
        if not axes or any(isinstance(interval, UndefinedInterval) for interval in axes):
            return None
        product = 1
        for interval in axes:
            middle = 0
            if isinstance(interval, MovingInterval):
                middle = node.output_shape[interval.axis] // 2
            positions = visible_positions(interval, middle)
            product *= positions[1] - positions[0] + 1 if positions else 0
        visible += product
        total += prod(graph.nodes[source].output_shape[:-1])
    return Fraction(visible, total)
