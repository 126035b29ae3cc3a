"""Audits a graph: a row of numbers for every node, and totals over the rows.

Everything is a Python int, per image. Conventions: MACs are the multiply-accumulates of
convolutions, dense layers and matrix products, padding included, bias not; FLOPs = 2·MACs + bias
additions + elementwise operations. Auxiliary heads exist in training only: their rows are listed
and marked, and the totals, which are those of inference, leave them out.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import add
from typing import Any, NamedTuple

from cnnaudit.graph.graph import Graph, Layer, Node, numbers_of
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import Shape
from cnnaudit.ops.registry import UNKNOWN_OP, op_named

BYTES_PER_VALUE = 4  # fp32


class Row(NamedTuple):
    """The numbers of one node.

    ``params`` are trainable and non-trainable ones: frozen weights, and running statistics where
    the framework's own summary counts them. Elsewhere running statistics are ``buffers``. A node
    that uses another's weights has none of its own.
    """

    node: Node
    activation_size: int
    trainable_params: int
    non_trainable_params: int
    buffers: int
    macs: int
    bias_adds: int
    elementwise_ops: int

    @property
    def unknown(self) -> bool:
        """Whether the node's cost is unknown; its numbers are then 0 without meaning."""
        return self.node.op == UNKNOWN_OP.name

    @property
    def params(self) -> int:
        """Trainable and non-trainable parameters."""
        return self.trainable_params + self.non_trainable_params

    @property
    def flops(self) -> int:
        """Floating point operations: a MAC is two."""
        return 2 * self.macs + self.bias_adds + self.elementwise_ops


class LayerRow(NamedTuple):
    """A written layer: the rows of its operation and of its modifiers, and their sums.

    The output is that of the last of them; with activations counted once, as a reader of the file
    would.
    """

    name: str
    rows: tuple[Row, ...]

    @property
    def node(self) -> Node:
        """The node of the operation itself."""
        return self.rows[0].node

    @property
    def unknown(self) -> bool:
        """Whether the layer's cost is unknown."""
        return all(row.unknown for row in self.rows)

    @property
    def shape(self) -> Shape:
        """The output shape, channels last; empty where it is not known."""
        return self.rows[-1].node.output_shape

    @property
    def activation_size(self) -> int:
        """How many numbers the layer's output holds."""
        return self.rows[-1].activation_size

    @property
    def trainable_params(self) -> int:
        """Parameters that training changes."""
        return sum(row.trainable_params for row in self.rows)

    @property
    def params(self) -> int:
        """Trainable and non-trainable parameters."""
        return sum(row.params for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one image."""
        return sum(row.macs for row in self.rows)

    @property
    def flops(self) -> int:
        """Floating point operations of one image."""
        return sum(row.flops for row in self.rows)


class Share(NamedTuple):
    """The part of the totals that one family of layers has."""

    params: int
    macs: int


class Totals(NamedTuple):
    """The sums over the rows of inference; ``by_kind`` splits them by family of layers."""

    layers: int
    trainable_params: int
    non_trainable_params: int
    buffers: int
    macs: int
    bias_adds: int
    elementwise_ops: int
    activation_size: int
    by_kind: dict[str, Share]

    @property
    def params(self) -> int:
        """Trainable and non-trainable parameters."""
        return self.trainable_params + self.non_trainable_params

    @property
    def flops(self) -> int:
        """Floating point operations: a MAC is two."""
        return 2 * self.macs + self.bias_adds + self.elementwise_ops

    @property
    def weight_bytes(self) -> int:
        """The parameters in fp32; running statistics that are buffers are not among them."""
        return BYTES_PER_VALUE * self.params

    @property
    def activation_bytes(self) -> int:
        """Every node's output in fp32, one image, nothing reused."""
        return BYTES_PER_VALUE * self.activation_size


class Audit(NamedTuple):
    """A graph with its numbers; ``rows`` go with the graph's nodes, one each, inputs included.

    ``totals`` are those of inference; ``auxiliary`` those of the auxiliary heads, which only exist
    in training. Where the audit is not ``complete``, they are lower bounds.
    """

    graph: Graph
    rows: tuple[Row, ...]
    totals: Totals
    auxiliary: Totals

    @property
    def complete(self) -> bool:
        """Whether every layer is known."""
        return not self.graph.unknown


def layer_row(audit: Audit, layer: Layer) -> LayerRow:
    """The numbers of a written layer of the audited graph."""
    return LayerRow(layer.name, tuple(audit.rows[index] for index in layer.nodes))


def audit(graph: Graph) -> Audit:
    """Count every node of ``graph``."""
    rows = tuple(rows_of(graph))
    training_only = [row for row in rows if row.node.auxiliary]
    inference = [row for row in rows if of_inference(row.node)]
    return Audit(graph, rows, _summed(inference), _summed(training_only))


def of_inference(node: Node) -> bool:
    """Whether a node's numbers are part of the totals."""
    return not node.auxiliary and node.op != "input"


def rows_of(graph: Graph) -> Iterator[Row]:
    """The numbers of every node of ``graph``, one after the other."""
    statistics_are_params = FRAMEWORKS[graph.framework].statistics_are_params
    elsewhere = _counted_elsewhere(graph)
    for index, node in enumerate(graph.nodes):
        # Those of a sweep's arrays are held for one node at a time.
        numbers = node.numbers or numbers_of(
            node.op, node.attributes, node.input_shapes, node.output_shape
        )
        size, learned, statistics, macs, bias_adds, elementwise_ops = numbers
        if index in elsewhere:
            learned = statistics = 0
        fixed, buffers = (statistics, 0) if statistics_are_params else (0, statistics)
        if not node.trainable:
            learned, fixed = 0, learned + fixed
        yield Row(node, size, learned, fixed, buffers, macs, bias_adds, elementwise_ops)


def _counted_elsewhere(graph: Graph) -> frozenset[int]:
    """The nodes whose weights are counted at another node: the first of those that share them.

    Weights that inference needs are counted there, even if an auxiliary head came first.
    """
    nodes = graph.nodes
    concerned: set[int] = set()
    for index, node in enumerate(nodes):
        if node.shared is not None:
            concerned.update((node.shared, index))
    homes: dict[int, int] = {}
    for index in sorted(concerned):
        node = nodes[index]
        owner = index if node.shared is None else node.shared
        home = homes.setdefault(owner, index)
        if nodes[home].auxiliary and not node.auxiliary:
            homes[owner] = index
    return frozenset(concerned.difference(homes.values()))


def totals(rows: Iterable[Row]) -> Totals:
    """The sums over ``rows``, each of which is let go before the next: a sweep's are large."""
    found = _summed(())
    for row in rows:
        found = _together(found, _summed((row,)))
    return found


def _together(a: Totals, b: Totals) -> Totals:
    by_kind = dict(a.by_kind)
    for family, share in b.by_kind.items():
        before = by_kind.get(family, Share(0, 0))
        by_kind[family] = Share(before.params + share.params, before.macs + share.macs)
    return Totals._make([*map(add, a[:-1], b[:-1]), by_kind])


def _summed(rows: Sequence[Row]) -> Totals:
    """The sums over ``rows``, column by column."""
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(Row._fields)
    nodes, activations, trainable, fixed, buffers, macs, bias_adds, elementwise = columns
    return Totals(
        len(nodes),
        sum(trainable),
        sum(fixed),
        sum(buffers),
        sum(macs),
        sum(bias_adds),
        sum(elementwise),
        sum(activations),
        _by_kind(nodes, map(add, trainable, fixed), macs),
    )


def _by_kind(nodes: Iterable[Node], params: Iterable[int], macs: Iterable[int]) -> dict[str, Share]:
    params_of: dict[str, int] = {}
    macs_of: dict[str, int] = {}
    for node, weights, work in zip(nodes, params, macs, strict=True):
        if weights or work:
            kind = node.op
            params_of[kind] = params_of.get(kind, 0) + weights
            macs_of[kind] = macs_of.get(kind, 0) + work
    found = {"conv": Share(0, 0), "dense": Share(0, 0)}
    for kind, weights in params_of.items():
        family = op_named(kind).family
        before = found.get(family, Share(0, 0))
        found[family] = Share(before.params + weights, before.macs + macs_of[kind])
    return found
