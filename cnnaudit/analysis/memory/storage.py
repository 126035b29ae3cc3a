"""Which outputs own storage, and which are views of their input's.

A *storage* is named by the node that allocates it. A view (``flatten``, ``slice`` …) has none: it
reads its input's storage, all of which lives as long as any of its views is needed.
"""

from cnnaudit.calculator import Audit
from cnnaudit.graph.graph import Node
from cnnaudit.ops.op import Op
from cnnaudit.ops.registry import op_named


def _is_strided_view(node: Node, op: Op) -> bool:
    """Whether a view of a contiguous output has gaps, or another order, inside an image.

    A slice of channels has none, since torch stores one channel after the other.
    """
    if node.op == "slice":
        return node.attributes["axis"] not in (-1, len(node.output_shape) - 1)
    return op.storage == "view"


def storages(audit: Audit, *, training: bool) -> tuple[int, ...]:
    """Return, for every node, the node that owns the storage of its output.

    ``flatten`` and ``reshape`` are views of contiguous memory, and copies of strided memory (the
    rule of torch.reshape). Zero padding, channel shuffles and concatenations are copies.
    """
    owners: list[int] = []
    strided: list[bool] = []
    for index, node in enumerate(audit.graph.nodes):
        op = op_named(node.op)
        is_identity = op.is_identity(node.attributes, training)
        if op.storage == "own" and not is_identity:
            owners.append(index)
            strided.append(False)
            continue
        source = node.inputs[0]
        is_view = is_identity or op.storage == "view" or not strided[source]
        owners.append(owners[source] if is_view else index)
        strided.append(_is_strided_view(node, op) or (is_view and strided[source]))
    return tuple(owners)
