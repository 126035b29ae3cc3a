"""Where the backward pass goes: from the outputs back to the first layer that trains."""

from collections.abc import Sequence

from cnnaudit.calculator import Audit
from cnnaudit.graph.operation import Operation, fact, weights_of


def learns_weights(audit: Audit) -> tuple[bool, ...]:
    """For every node whether weights of its own, or shared with another, are learned in it."""
    graph = audit.graph
    found = []
    for node in graph.nodes:
        owner = node if node.shared is None else graph.nodes[node.shared]
        found.append(owner.trainable and _learns(node.operation))
    return tuple(found)


@fact
def _learns(operation: Operation) -> bool:
    """Whether an operation has weights that are learned, and not statistics that are counted."""
    return any(not weight.statistic for weight in weights_of(operation))


def has_gradient(audit: Audit, trains: Sequence[bool]) -> tuple[bool, ...]:
    """For every node whether its output has a gradient: it trains, or something before it does.

    ``trains`` is what ``trained`` says of the same network.
    """
    found: list[bool] = []
    for node, own in zip(audit.graph.nodes, trains, strict=True):
        found.append(own or any(found[source] for source in node.inputs))
    return tuple(found)
