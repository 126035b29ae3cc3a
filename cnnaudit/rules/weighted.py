"""Operations that hold weights, as rules tell them apart."""

from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import OPS, UNKNOWN_OP

#: Every kind of convolution.
CONVOLUTIONS = tuple(kind.name for kind in OPS.values() if kind.family == "conv")

#: Convolutions and dense layers, and what may be one.
WEIGHTED = (*CONVOLUTIONS, "dense", UNKNOWN_OP.name)


def is_upsampling(node: Node) -> bool:
    """Whether this is a transposed convolution that keeps the number of channels."""
    if node.op != "conv_transpose" or not node.output_shape:
        return False
    (entering,) = node.input_shapes
    return bool(entering) and entering[-1] == node.output_shape[-1]
