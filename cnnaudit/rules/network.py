"""The audited network that rules check: audit, architecture, and facts derived from them.

Derived values are worked out when the first rule asks for them, and once.
"""

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
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.rules.outputs import End, ends
from cnnaudit.rules.weighted import WEIGHTED, is_upsampling

#: What is asked of every node.
_INPUTS = attrgetter("inputs")


class PreviousNetwork(NamedTuple):
    """What a network was, to compare with: its totals, where they come from, and the limits."""

    totals: Mapping[str, int]
    label: str
    limits: tuple[Limit, ...]


#: Graphs of documents that others extend, None if there is none, by the identity of a document,
#: which is kept here too. A folder of variations builds each base once, which saves 11 % of `check
#: configs`. Emptied when it is full.
_BASE_GRAPHS: dict[int, tuple[Architecture, Graph | None]] = {}
_MAX_BASE_GRAPHS = 16


def _base_graph(architecture: Architecture) -> Graph | None:
    # `parsing/load.py` gives the same document for a file that has not changed.
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


class AuditedNetwork:
    """One network under audit: its graph, and the nodes in topological order, inputs first.

    ``document`` is None for another program's file. ``budgets`` are the configuration's bounds on
    totals (``max_params``: 1000000), ``before`` what the network was at the point of comparison.
    """

    def __init__(
        self,
        audit: Audit,
        architecture: Architecture | None = None,
        budgets: Mapping[str, int] | None = None,
        before: PreviousNetwork | None = None,
    ) -> None:
        self.audit = audit
        self.graph = audit.graph
        self.nodes = audit.graph.nodes
        self.document = architecture
        self.budgets = budgets or {}
        self.before = before

    @cached_property
    def layers(self) -> tuple[LayerRow, ...]:
        """Every written layer with its numbers, in written order; auxiliary heads included."""
        return tuple(layer_row(self.audit, layer) for layer in layers_of(self.graph.outline))

    def written(self, indices: Collection[int]) -> Iterator[tuple[int, str]]:
        """Those of the nodes that are a written layer's operation, with its name, as written."""
        for layer in layers_of(self.graph.outline):
            if layer.nodes[0] in indices:
                yield layer.nodes[0], layer.name

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """Where each written layer is written, by its full name."""
        backwards = reversed(self.nodes)
        return {node.layer: node.span for node in backwards if node.span is not None}

    @cached_property
    def _positions(self) -> Mapping[str, Sequence[int]]:
        """The positions of the nodes of each op."""
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for index, node in enumerate(self.nodes):
            positions[node.op].append(index)
        return dict(positions)

    def nodes_where(self, holds: Callable[[Node], object], *kinds: str) -> list[int]:
        """The nodes of these ops (of any, if none is named) that meet a condition, in order."""
        nodes = self.nodes
        return [
            index for index in self.nodes_of(*(kinds or self._positions)) if holds(nodes[index])
        ]

    def nodes_of(self, *kinds: str) -> list[int]:
        """The nodes of these ops, in their order."""
        positions = [self._positions.get(kind, ()) for kind in kinds]
        return sorted(chain.from_iterable(positions))

    @cached_property
    def readers(self) -> Sequence[Sequence[int]]:
        """For each node, the positions of the nodes that read it."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes):
            for source in node.inputs:
                found[source].append(index)
        return found

    @cached_property
    def times_read(self) -> Mapping[int, int]:
        """How many inputs read each node; nodes without readers are absent."""
        return Counter(chain.from_iterable(map(_INPUTS, self.nodes)))

    def read_once(self, index: int) -> bool:
        """Whether one node alone reads this one, and as one of its inputs."""
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
        """The outputs: the end of the main line, or of each branch that stays apart, and of heads.

        A main line that heads go on from ends there; auxiliary ones do not count. Another program's
        file has no lines; there they are the nodes that nobody reads.
        """
        if self.document is None:
            return tuple(End(index, "main") for index in self.outputs)
        return ends(self.graph.outline, self._goes_on)

    def _goes_on(self, index: int) -> bool:
        if index in self.unread:
            return False
        return any(not self.nodes[reader].auxiliary for reader in self.readers[index])

    @cached_property
    def head_nodes(self) -> frozenset[int]:
        """The nodes with weights behind which no others follow: they give the network's answer.

        A transposed convolution with as many channels out as in only enlarges an answer (Long et
        al. 2015, arXiv:1411.4038, section 3.3): what gives it its channels does too.
        """
        nodes, weighted = self.nodes, self.nodes_of(*WEIGHTED)
        giving = set(weighted).difference(self.nodes_where(is_upsampling, "conv_transpose"))
        followed = [False] * len(nodes)
        for index in range(len(nodes) - 1, -1, -1):
            if followed[index] or index in giving:
                node = nodes[index]
                if not node.auxiliary:
                    for source in node.inputs:
                        followed[source] = True
        return frozenset([index for index in weighted if not followed[index]])

    @cached_property
    def main_line(self) -> tuple[int, ...]:
        """The nodes through which everything passes on its way to the outputs, inputs first.

        Branches are not on it, what they come together in is.
        """
        inputs_of = list(map(_INPUTS, self.nodes))
        # What an output says is used behind the last node.
        last_use = [0] * len(inputs_of)
        for index in self.outputs:
            last_use[index] = len(inputs_of)
        # Beside a second input, the first is one branch of several.
        furthest = 0
        for index in range(len(inputs_of) - 1, -1, -1):
            if last_use[index]:
                inputs = inputs_of[index]
                for source in inputs:
                    if not last_use[source]:
                        last_use[source] = index
                if not inputs:
                    furthest = furthest or index
        found = []
        for index, last in enumerate(last_use):
            if not last:
                continue
            # Whatever was made before is used here at the latest.
            if furthest <= index:
                found.append(index)
            furthest = max(furthest, last)
        return tuple(found)

    @cached_property
    def least_seen(self) -> Sequence[Intervals]:
        """What each node sees of the network's inputs on its narrowest path."""
        return narrowest_path_intervals(self.graph)

    @cached_property
    def _seen(self) -> Sequence[Intervals]:
        return all_path_intervals(self.graph)

    def widest(self, index: int) -> tuple[int | None, ...] | None:
        """The size of the receptive field at a node, on each axis of the input."""
        return widest(self.graph, self.nodes[index], self._seen[index])

    @cached_property
    def counts(self) -> list[Count]:
        """What other conventions count."""
        return count_presets(self.audit, PRESETS.values())

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """Mean squares of values and gradients at each node, before training."""
        return signals(self.graph)

    @cached_property
    def base(self) -> Graph | None:
        """The network of the file that this one extends; None where there is none that stands."""
        if self.document is None or self.document.base is None:
            return None
        return _base_graph(self.document.base.document)

    def span_of(self, key: str) -> Span | None:
        """Where the file itself says ``input``, ``classes``, ``training.KEY`` or ``expect.KEY``.

        None where it does not, or where a file that it extends does.
        """
        span = self._span(key)
        if span is None or self.document is None or span.source is not self.document.source:
            return None
        return span

    def _span(self, key: str) -> Span | None:
        architecture = self.document
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
