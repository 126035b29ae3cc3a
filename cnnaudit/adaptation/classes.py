"""Another number of classes: the last layer must produce that many."""

from typing import Any

from cnnaudit.adaptation.widths import WIDTH_ATTRIBUTES, output_nodes
from cnnaudit.errors import UsageError
from cnnaudit.graph.nodes import Graph


def classifier_attributes(
    graph: Graph, classes: int, before: int | None
) -> dict[str, dict[str, Any]]:
    """The attributes that make what leaves the network ``classes`` wide, by node.

    Most files say ``classes`` in their last layer, and nothing is left to do. ``before`` is how
    many classes the stock has: where a network has several outputs, those of that width count. One
    unit stays one for 2 classes.
    """
    ends = output_nodes(graph)
    if len(ends) > 1:
        ends = [end for end in ends if graph.nodes[end].shape[-1] == before]
    found: dict[str, dict[str, Any]] = {}
    for end in ends:
        if graph.nodes[end].shape[-1] not in (classes, 1 if classes == 2 else classes):
            found |= _made(graph, end, classes)
    return found


def _made(graph: Graph, end: int, classes: int) -> dict[str, dict[str, Any]]:
    """The layer that an output comes from, with another width."""
    wanted: dict[str, dict[str, Any]] = {}
    node = graph.nodes[end]
    while node.kind not in WIDTH_ATTRIBUTES:
        below = graph.nodes[node.inputs[0]]
        if len(node.inputs) > 1 or below.kind == "input" or below.shape[-1] != node.shape[-1]:
            message = f"{node.name} joins or reorders what leaves the network"
            raise UsageError(f"--classes {classes}: no layer alone makes the classes: {message}")
        if node.attributes.get("function") == "sigmoid" and node.shape[-1] == 1:
            # One unit tells two classes apart; several compete.
            wanted[node.name] = {"function": "softmax"}
        if node.kind == "reshape" and node.attributes["shape"][-1] != -1:
            wanted[node.name] = {"shape": (*node.attributes["shape"][:-1], classes)}
        node = below
    return {node.name: {WIDTH_ATTRIBUTES[node.kind]: classes}, **wanted}
