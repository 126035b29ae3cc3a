"""Operations that hold weights, as rules tell them apart."""

from cnnaudit.graph.operation import Operation
from cnnaudit.layers.table import KINDS, UNKNOWN

#: Every kind of convolution.
CONVOLUTIONS = tuple(kind.name for kind in KINDS.values() if kind.family == "conv")

#: Convolutions and dense layers, and what may be one.
WEIGHTED = (*CONVOLUTIONS, "dense", UNKNOWN.name)


def enlarges(operation: Operation) -> bool:
    """Whether this is a transposed convolution that keeps the number of channels."""
    if operation.kind != "conv_transpose" or not operation.shape:
        return False
    (entering,) = operation.entering
    return bool(entering) and entering[-1] == operation.shape[-1]
