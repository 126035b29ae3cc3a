"""Which nodes learn, and which outputs have a gradient in the backward pass."""

from collections.abc import Sequence

from cnnaudit.calculator import Audit
from cnnaudit.graph.operation import Operation, fact, weights_of


def learns_weights(audit: Audit) -> tuple[bool, ...]:
    """For every node, whether it learns weights: its own, or those it shares with another node."""
    graph = audit.graph
    learns = []
    for node in graph.nodes:
        owner = node if node.shared is None else graph.nodes[node.shared]
        learns.append(owner.trainable and _has_learned_weights(node.operation))
    return tuple(learns)


@fact
def _has_learned_weights(operation: Operation) -> bool:
    """Whether an operation has weights other than running statistics."""
    return any(not weight.statistic for weight in weights_of(operation))


def has_gradient(audit: Audit, learns: Sequence[bool]) -> tuple[bool, ...]:
    """For every node, whether its output has a gradient: the node or one it depends on learns.

    ``learns`` is ``learns_weights`` of the same audit.
    """
    gradients: list[bool] = []
    for node, node_learns in zip(audit.graph.nodes, learns, strict=True):
        gradients.append(node_learns or any(gradients[source] for source in node.inputs))
    return tuple(gradients)
