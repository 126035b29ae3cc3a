"""What a rule looks at: an audited network, the file that says it, and what is derived from them.

Derived values are worked out when the first rule asks for them, and once.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from cnnaudit.analysis.receptive_field import Field, Reach, field, reach
from cnnaudit.analysis.signal import Signal, signals
from cnnaudit.calculator import Audit, LayerRow, layer_row
from cnnaudit.counting.count import PRESETS, Count, counts
from cnnaudit.errors import AuditError, Span
from cnnaudit.gates import Limit
from cnnaudit.graph.build import build
from cnnaudit.graph.nodes import Graph, Node, layers
from cnnaudit.known import Known
from cnnaudit.layers.axes import Axis
from cnnaudit.parsing.document import Document
from cnnaudit.rules.sliding import windows_of
from cnnaudit.rules.weighted import enlarges, is_weighted


class Before(NamedTuple):
    """What a network was, to compare with: its totals, where they come from, and the limits."""

    totals: Mapping[str, int]
    label: str
    limits: tuple[Limit, ...]


#: The network of a document that others extend, by its identity; None where it does not stand. So
#: many nodes are kept in all.
_STOCKS: Known[tuple[Document, Graph | None]] = Known(100_000)


def _stock(document: Document) -> Graph | None:
    known = _STOCKS.get(id(document))
    if known is None:
        try:
            graph = build(document)
        except AuditError:
            graph = None
        nodes = len(graph.nodes) if graph is not None else 1
        known = _STOCKS.keep(id(document), (document, graph), nodes)
    return known[1]


class Subject:
    """One network under audit.

    ``document`` is None for another program's file. ``budgets`` are the configuration's bounds on
    totals (``max_params``: 1000000), ``before`` what the network was at the point of comparison.
    """

    def __init__(
        self,
        audit: Audit,
        document: Document | None = None,
        budgets: Mapping[str, int] | None = None,
        before: Before | None = None,
    ) -> None:
        self.audit = audit
        self.document = document
        self.budgets = budgets or {}
        self.before = before

    @property
    def graph(self) -> Graph:
        """The layer graph."""
        return self.audit.graph

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes in topological order, inputs first."""
        return self.audit.graph.nodes

    @cached_property
    def layers(self) -> tuple[LayerRow, ...]:
        """Every written layer with its numbers, in written order; auxiliary heads included."""
        return tuple(layer_row(self.audit, layer) for layer in layers(self.graph.outline))

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """Where each written layer is written, by its full name."""
        found: dict[str, Span] = {}
        for node in self.nodes:
            if node.span is not None:
                found.setdefault(node.layer, node.span)
        return found

    @cached_property
    def readers(self) -> tuple[tuple[int, ...], ...]:
        """For each node, the positions of the nodes that read it."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes):
            for source in node.inputs:
                found[source].append(index)
        return tuple(map(tuple, found))

    @cached_property
    def outputs(self) -> tuple[int, ...]:
        """The nodes that nobody reads, auxiliary heads left out."""
        return tuple(
            index
            for index, node in enumerate(self.nodes)
            if not self.readers[index] and not node.auxiliary
        )

    @cached_property
    def answers(self) -> frozenset[int]:
        """The nodes with weights behind which no others follow: they give the network's answer.

        A transposed convolution with as many channels out as in only enlarges an answer (Long et
        al. 2015, arXiv:1411.4038, section 3.3): what gives it its channels does too.
        """
        found: set[int] = set()
        followed: set[int] = set()
        for index in reversed(range(len(self.nodes))):
            node = self.nodes[index]
            weighted = is_weighted(node.kind)
            if weighted and index not in followed:
                found.add(index)
            gives = weighted and not enlarges(node.operation)
            if not node.auxiliary and (gives or index in followed):
                followed.update(node.inputs)
        return frozenset(found)

    @cached_property
    def windows(self) -> Mapping[int, tuple[Axis, ...]]:
        """The windows of each node that has some, on every axis."""
        found = {}
        for index, node in enumerate(self.nodes):
            if windows := windows_of(node.operation):
                found[index] = windows
        return found

    @cached_property
    def reach(self) -> list[Reach]:
        """What each node sees of the network's inputs."""
        return reach(self.graph)

    def field(self, index: int) -> Field:
        """The receptive field at a node."""
        return field(self.graph, self.nodes[index], self.reach[index])

    @cached_property
    def counts(self) -> list[Count]:
        """What other conventions count."""
        return counts(self.audit, PRESETS.values())

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """Mean squares of values and gradients at each node, before training."""
        return signals(self.graph)

    @cached_property
    def base(self) -> Graph | None:
        """The network of the file that this one extends; None where there is none that stands."""
        if self.document is None or self.document.base is None:
            return None
        return _stock(self.document.base.document)

    def said(self, key: str) -> Span | None:
        """Where the file itself says ``input``, ``classes``, ``training.KEY`` or ``expect.KEY``.

        None where it does not, or where a file that it extends does.
        """
        span = self._span(key)
        if span is None or self.document is None or span.source is not self.document.source:
            return None
        return span

    def _span(self, key: str) -> Span | None:
        document = self.document
        if document is None:
            return None
        group, _, rest = key.partition(".")
        if group == "input":
            value = next(iter(document.inputs.values()), None)
        elif group == "classes":
            value = document.classes
        else:
            value = {"training": document.training, "expect": document.expect}[group].get(rest)
        return value.span if value else None
