"""Audits a graph: a row of numbers for every node, and totals over the rows.

All numbers are Python ints, per image. MACs are the multiply-accumulates of convolutions, dense
layers and matrix products, padding included, biases not; FLOPs = 2·MACs + bias additions +
elementwise operations. Auxiliary heads exist in training only: their rows are listed and marked,
and the totals, which are those of inference, leave them out.
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

    ``params`` are trainable and non-trainable ones: the latter are frozen weights, and running
    statistics if the framework's own summary counts them; if not, those are ``buffers``. A node
    that shares another's weights has none.
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
    """A layer of the file: the rows of its op and of its modifiers, and their sums.

    The output is that of the last of them, and counts once among the activations.
    """

    name: str
    rows: tuple[Row, ...]

    @property
    def node(self) -> Node:
        """The node of the op itself."""
        return self.rows[0].node

    @property
    def unknown(self) -> bool:
        """Whether the layer's cost is unknown."""
        return all(row.unknown for row in self.rows)

    @property
    def shape(self) -> Shape:
        """The output shape, channels last; empty if unknown."""
        return self.rows[-1].node.output_shape

    @property
    def activation_size(self) -> int:
        """The elements of the layer's output."""
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
    """The part of one family of layers in the totals."""

    params: int
    macs: int


class Totals(NamedTuple):
    """The sums over rows; ``by_kind`` has those of each family of layers."""

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
        """Bytes of the parameters in fp32, without running statistics that are buffers."""
        return BYTES_PER_VALUE * self.params

    @property
    def activation_bytes(self) -> int:
        """Bytes of every node's output in fp32, for one image, without reuse of memory."""
        return BYTES_PER_VALUE * self.activation_size


class Audit(NamedTuple):
    """A graph with its numbers; ``rows`` is parallel to the graph's nodes, inputs included.

    ``totals`` are those of inference; ``auxiliary`` those of the auxiliary heads, which only exist
    in training. They are lower bounds if the audit is not ``complete``.
    """

    graph: Graph
    rows: tuple[Row, ...]
    totals: Totals
    auxiliary: Totals

    @property
    def complete(self) -> bool:
        """Whether every layer is known."""
        return not self.graph.unknown


def claims_hold(audit: Audit) -> bool:
    """Whether the network is as ``expect`` claims; budgets (``max_…``) are no claims.

    An output claim holds if a node that no other reads has this shape.
    """
    graph = audit.graph
    for key, claim in graph.expect.items():
        if key.startswith("max_") or claim is None:
            continue
        if key != "output":
            if getattr(audit.totals, key) != claim:
                return False
            continue
        read = {source for node in graph.nodes for source in node.inputs}
        shape = (claim,) if isinstance(claim, int) else tuple(claim)
        if not any(n.output_shape == shape for i, n in enumerate(graph.nodes) if i not in read):
            return False
    return True


def layer_row(audit: Audit, layer: Layer) -> LayerRow:
    """Return the numbers of a layer of the audited graph."""
    return LayerRow(layer.name, tuple(audit.rows[index] for index in layer.nodes))


def audit(graph: Graph) -> Audit:
    """Compute the rows of a graph and their totals."""
    rows = tuple(rows_of(graph))
    training_only = [row for row in rows if row.node.auxiliary]
    inference = [row for row in rows if is_in_totals(row.node)]
    return Audit(graph, rows, _sum_rows(inference), _sum_rows(training_only))


def is_in_totals(node: Node) -> bool:
    """Whether a node's numbers are part of the totals."""
    return not node.auxiliary and node.op != "input"


def rows_of(graph: Graph) -> Iterator[Row]:
    """Yield the row of every node."""
    statistics_are_params = FRAMEWORKS[graph.framework].statistics_are_params
    counted_elsewhere = _nodes_counted_elsewhere(graph)
    for index, node in enumerate(graph.nodes):
        # A sweep's nodes store no numbers: their arrays are large, and are held for one node only.
        numbers = node.numbers or numbers_of(
            node.op, node.attributes, node.input_shapes, node.output_shape
        )
        size, learned, statistics, macs, bias_adds, elementwise_ops = numbers
        if index in counted_elsewhere:
            learned = statistics = 0
        fixed, buffers = (statistics, 0) if statistics_are_params else (0, statistics)
        if not node.trainable:
            learned, fixed = 0, learned + fixed
        yield Row(node, size, learned, fixed, buffers, macs, bias_adds, elementwise_ops)


def _nodes_counted_elsewhere(graph: Graph) -> frozenset[int]:
    """Return the nodes whose weights are counted at another node, the first that shares them.

    Weights that inference needs are counted there, even if an auxiliary head uses them earlier.
    """
    nodes = graph.nodes
    sharing: set[int] = set()
    for index, node in enumerate(nodes):
        if node.shared is not None:
            sharing.update((node.shared, index))
    counted_at: dict[int, int] = {}
    for index in sorted(sharing):
        node = nodes[index]
        owner = index if node.shared is None else node.shared
        first = counted_at.setdefault(owner, index)
        if nodes[first].auxiliary and not node.auxiliary:
            counted_at[owner] = index
    return frozenset(sharing.difference(counted_at.values()))


def totals(rows: Iterable[Row]) -> Totals:
    """Return the sums over ``rows``, of which one is held at a time: a sweep's are large."""
    result = _sum_rows(())
    for row in rows:
        result = _add_totals(result, _sum_rows((row,)))
    return result


def _add_totals(a: Totals, b: Totals) -> Totals:
    by_family = dict(a.by_kind)
    for family, share in b.by_kind.items():
        _add_share(by_family, family, share)
    return Totals._make([*map(add, a[:-1], b[:-1]), by_family])


def _add_share(shares: dict[str, Share], family: str, share: Share) -> None:
    previous = shares.get(family, Share(0, 0))
    shares[family] = Share(previous.params + share.params, previous.macs + share.macs)


def _sum_rows(rows: Sequence[Row]) -> Totals:
    """Return the sums over ``rows``, column by column."""
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
        _shares(nodes, map(add, trainable, fixed), macs),
    )


def _shares(nodes: Iterable[Node], params: Iterable[int], macs: Iterable[int]) -> dict[str, Share]:
    """Return the parameters and MACs of each family of layers."""
    params_by_op: dict[str, int] = {}
    macs_by_op: dict[str, int] = {}
    for node, node_params, node_macs in zip(nodes, params, macs, strict=True):
        if node_params or node_macs:
            params_by_op[node.op] = params_by_op.get(node.op, 0) + node_params
            macs_by_op[node.op] = macs_by_op.get(node.op, 0) + node_macs
    shares = {"conv": Share(0, 0), "dense": Share(0, 0)}
    for op_name, op_params in params_by_op.items():
        _add_share(shares, op_named(op_name).family, Share(op_params, macs_by_op[op_name]))
    return shares
