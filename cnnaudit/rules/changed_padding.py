"""Layers that pad otherwise than in the file that this one extends.

Why it matters: whether a window may reach over the border decides the size of every map behind it,
and with it the weights of the first dense layer. Libraries have defaults of their own (tflearn pads
every convolution and pool to `same`, keras none), so that code which was written down from a paper
trains another network than the paper's, and nothing says so. The finding counts the layers and
says what the padding alone does to the parameters.

Example::

    extends: alexnet.yaml
    changes:
      - {set: [conv*, pool*], to: {padding: same}}

Instead: the base's padding. Where it differs on purpose, a comment that allows it says why.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from cnnaudit.calculator import Audit, audit
from cnnaudit.formatting import bound_text, count_text, value_text
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.conv_arithmetic import padding_amounts
from cnnaudit.ops.registry import OPS, op_named
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA215"
NAME = "changed-padding"
LEVEL = "note"

#: As many layers are named in a finding.
_NAMED = 3

#: Operations that may say how they pad.
_PADDED = tuple(kind.name for kind in OPS.values() if kind.field("padding"))


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """One finding a file, at the place where it names its base."""
    base, architecture = subject.base, subject.document
    if base is None or architecture is None or architecture.base is None:
        return
    changed = _changed(subject, base)
    if not changed:
        return
    nodes = subject.nodes
    named = [
        f"'{nodes[index].layer}' {value_text(nodes[index].attributes['padding'])} instead of"
        f" {value_text(before)}"
        for index, before in list(changed.items())[:_NAMED]
    ]
    if len(changed) > _NAMED:
        named.append(f"{len(changed) - _NAMED} more")
    there = PurePath(base.path).name
    layers = "1 layer pads" if len(changed) == 1 else f"{len(changed)} layers pad"
    yield Finding(
        None,
        f"{layers} otherwise than in {there}: {_effect(subject.audit, changed)}",
        "write the base's padding, or say in a comment why it differs:"
        f" `# cnnaudit: ignore[{NAME}] reason`",
        notes=(", ".join(named),),
        span=architecture.base.span
        if architecture.base.span.source is architecture.source
        else None,
    )


def _changed(subject: AuditedNetwork, base: Graph) -> dict[int, Any]:
    """Layers of both networks with the same window and another padding there, by position.

    Words and amounts that come to the same on the input here are no difference.
    """
    graph = subject.graph
    before = {node.name: node for node in base.nodes}
    found: dict[int, Any] = {}
    for index in subject.nodes_where(_is_padded, *_PADDED):
        node = graph.nodes[index]
        there = before.get(node.name)
        if there is None or there.op != node.op:
            continue
        was = there.attributes.get("padding")
        if was is None or was == node.attributes["padding"]:
            continue
        kept = ("kernel", "stride", "dilation", "output_padding")
        if any(node.attributes.get(key) != there.attributes.get(key) for key in kept):
            continue
        if _amounts(node, node, graph) != _amounts(node, there, base):
            found[index] = was
    return found


def _is_padded(node: Node) -> bool:
    return node.attributes.get("padding") is not None


def _amounts(node: Node, padded: Node, where: Graph) -> Any:
    """The cells around a layer's input if it is padded like ``padded`` in the graph ``where``.

    Those that a `pad` layer in front of that one adds count too: Keras writes them so.
    """
    padding = padded.attributes["padding"]
    if node.op == "conv_transpose":
        return padding
    (entering,) = node.input_shapes
    amounts = padding_amounts(entering[:-1], {**node.attributes, "padding": padding})
    before = where.nodes[padded.inputs[0]]
    if before.op != "pad":
        return amounts
    extra = before.attributes["amounts"]
    return tuple((a + c, b + d) for (a, b), (c, d) in zip(amounts, extra, strict=True))


def _effect(here: Audit, changed: Mapping[int, Any]) -> str:
    """What the paddings alone do to the parameters: the network once more, padded as before."""
    now = bound_text(count_text(here.totals.params), here.complete)
    graph = _padded(here.graph, changed)
    if graph is None:
        return f"with the padding from there this network, of {now} parameters, cannot be built"
    before = audit(graph).totals.params
    if before == here.totals.params:
        return f"its {now} parameters stay as many"
    return f"padded as there it would have {count_text(before)} parameters, and has {now}"


def _padded(graph: Graph, changed: Mapping[int, Any]) -> Graph | None:
    """The graph with other paddings and the shapes that follow; None where one is impossible."""
    nodes: list[Node] = []
    for index, node in enumerate(graph.nodes):
        kind = op_named(node.op)
        if node.inputs and node.output_shape:
            attributes = node.attributes
            if index in changed:
                attributes = {**attributes, "padding": changed[index]}
            entering = tuple(nodes[source].output_shape for source in node.inputs)
            if kind.validate(entering, attributes) is not None:
                return None
            shape = kind.output_shape(entering, attributes)
            nodes.append(node.with_shapes(entering, shape, attributes))
        else:
            nodes.append(node)
    return graph._replace(nodes=tuple(nodes))
