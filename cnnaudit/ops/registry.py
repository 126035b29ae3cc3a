"""The table of every operation: what an architecture file may name."""

from cnnaudit.ops import (
    activation,
    conv,
    conv_transpose,
    dense,
    elementwise,
    merge,
    norm,
    pool,
    recurrent,
    resample,
    reshape,
)
from cnnaudit.ops.op import Op, Trait, same_shape
from cnnaudit.ops.windows import Unknown

#: Every operation by its name, in the order in which documentation shows them.
OPS: dict[str, Op] = {
    op.name: op
    for op in (
        *conv.OPERATIONS,
        *conv_transpose.OPERATIONS,
        *pool.OPERATIONS,
        *dense.OPERATIONS,
        *norm.OPERATIONS,
        *activation.OPERATIONS,
        *merge.OPERATIONS,
        *reshape.OPERATIONS,
        *resample.OPERATIONS,
        reshape.SLICE,
        *elementwise.OPERATIONS,
        *recurrent.OPERATIONS,
    )
}

#: What enters the network; a node of the graph that no file writes as a layer.
INPUT = Op(
    name="input",
    family="input",
    doc="What enters the network.",
    output_shape=same_shape,
)

#: A layer of another program's file that has no counterpart here; no file of ours writes it.
UNKNOWN_OP = Op(
    name="unknown",
    family="unknown",
    doc="A layer whose weights and work are not known.",
    output_shape=same_shape,
    windows=lambda *_: Unknown("a layer is not known"),
)

_NOT_WRITTEN = {op.name: op for op in (INPUT, UNKNOWN_OP)}

#: Operations that may stand on any layer, in the order in which they are applied.
MODIFIERS = ("batch_norm", "activation", "dropout")

#: Functions that may be written as bare words: ``- relu``.
ACTIVATIONS = tuple(activation.FUNCTIONS)

#: How branches may come together; ``none`` leaves them apart.
MERGES = (*(op.name for op in OPS.values() if op.merges), "none")


def op_named(name: str) -> Op:
    """The op of that name, input and unknown included."""
    return OPS.get(name) or _NOT_WRITTEN[name]


def has_trait(name: str, *traits: Trait) -> bool:
    """Whether an op has any of these traits."""
    return not op_named(name).traits.isdisjoint(traits)


def ops_with(*traits: Trait) -> frozenset[str]:
    """The names of the operations that have any of these traits."""
    wanted = frozenset(traits)
    return frozenset([name for name, op in OPS.items() if op.traits & wanted])
