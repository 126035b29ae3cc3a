"""Following the flow of values back from where it ends."""

from cnnaudit.rules.subject import Subject

#: Operations behind which values are the same, whatever their order or, at inference, at all.
_SAME_VALUES = ("dropout", "flatten", "reshape", "permute", "identity")


def last_function(subject: Subject, index: int) -> str | None:
    """The activation that an output went through last; None where there is none."""
    node = subject.nodes[index]
    while node.kind in _SAME_VALUES:
        node = subject.nodes[node.inputs[0]]
    return node.attributes["function"] if node.kind == "activation" else None
