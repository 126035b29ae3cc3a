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
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options
from cnnaudit.rules.weighted import CONVOLUTIONS

CODE = "CA301"
NAME = "dense-dominates"
LEVEL = "warning"
OPTIONS = (Option("share", 80, "the largest part of the parameters, in percent, that passes"),)


def check(subject: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """One finding, at the largest of the dense layers that can be smaller.

    The one that gives the answer can where a map is flattened before it.
    """
    nodes = subject.nodes
    dense = [subject.audit.rows[i] for i in _on_vectors(subject) if not nodes[i].auxiliary]
    held, total = sum(row.params for row in dense), subject.audit.totals.params
    if not dense or 100 * held <= options["share"] * total or not subject.audit.complete:
        return
    if all(nodes[i].auxiliary for i in subject.nodes_of(*CONVOLUTIONS)):
        return
    flattened = _flattened(subject)
    ends = {subject.nodes[index].name for index in subject.head_nodes}
    able = [row for row in dense if flattened or row.node.name not in ends]
    if not able:
        return
    largest = max(able, key=lambda row: row.params)
    ((*_, values),) = largest.node.input_shapes
    parts = f"{percent(held, total)} of the parameters: {count_text(held)} of {count_text(total)}"
    yield Finding(
        largest.node.layer,
        f"{len(dense)} dense layers hold {parts}, of which {count_text(largest.params)} here, where"
        f" {count_text(values)} values are read"
        if len(dense) > 1
        else f"the dense layer holds {parts}, and reads {count_text(values)} values",
        _instead(subject, flattened, options["share"])
        or "use fewer units here: what it reads is not a map that could be pooled",
    )


def _on_vectors(subject: AuditedNetwork) -> list[int]:
    return subject.nodes_where(lambda node: len(node.output_shape) == 1, "dense")


def _flattened(subject: AuditedNetwork) -> list[Node]:
    """The layers that flatten a map of more than one position."""
    found = subject.nodes_where(lambda node: size(node.input_shapes[0]) > 1, "flatten")
    return [subject.nodes[index] for index in found if not subject.nodes[index].auxiliary]


def _instead(subject: AuditedNetwork, flattened: list[Node], share: int) -> str | None:
    """What the network would have with a global average pool in place of each flatten.

    Where that is not enough, with dense layers no wider than what they read, too.
    """
    pooled = _pooled(subject.graph, frozenset()) if flattened else None
    if pooled is None:
        return None
    (entering,) = flattened[0].input_shapes
    found = _params(pooled)
    said = (
        f"with `- {{avg_pool: global, keep_dims: false}}` in place of flatten"
        f" ({shape_text(entering)}) the network has {count_text(found.total)} parameters"
    )
    mostly_dense = 100 * found.dense > share * max(1, found.total)
    narrowed = _pooled(subject.graph, _inner(subject)) if mostly_dense else None
    if narrowed is None:
        return said
    less = count_text(_params(narrowed).total)
    return f"{said}, and {less} with dense layers no wider than what they read"


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


def _inner(subject: AuditedNetwork) -> frozenset[int]:
    """The dense layers on vectors whose width nothing outside prescribes."""
    return frozenset(_on_vectors(subject)) - subject.head_nodes


def _pooled(graph: Graph, narrowed: frozenset[int]) -> Graph | None:
    """The graph with the mean of each channel for every flattened map; None where it cannot be.

    The layers in ``narrowed`` get no more units than they read values.
    """
    nodes: list[Node] = []
    changed: set[int] = set()
    for index, before in enumerate(graph.nodes):
        flattens = before.op == "flatten" and len(before.input_shapes[0]) > 1
        if not flattens and changed.isdisjoint(before.inputs):
            nodes.append(before)
            continue
        inputs = tuple(nodes[source].output_shape for source in before.inputs)
        kind, attributes = op_named(before.op), before.attributes
        if flattens and len(inputs[0]) > 1:
            kind, attributes = op_named("avg_pool"), {"kernel": "global", "keep_dims": False}
        elif kind.validate(inputs, attributes):
            return None
        elif index in narrowed:
            attributes = {**attributes, "units": min(attributes["units"], inputs[0][-1])}
        changed.add(index)
        shape = kind.output_shape(inputs, attributes)
        nodes.append(before.with_shapes(inputs, shape, attributes, kind.name))
    return graph._replace(nodes=tuple(nodes))
