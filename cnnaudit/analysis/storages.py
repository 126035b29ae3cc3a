"""Which outputs are memory of their own, and which only look at the memory of their input.

A *storage* is named by the node that allocates it. A view (``flatten``, ``slice`` …) has none: it
reads its input's storage, which lives as long as any of its views is needed, whole.
"""

from cnnaudit.calculator import Audit
from cnnaudit.graph.nodes import Node

#: A stretch or another order of the same memory (torch.Tensor.narrow, transpose).
_STRETCHES = frozenset({"permute", "slice", "crop"})
#: The same values in the same order under other sizes.
_RENAMED = frozenset({"flatten", "reshape"})
#: All that may be a view; the memory of other operations is always their own.
_VIEWS = _STRETCHES | _RENAMED | {"dropout", "identity", "activation"}


def passes_on(node: Node, *, training: bool) -> bool:
    """Whether the node does nothing to its input: the identity, and dropout that drops nothing."""
    if node.kind == "dropout":
        return not training or not node.attributes["rate"]
    return node.kind == "identity" or (
        node.kind == "activation" and node.attributes["function"] == "linear"
    )


def _scatters(node: Node) -> bool:
    """Whether a stretch has gaps inside an image.

    Some of the channels have none, as torch lays them out: one channel behind the other.
    """
    if node.kind == "slice":
        return node.attributes["axis"] not in (-1, len(node.shape) - 1)
    return node.kind in _STRETCHES


def storages(audit: Audit, *, training: bool) -> tuple[int, ...]:
    """For every node the one that allocates the memory in which its output lies.

    ``flatten`` and ``reshape`` are views of memory that lies in order, and copies where it has gaps
    (the rule of torch.reshape). Zero padding, channel shuffles and concatenations are copies.
    """
    homes: list[int] = []
    strided: list[bool] = []
    for index, node in enumerate(audit.graph.nodes):
        if node.kind not in _VIEWS:
            homes.append(index)
            strided.append(False)
            continue
        source = node.inputs[0]
        same = passes_on(node, training=training)
        view = same or node.kind in _STRETCHES or (node.kind in _RENAMED and not strided[source])
        homes.append(homes[source] if view else index)
        strided.append(_scatters(node) or (view and strided[source]))
    return tuple(homes)
