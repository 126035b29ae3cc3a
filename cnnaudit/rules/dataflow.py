"""Data-flow helpers for rules: decoders, autoencoders, final activations and next readers.

Every function is linear in the graph. Auxiliary heads are left out, as they are at inference.
"""

from math import prod

from cnnaudit.graph.graph import Node
from cnnaudit.ops.op import Shape
from cnnaudit.ops.registry import has_trait
from cnnaudit.rules.network import AuditedNetwork

#: Exceptions to ``is_transparent``: rules treat these as layers, although they have its traits.
_OPAQUE = frozenset({"group_norm", "rms_norm", "rescale", "standardize"})

#: Ops that can enlarge a map; padding adds no content.
_ENLARGING = ("conv_transpose", "upsample", "resize", "reshape")


def is_transparent(op: str) -> bool:
    """Whether rules look through an op: it works on each value, or normalises it."""
    return op not in _OPAQUE and has_trait(
        op, "elementwise", "per-channel affine", "normalises", "identity at inference"
    )


def is_autoencoder(network: AuditedNetwork) -> bool:
    """Whether the network is an autoencoder: a map at its output has the shape of an input."""
    input_shapes = {network.nodes[index].output_shape for index in network.nodes_of("input")}
    output_shapes = {network.nodes[index].output_shape for index in network.outputs}
    return any(size(shape) > 1 for shape in input_shapes & output_shapes)


def decoder_nodes(network: AuditedNetwork) -> set[int]:
    """The nodes that enlarge a map, as in a decoder or generator, and all that follow."""
    decoder = set(network.nodes_where(_grows, *_ENLARGING))
    if decoder:
        for index in range(min(decoder), len(network.nodes)):
            if not decoder.isdisjoint(network.nodes[index].inputs):
                decoder.add(index)
    return decoder


def _grows(node: Node) -> bool:
    return any(size(node.output_shape) > size(shape) for shape in node.input_shapes)


def next_reader(network: AuditedNetwork, index: int) -> int | None:
    """The first node after ``index`` that is not transparent; None if two nodes read on the way.

    The sigmoid of a gate is transparent too.
    """
    while len(network.readers[index]) == 1:
        (index,) = network.readers[index]
        if not is_transparent(network.nodes[index].op):
            return index
    return None


def final_activation(network: AuditedNetwork, index: int) -> str | None:
    """The function of the last activation before an output; None if there is none."""
    node = network.nodes[index]
    while has_trait(node.op, "reshapes", "identity at inference"):
        node = network.nodes[node.inputs[0]]
    return node.attributes["function"] if node.op == "activation" else None


def size(shape: Shape) -> int:
    """Number of positions of a shape: 1 for a vector, 0 if it is unknown."""
    return prod(shape[:-1]) if shape else 0
