"""The final activation of an output."""

from cnnaudit.ops.registry import has_trait
from cnnaudit.rules.network import AuditedNetwork


def final_activation(subject: AuditedNetwork, index: int) -> str | None:
    """The activation that an output went through last; None if there is none."""
    node = subject.nodes[index]
    while has_trait(node.op, "reshapes", "identity at inference"):
        node = subject.nodes[node.inputs[0]]
    return node.attributes["function"] if node.op == "activation" else None
