"""Where the backward pass goes: from the outputs back to the first layer that trains."""

from cnnaudit.calculator import Audit
from cnnaudit.layers.table import kind_of


def trained(audit: Audit) -> tuple[bool, ...]:
    """For every node whether weights of its own, or shared with another, are learned in it."""
    graph = audit.graph
    found = []
    for node in graph.nodes:
        owner = node if node.shared is None else graph.nodes[node.shared]
        weights = kind_of(node.kind).weights(graph.input_shapes(node), node.attributes)
        found.append(owner.trainable and any(not weight.statistic for weight in weights))
    return tuple(found)


def reached(audit: Audit) -> tuple[bool, ...]:
    """For every node whether its output has a gradient: it trains, or something before it does."""
    found: list[bool] = []
    for node, trains in zip(audit.graph.nodes, trained(audit), strict=True):
        found.append(trains or any(found[source] for source in node.inputs))
    return tuple(found)
