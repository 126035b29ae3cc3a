"""Operations that hold weights, as rules tell them apart."""

from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.layers.table import kind_of


def is_weighted(kind: str) -> bool:
    """Whether an operation is a convolution or a dense layer, or may be one."""
    return kind_of(kind).family in ("conv", "dense", "unknown")


def enlarges(graph: Graph, node: Node) -> bool:
    """Whether a node is a transposed convolution that keeps the number of channels."""
    if node.kind != "conv_transpose" or not node.shape:
        return False
    (entering,) = graph.input_shapes(node)
    return bool(entering) and entering[-1] == node.shape[-1]
