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

#: Number of layers that a finding names.
_MAX_NAMED = 3

#: Ops with a ``padding`` field.
_PADDED = tuple(op.name for op in OPS.values() if op.field("padding"))


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """One finding a file, at the place that names its base."""
    base, architecture = network.base, network.architecture
    if base is None or architecture is None or architecture.base is None:
        return
    base_paddings = _base_paddings(network, base)
    if not base_paddings:
        return
    nodes = network.nodes
    examples = [
        f"'{nodes[index].layer}' {value_text(nodes[index].attributes['padding'])} instead of"
        f" {value_text(base_padding)}"
        for index, base_padding in list(base_paddings.items())[:_MAX_NAMED]
    ]
    if len(base_paddings) > _MAX_NAMED:
        examples.append(f"{len(base_paddings) - _MAX_NAMED} more")
    base_name = PurePath(base.path).name
    layers = "1 layer pads" if len(base_paddings) == 1 else f"{len(base_paddings)} layers pad"
    yield Finding(
        None,
        f"{layers} otherwise than in {base_name}: {_effect(network.audit, base_paddings)}",
        "write the base's padding, or say in a comment why it differs:"
        f" `# cnnaudit: ignore[{NAME}] reason`",
        notes=(", ".join(examples),),
        span=architecture.base.span
        if architecture.base.span.source is architecture.source
        else None,
    )


def _base_paddings(network: AuditedNetwork, base: Graph) -> dict[int, Any]:
    """The base's padding of each layer that has the same window but pads otherwise.

    Paddings that mean the same amounts for the input are equal, as words or as numbers.
    """
    graph = network.graph
    base_nodes = {node.name: node for node in base.nodes}
    paddings: dict[int, Any] = {}
    for index in network.nodes_where(_is_padded, *_PADDED):
        node = graph.nodes[index]
        base_node = base_nodes.get(node.name)
        if base_node is None or base_node.op != node.op:
            continue
        base_padding = base_node.attributes.get("padding")
        if base_padding is None or base_padding == node.attributes["padding"]:
            continue
        window_fields = ("kernel", "stride", "dilation", "output_padding")
        if any(node.attributes.get(key) != base_node.attributes.get(key) for key in window_fields):
            continue
        if _amounts(node, node, graph) != _amounts(node, base_node, base):
            paddings[index] = base_padding
    return paddings


def _is_padded(node: Node) -> bool:
    return node.attributes.get("padding") is not None


def _amounts(node: Node, padded: Node, graph: Graph) -> Any:
    """The padding around a layer's input if it pads like ``padded`` of ``graph``.

    The amounts of a `pad` layer before that one are added, since Keras models pad so.
    """
    padding = padded.attributes["padding"]
    if node.op == "conv_transpose":
        return padding
    (input_shape,) = node.input_shapes
    amounts = padding_amounts(input_shape[:-1], {**node.attributes, "padding": padding})
    source = graph.nodes[padded.inputs[0]]
    if source.op != "pad":
        return amounts
    pad_amounts = source.attributes["amounts"]
    return tuple((a + c, b + d) for (a, b), (c, d) in zip(amounts, pad_amounts, strict=True))


def _effect(network_audit: Audit, paddings: Mapping[int, Any]) -> str:
    """The effect of the paddings on the parameters: the network audited with the base's."""
    params = bound_text(count_text(network_audit.totals.params), network_audit.complete)
    graph = _with_paddings(network_audit.graph, paddings)
    if graph is None:
        return f"with the padding from there this network, of {params} parameters, cannot be built"
    base_params = audit(graph).totals.params
    if base_params == network_audit.totals.params:
        return f"its {params} parameters stay as many"
    return f"padded as there it would have {count_text(base_params)} parameters, and has {params}"


def _with_paddings(graph: Graph, paddings: Mapping[int, Any]) -> Graph | None:
    """The graph with other paddings and the shapes that follow; None if a layer does not fit."""
    nodes: list[Node] = []
    for index, node in enumerate(graph.nodes):
        op = op_named(node.op)
        if node.inputs and node.output_shape:
            attributes = node.attributes
            if index in paddings:
                attributes = {**attributes, "padding": paddings[index]}
            input_shapes = tuple(nodes[source].output_shape for source in node.inputs)
            if op.validate(input_shapes, attributes) is not None:
                return None
            shape = op.output_shape(input_shapes, attributes)
            nodes.append(node.with_shapes(input_shapes, shape, attributes))
        else:
            nodes.append(node)
    return graph._replace(nodes=tuple(nodes))
