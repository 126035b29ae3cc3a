"""A convolutional network most of whose parameters sit in its dense layers.

Why it matters: a dense layer behind `flatten` has a weight for every position of the map and every
unit, so it holds most of the network and overfits first; AlexNet needs dropout there (Krizhevsky et
al. 2012, section 4.2). The mean of each channel gives the classifier as many values as there are
channels, whatever the size of the image (Lin et al. 2014, "Network in Network", section 3.2), and
every network since GoogLeNet ends so.

Example::

    layers:
      - {conv: 256, kernel: 3, padding: same, activation: relu}     # 13x13x256
      - flatten
      - {dense: 4096, activation: relu}      # 177 million parameters read these 43,264 values

Instead: `- {avg_pool: global, keep_dims: false}` in place of `flatten`, and dense layers as wide as
what they read.
"""

from collections.abc import Iterator

from cnnaudit.calculator import audit
from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.layers.table import kind_of
from cnnaudit.rules.rule import Finding, Level, Option, Options
from cnnaudit.rules.subject import Subject
from cnnaudit.rules.ways import positions
from cnnaudit.text import count_text, percent, shape_text

CODE = "CA301"
NAME = "dense-dominates"
LEVEL = Level.WARNING
OPTIONS = (Option("share", 80, "the largest part of the parameters, in percent, that passes"),)


def check(subject: Subject, options: Options) -> Iterator[Finding]:
    """One finding, at the largest of the dense layers."""
    rows = [row for row in subject.audit.rows if not row.node.auxiliary]
    dense = [row for row in rows if row.node.kind == "dense" and len(row.node.shape) == 1]
    convolutional = any(kind_of(row.node.kind).family == "conv" for row in rows)
    if not dense or not convolutional or not subject.audit.complete:
        return
    held, total = sum(row.params for row in dense), subject.audit.totals.params
    if 100 * held <= options["share"] * total:
        return
    largest = max(dense, key=lambda row: row.params)
    layers = f"{len(dense)} dense layers hold" if len(dense) > 1 else "the dense layer holds"
    entering = subject.graph.input_shapes(largest.node)
    yield Finding(
        largest.node.layer,
        f"{layers} {percent(held, total)} of the parameters: {count_text(held)} of"
        f" {count_text(total)}, of which {count_text(largest.params)} here, where"
        f" {count_text(entering[0][-1])} values are read",
        _instead(subject)
        or "use fewer units here: what it reads is not a map that could be pooled",
    )


def _instead(subject: Subject) -> str | None:
    """What the network would have with a global average pool in place of each flatten."""
    flattened = [
        node
        for node in subject.nodes
        if node.kind == "flatten"
        and not node.auxiliary
        and positions(subject.graph, node.inputs[0]) > 1
    ]
    pooled = _pooled(subject.graph) if flattened else None
    if pooled is None:
        return None
    (entering,) = subject.graph.input_shapes(flattened[0])
    return (
        f"with `- {{avg_pool: global, keep_dims: false}}` in place of flatten"
        f" ({shape_text(entering)}) the network has {count_text(audit(pooled).totals.params)}"
        " parameters"
    )


def _pooled(graph: Graph) -> Graph | None:
    """The graph with the mean of each channel for every flattened map; None where it cannot be."""
    nodes: list[Node] = []
    changed: set[int] = set()
    for index, before in enumerate(graph.nodes):
        node = before
        inputs = tuple(nodes[source].shape for source in node.inputs)
        if node.kind == "flatten" and len(inputs[0]) > 1:
            attributes = {"kernel": "global", "keep_dims": False}
            node = node._replace(kind="avg_pool", attributes=attributes, shape=(inputs[0][-1],))
        elif not changed.isdisjoint(node.inputs):
            kind = kind_of(node.kind)
            if kind.fault(inputs, node.attributes):
                return None
            node = node._replace(shape=kind.output(inputs, node.attributes))
        if node is not before:
            changed.add(index)
        nodes.append(node)
    return graph._replace(nodes=tuple(nodes))
