"""Operations that hold weights, as rules tell them apart."""

from cnnaudit.graph.operation import Operation
from cnnaudit.layers.table import kind_of


def is_weighted(kind: str) -> bool:
    """Whether an operation is a convolution or a dense layer, or may be one."""
    return kind_of(kind).family in ("conv", "dense", "unknown")


def enlarges(operation: Operation) -> bool:
    """Whether this is a transposed convolution that keeps the number of channels."""
    if operation.kind != "conv_transpose" or not operation.shape:
        return False
    (entering,) = operation.entering
    return bool(entering) and entering[-1] == operation.shape[-1]
