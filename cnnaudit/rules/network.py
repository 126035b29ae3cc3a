"""The network that rules check: its audit, its architecture, and values derived on first use."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from cnnaudit.analysis.receptive_field import all_path_intervals, narrowest_path_intervals, widest
from cnnaudit.analysis.signal.signal import Signal, signals
from cnnaudit.analysis.visibility import Intervals
from cnnaudit.calculator import Audit, LayerRow, layer_row
from cnnaudit.comparison.limits import Limit
from cnnaudit.counting.count import PRESETS, Count, count_presets
from cnnaudit.errors import AuditError, Span
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import Graph, Node, layers_of
from cnnaudit.lazy import load_function
from cnnaudit.ops.registry import OPS, UNKNOWN_OP
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.quantities import TOTALS
from cnnaudit.rules.outputs import End, ends

#: Every kind of convolution.
CONVOLUTIONS = tuple(op.name for op in OPS.values() if op.family == "conv")

#: Convolutions, dense layers, and unknown layers, which may be one of these.
WEIGHTED = (*CONVOLUTIONS, "dense", UNKNOWN_OP.name)

_INPUTS = attrgetter("inputs")
#: Measures what is no total; loaded when a claim or a bound names it.
_MEASURE = "cnnaudit.analysis.measure:measure"


class PreviousNetwork(NamedTuple):
    """The network at the point of comparison: its totals, their origin, and the limits."""

    totals: Mapping[str, int]
    label: str
    limits: tuple[Limit, ...]


#: Graphs of bases by the identity of their architecture, which the entry keeps alive; None if the
#: base cannot be built. Building each base once saves 11 % of `check configs`. Emptied when full.
_BASE_GRAPHS: dict[int, tuple[Architecture, Graph | None]] = {}
_MAX_BASE_GRAPHS = 16


def _base_graph(architecture: Architecture) -> Graph | None:
    # The loader returns the same architecture for an unchanged file.
    key = id(architecture)
    if key not in _BASE_GRAPHS:
        try:
            graph = build_graph(architecture)
        except AuditError:
            graph = None
        if len(_BASE_GRAPHS) >= _MAX_BASE_GRAPHS:
            _BASE_GRAPHS.clear()
        _BASE_GRAPHS[key] = architecture, graph
        return graph
    return _BASE_GRAPHS[key][1]


def is_upsampling(node: Node) -> bool:
    """Whether this is a transposed convolution that keeps the number of channels."""
    if node.op != "conv_transpose" or not node.output_shape:
        return False
    (input_shape,) = node.input_shapes
    return bool(input_shape) and input_shape[-1] == node.output_shape[-1]


class AuditedNetwork:
    """One network under audit: its graph, and the nodes in topological order, inputs first.

    ``architecture`` is None for another program's file. ``budgets`` are the configuration's bounds
    on totals (``max_params``: 1000000); ``previous`` is the network at the point of comparison.
    """

    def __init__(
        self,
        audit: Audit,
        architecture: Architecture | None = None,
        budgets: Mapping[str, int] | None = None,
        previous: PreviousNetwork | None = None,
    ) -> None:
        self.audit = audit
        self.graph = audit.graph
        self.nodes = audit.graph.nodes
        self.architecture = architecture
        self.budgets = budgets or {}
        self.previous = previous

    @cached_property
    def layers(self) -> tuple[LayerRow, ...]:
        """Every layer of the file with its numbers, in file order; auxiliary heads included."""
        return tuple(layer_row(self.audit, layer) for layer in layers_of(self.graph.outline))

    def main_nodes(self, indices: Collection[int]) -> Iterator[tuple[int, str]]:
        """The ``indices`` that are the first node of a layer, with its name, in file order."""
        for layer in layers_of(self.graph.outline):
            if layer.nodes[0] in indices:
                yield layer.nodes[0], layer.name

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """The place of each layer in the file, by its full name."""
        # Reversed, so that the first node of a layer decides.
        return {node.layer: node.span for node in reversed(self.nodes) if node.span is not None}

    @cached_property
    def _positions(self) -> Mapping[str, Sequence[int]]:
        """The positions of the nodes of each op."""
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for index, node in enumerate(self.nodes):
            positions[node.op].append(index)
        return dict(positions)

    def nodes_where(self, condition: Callable[[Node], object], *ops: str) -> list[int]:
        """The nodes of these ops (of any, if none is named) that meet a condition, in order."""
        nodes = self.nodes
        return [
            index for index in self.nodes_of(*(ops or self._positions)) if condition(nodes[index])
        ]

    def nodes_of(self, *ops: str) -> list[int]:
        """The nodes of these ops, in their order."""
        positions = [self._positions.get(op, ()) for op in ops]
        return sorted(chain.from_iterable(positions))

    @cached_property
    def readers(self) -> Sequence[Sequence[int]]:
        """For each node, the positions of the nodes that read it."""
        readers: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes):
            for source in node.inputs:
                readers[source].append(index)
        return readers

    @cached_property
    def times_read(self) -> Mapping[int, int]:
        """How many inputs read each node; nodes without readers are absent."""
        return Counter(chain.from_iterable(map(_INPUTS, self.nodes)))

    def read_once(self, index: int) -> bool:
        """Whether exactly one input of one node reads this node."""
        return self.times_read.get(index) == 1

    @cached_property
    def unread(self) -> frozenset[int]:
        """The nodes without readers."""
        return frozenset(range(len(self.nodes))).difference(self.times_read)

    @cached_property
    def outputs(self) -> tuple[int, ...]:
        """The nodes without readers, except those of auxiliary heads."""
        return tuple(i for i in sorted(self.unread) if not self.nodes[i].auxiliary)

    @cached_property
    def outline_ends(self) -> tuple[End, ...]:
        """The outputs: the ends of the main line, of unmerged branches, and of heads.

        A main line that heads continue ends there; auxiliary heads do not count. For another
        program's file, which has no lines, they are the unread nodes.
        """
        if self.architecture is None:
            return tuple(End(index, "main") for index in self.outputs)
        return ends(self.graph.outline, self._goes_on)

    def _goes_on(self, index: int) -> bool:
        if index in self.unread:
            return False
        return any(not self.nodes[reader].auxiliary for reader in self.readers[index])

    @cached_property
    def head_nodes(self) -> frozenset[int]:
        """The last nodes with weights on each path: they produce the network's outputs.

        A transposed convolution with as many channels out as in only enlarges an output (Long et
        al. 2015, arXiv:1411.4038, section 3.3), so the layer before it is a head node too.
        """
        nodes, weighted = self.nodes, self.nodes_of(*WEIGHTED)
        producers = set(weighted).difference(self.nodes_where(is_upsampling, "conv_transpose"))
        followed = [False] * len(nodes)
        for index in range(len(nodes) - 1, -1, -1):
            if followed[index] or index in producers:
                node = nodes[index]
                if not node.auxiliary:
                    for source in node.inputs:
                        followed[source] = True
        return frozenset([index for index in weighted if not followed[index]])

    @cached_property
    def main_line(self) -> tuple[int, ...]:
        """The nodes on every path to the outputs, inputs first: merges, but not their branches."""
        inputs_of = list(map(_INPUTS, self.nodes))
        # Outputs are used after the last node.
        last_use = [0] * len(inputs_of)
        for index in self.outputs:
            last_use[index] = len(inputs_of)
        # The last input of the network: earlier nodes run beside it.
        furthest = 0
        for index in range(len(inputs_of) - 1, -1, -1):
            if last_use[index]:
                inputs = inputs_of[index]
                for source in inputs:
                    if not last_use[source]:
                        last_use[source] = index
                if not inputs:
                    furthest = furthest or index
        line = []
        for index, last in enumerate(last_use):
            if not last:
                continue
            # All earlier outputs are used by here: nothing runs beside this node.
            if furthest <= index:
                line.append(index)
            furthest = max(furthest, last)
        return tuple(line)

    @cached_property
    def least_seen(self) -> Sequence[Intervals]:
        """The intervals of the network's inputs that each node sees on its narrowest path."""
        return narrowest_path_intervals(self.graph)

    @cached_property
    def _seen(self) -> Sequence[Intervals]:
        return all_path_intervals(self.graph)

    def widest(self, index: int) -> tuple[int | None, ...] | None:
        """The size of the receptive field at a node, on each axis of the input."""
        return widest(self.graph, self.nodes[index], self._seen[index])

    @cached_property
    def counts(self) -> list[Count]:
        """The network counted by every preset."""
        return count_presets(self.audit, PRESETS.values())

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """Mean squares of values and gradients at each node, before training."""
        return signals(self.graph)

    @cached_property
    def base(self) -> Graph | None:
        """The network of the file that this one extends; None if there is none or it is invalid."""
        if self.architecture is None or self.architecture.base is None:
            return None
        return _base_graph(self.architecture.base.document)

    def measure(self, name: str) -> int:
        """The value of a quantity, given by its full name."""
        if name in TOTALS:
            return int(getattr(self.audit.totals, name))
        value: int = load_function(_MEASURE)(self.audit, name)
        return value

    def span_of(self, key: str) -> Span | None:
        """The place of ``input``, ``classes``, ``training.KEY`` or ``expect.KEY`` in the file.

        None if the key is missing or inherited from a base.
        """
        span = self._span(key)
        if span is None or self.architecture is None or span.source is not self.architecture.source:
            return None
        return span

    def _span(self, key: str) -> Span | None:
        architecture = self.architecture
        if architecture is None:
            return None
        group, _, rest = key.partition(".")
        if group == "input":
            value = next(iter(architecture.inputs.values()), None)
        elif group == "classes":
            value = architecture.classes
        else:
            value = {"training": architecture.training, "expect": architecture.expect}[group].get(
                rest
            )
        return value.span if value else None
