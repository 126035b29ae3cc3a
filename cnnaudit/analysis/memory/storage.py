"""Which outputs own storage, and which are views of their input's.

A *storage* is named by the node that allocates it. A view (``flatten``, ``slice`` …) has none: it
reads its input's storage, which lives as long as any of its views is needed, whole.
"""

from cnnaudit.calculator import Audit
from cnnaudit.graph.graph import Node
from cnnaudit.ops.op import Op
from cnnaudit.ops.registry import op_named


def _scatters(node: Node, kind: Op) -> bool:
    """Whether a view of an output in order has gaps, or another order, inside an image.

    Some of the channels have none, as torch lays them out: one channel after the other.
    """
    if node.op == "slice":
        return node.attributes["axis"] not in (-1, len(node.output_shape) - 1)
    return kind.storage == "view"


def storages(audit: Audit, *, training: bool) -> tuple[int, ...]:
    """For every node the one that allocates the memory in which its output lies.

    ``flatten`` and ``reshape`` are views of memory that lies in order, and copies if it has gaps
    (the rule of torch.reshape). Zero padding, channel shuffles and concatenations are copies.
    """
    owners: list[int] = []
    strided: list[bool] = []
    for index, node in enumerate(audit.graph.nodes):
        kind = op_named(node.op)
        is_identity = kind.is_identity(node.attributes, training)
        if kind.storage == "own" and not is_identity:
            owners.append(index)
            strided.append(False)
            continue
        source = node.inputs[0]
        is_view = is_identity or kind.storage == "view" or not strided[source]
        owners.append(owners[source] if is_view else index)
        strided.append(_scatters(node, kind) or (is_view and strided[source]))
    return tuple(owners)
