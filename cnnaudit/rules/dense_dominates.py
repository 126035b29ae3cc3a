"""A convolutional network most of whose parameters sit in its dense layers.

Why it matters: a dense layer behind `flatten` has a weight for every position of the map and every
unit, so it holds most of the network and overfits first; AlexNet needs dropout there (Krizhevsky et
al. 2012, section 4.2). The mean of each channel gives the classifier as many values as there are
channels, whatever the size of the image (Lin et al. 2014, "Network in Network", section 3.2);
GoogLeNet, ResNet and nearly all that came after them end so.

Example::

    layers:
      - {conv: 256, kernel: 3, padding: same, activation: relu}     # 13x13x256
      - flatten
      - {dense: 4096, activation: relu}      # 177 million parameters read these 43,264 values

Instead: `- {avg_pool: global, keep_dims: false}` in place of `flatten`, and dense layers as wide as
what they read.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cnnaudit.calculator import rows_of
from cnnaudit.formatting import count_text, percent, shape_text
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.registry import op_named
from cnnaudit.rules.dataflow import size
from cnnaudit.rules.network import CONVOLUTIONS, AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA301"
NAME = "dense-dominates"
LEVEL = "warning"
OPTIONS = (Option("share", 80, "the largest part of the parameters, in percent, that passes"),)


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """One finding, at the largest dense layer that can be smaller.

    The network's last layer counts only if a map is flattened before it.
    """
    nodes = network.nodes
    dense = [network.audit.rows[i] for i in _on_vectors(network) if not nodes[i].auxiliary]
    dense_params, total = sum(row.params for row in dense), network.audit.totals.params
    if not dense or 100 * dense_params <= options["share"] * total or not network.audit.complete:
        return
    if all(nodes[i].auxiliary for i in network.nodes_of(*CONVOLUTIONS)):
        return
    flattened = _flattened(network)
    head_names = {network.nodes[index].name for index in network.head_nodes}
    candidates = [row for row in dense if flattened or row.node.name not in head_names]
    if not candidates:
        return
    largest = max(candidates, key=lambda row: row.params)
    ((*_, values),) = largest.node.input_shapes
    share_text = (
        f"{percent(dense_params, total)} of the parameters:"
        f" {count_text(dense_params)} of {count_text(total)}"
    )
    yield Finding(
        largest.node.layer,
        f"{len(dense)} dense layers hold {share_text}, of which {count_text(largest.params)} here,"
        f" where {count_text(values)} values are read"
        if len(dense) > 1
        else f"the dense layer holds {share_text}, and reads {count_text(values)} values",
        _pooling_help(network, flattened, options["share"])
        or "use fewer units here: what it reads is not a map that could be pooled",
    )


def _on_vectors(network: AuditedNetwork) -> list[int]:
    return network.nodes_where(lambda node: len(node.output_shape) == 1, "dense")


def _flattened(network: AuditedNetwork) -> list[Node]:
    """The layers that flatten a map of more than one position."""
    indices = network.nodes_where(lambda node: size(node.input_shapes[0]) > 1, "flatten")
    return [network.nodes[index] for index in indices if not network.nodes[index].auxiliary]


def _pooling_help(network: AuditedNetwork, flattened: list[Node], share: int) -> str | None:
    """The parameters with a global average pool in place of each flatten.

    If that is not enough, also with dense layers no wider than their input. None if no map is
    flattened, or the pooled network does not fit.
    """
    pooled = _with_pooling(network.graph, frozenset()) if flattened else None
    if pooled is None:
        return None
    (input_shape,) = flattened[0].input_shapes
    params = _params(pooled)
    text = (
        f"with `- {{avg_pool: global, keep_dims: false}}` in place of flatten"
        f" ({shape_text(input_shape)}) the network has {count_text(params.total)} parameters"
    )
    mostly_dense = 100 * params.dense > share * max(1, params.total)
    narrowed = _with_pooling(network.graph, _narrowable(network)) if mostly_dense else None
    if narrowed is None:
        return text
    narrowed_total = count_text(_params(narrowed).total)
    return f"{text}, and {narrowed_total} with dense layers no wider than what they read"


class _Params(NamedTuple):
    """The parameters of a network at inference, and those of its dense layers."""

    total: int
    dense: int


def _params(graph: Graph) -> _Params:
    total = dense = 0
    for row in rows_of(graph):
        if not row.node.auxiliary:
            total += row.params
            dense += row.params if row.node.op == "dense" else 0
    return _Params(total, dense)


def _narrowable(network: AuditedNetwork) -> frozenset[int]:
    """The dense layers on vectors that are free to be narrower: all but head nodes."""
    return frozenset(_on_vectors(network)) - network.head_nodes


def _with_pooling(graph: Graph, narrowed: frozenset[int]) -> Graph | None:
    """The graph with a global average for every flattened map; None if a layer does not fit.

    The layers in ``narrowed`` get at most as many units as they read values.
    """
    nodes: list[Node] = []
    changed: set[int] = set()
    for index, node in enumerate(graph.nodes):
        is_flatten = node.op == "flatten" and len(node.input_shapes[0]) > 1
        if not is_flatten and changed.isdisjoint(node.inputs):
            nodes.append(node)
            continue
        input_shapes = tuple(nodes[source].output_shape for source in node.inputs)
        op, attributes = op_named(node.op), node.attributes
        if is_flatten and len(input_shapes[0]) > 1:
            op, attributes = op_named("avg_pool"), {"kernel": "global", "keep_dims": False}
        elif op.validate(input_shapes, attributes):
            return None
        elif index in narrowed:
            attributes = {**attributes, "units": min(attributes["units"], input_shapes[0][-1])}
        changed.add(index)
        shape = op.output_shape(input_shapes, attributes)
        nodes.append(node.with_shapes(input_shapes, shape, attributes, op.name))
    return graph._replace(nodes=tuple(nodes))
