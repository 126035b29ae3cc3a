"""How many bytes a number has: in a weight, its gradient, an activation and their companions."""

from typing import NamedTuple


class Precision(NamedTuple):
    """Bytes of one number by what it is for.

    ``copy`` is a second copy of each convolution and dense kernel in half precision. ``statistic``
    is a mean or deviation that a normalisation keeps for the backward pass. ``trains`` is false
    where a network can run in that precision but not learn.
    """

    name: str
    weight: int
    activation: int
    gradient: int
    optimizer_state: int
    statistic: int
    kernel_copy: int = 0
    can_train: bool = True


#: One precision throughout; and mixed precision (Micikevicius et al. 2018, section 3.1, and
#: torch.autocast): master weights, gradients, optimiser state and statistics in fp32, activations
#: and a copy of the kernels in 16 bits.
PRECISIONS = {
    precision.name: precision
    for precision in (
        Precision("fp32", 4, 4, 4, 4, 4),
        Precision("fp16", 2, 2, 2, 2, 2),
        Precision("bf16", 2, 2, 2, 2, 2),
        Precision("int8", 1, 1, 0, 0, 0, can_train=False),
        Precision("mixed", 4, 2, 4, 4, 4, kernel_copy=2),
    )
}

#: Positions of maxima are 64-bit integers in torch, whatever the precision.
INDEX_BYTES = 8
