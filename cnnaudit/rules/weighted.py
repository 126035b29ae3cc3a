"""Operations that hold weights, as rules tell them apart."""

from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import KINDS, UNKNOWN

#: Every kind of convolution.
CONVOLUTIONS = tuple(kind.name for kind in KINDS.values() if kind.family == "conv")

#: Convolutions and dense layers, and what may be one.
WEIGHTED = (*CONVOLUTIONS, "dense", UNKNOWN.name)


def enlarges(node: Node) -> bool:
    """Whether this is a transposed convolution that keeps the number of channels."""
    if node.kind != "conv_transpose" or not node.shape:
        return False
    (entering,) = node.entering
    return bool(entering) and entering[-1] == node.shape[-1]
