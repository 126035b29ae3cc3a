"""Sets the number of classes, by the width of the layer that determines an output's channels."""

from typing import Any

from cnnaudit.adaptation.widths import WIDTH_ATTRIBUTES, output_nodes
from cnnaudit.errors import UsageError
from cnnaudit.graph.graph import Graph


def classifier_attributes(
    graph: Graph, classes: int, stock_classes: int | None
) -> dict[str, dict[str, Any]]:
    """Return the attributes, by node, that make the network's outputs ``classes`` wide.

    Most files write ``classes`` in their last layer, and the result is empty. If a network has
    several outputs, those that are ``stock_classes`` wide count as classifiers. An output of one
    unit stays as it is for 2 classes.
    """
    outputs = output_nodes(graph)
    if len(outputs) > 1:
        outputs = [
            index for index in outputs if graph.nodes[index].output_shape[-1] == stock_classes
        ]
    attributes: dict[str, dict[str, Any]] = {}
    for index in outputs:
        width = graph.nodes[index].output_shape[-1]
        if width != classes and not (width == 1 and classes == 2):
            attributes |= _layer_attributes(graph, index, classes)
    return attributes


def _layer_attributes(graph: Graph, output: int, classes: int) -> dict[str, dict[str, Any]]:
    """Attributes of the layer that determines an output's width, and of the nodes after it."""
    attributes: dict[str, dict[str, Any]] = {}
    node = graph.nodes[output]
    while node.op not in WIDTH_ATTRIBUTES:
        input_node = graph.nodes[node.inputs[0]]
        if (
            len(node.inputs) > 1
            or input_node.op == "input"
            or input_node.output_shape[-1] != node.output_shape[-1]
        ):
            message = f"{node.name} joins or reorders what leaves the network"
            raise UsageError(f"--classes {classes}: no layer alone makes the classes: {message}")
        if node.attributes.get("function") == "sigmoid" and node.output_shape[-1] == 1:
            # One sigmoid unit separates two classes; several classes need a softmax.
            attributes[node.name] = {"function": "softmax"}
        if node.op == "reshape" and node.attributes["shape"][-1] != -1:
            attributes[node.name] = {"shape": (*node.attributes["shape"][:-1], classes)}
        node = input_node
    return {node.name: {WIDTH_ATTRIBUTES[node.op]: classes}, **attributes}
