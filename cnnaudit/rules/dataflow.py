"""Data-flow helpers for rules: decoders, autoencoders, and the next op that reads a value.

Every function is linear in the graph. Auxiliary heads are left out, as they are at inference.
"""

from math import prod

from cnnaudit.graph.graph import Node
from cnnaudit.ops.op import Shape
from cnnaudit.ops.registry import has_trait
from cnnaudit.rules.network import AuditedNetwork

#: Layers like any other to the rules that look through operations on each value. Each has a trait
#: of those that are looked through: left out on purpose, so that findings stay the same.
_OPAQUE = frozenset({"group_norm", "rms_norm", "rescale", "standardize"})

#: Operations that can make a map larger than what they read; padding is no new content.
_DRAWING = ("conv_transpose", "upsample", "resize", "reshape")


def is_transparent(kind: str) -> bool:
    """Whether rules look through an operation: it works on each value, or normalises it."""
    return kind not in _OPAQUE and has_trait(
        kind,
        "elementwise",
        "per-channel affine",
        "normalises",
        "identity at inference",
    )


def is_autoencoder(subject: AuditedNetwork) -> bool:
    """Whether the network gives back what is like an input of it, as an autoencoder does."""
    images = {subject.nodes[index].output_shape for index in subject.nodes_of("input")}
    outputs = {subject.nodes[index].output_shape for index in subject.outputs}
    return any(size(shape) > 1 for shape in images & outputs)


def decoder_nodes(subject: AuditedNetwork) -> set[int]:
    """The nodes that are part of drawing a larger map, as in a decoder or generator."""
    found = set(subject.nodes_where(_grows, *_DRAWING))
    if found:
        for index in range(min(found), len(subject.nodes)):
            if not found.isdisjoint(subject.nodes[index].inputs):
                found.add(index)
    return found


def _grows(node: Node) -> bool:
    return any(size(node.output_shape) > size(entering) for entering in node.input_shapes)


def next_reader(subject: AuditedNetwork, index: int) -> int | None:
    """The first node behind ``index`` that does more than work on each value; None where two read.

    The sigmoid of a gate is passed over too.
    """
    while len(subject.readers[index]) == 1:
        (index,) = subject.readers[index]
        if not is_transparent(subject.nodes[index].op):
            return index
    return None


def size(shape: Shape) -> int:
    """How many positions a shape has: 1 for a vector, 0 where it is unknown."""
    return prod(shape[:-1]) if shape else 0
