"""Ways through a network: where everything passes, where it ends, what a value goes through next.

Every function is linear in the graph. Auxiliary heads are left out, as they are at inference.
"""

from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.layers.kind import Shape, product
from cnnaudit.layers.table import kind_of
from cnnaudit.rules.subject import Subject

#: Operations on each value alone, and those that only move values.
TRANSPARENT = ("activation", "batch_norm", "dropout", "identity", "layer_norm", "lrn", "scale")


#: Operations that can make a map larger than what they read; padding is no new content.
_DRAWING = ("conv_transpose", "upsample", "resize", "reshape")


def is_weighted(kind: str) -> bool:
    """Whether an operation is a convolution or a dense layer, or may be one."""
    return kind_of(kind).family in ("conv", "dense", "unknown")


def last_weighted(subject: Subject) -> frozenset[int]:
    """The nodes with weights behind which no others follow: they give the network's answer.

    A transposed convolution with as many channels out as in only enlarges an answer (Long et al.
    2015, arXiv:1411.4038, section 3.3): what gives it its channels does too.
    """
    followed: set[int] = set()
    for index in reversed(range(len(subject.nodes))):
        node = subject.nodes[index]
        gives = is_weighted(node.kind) and not enlarges(subject.graph, node)
        if not node.auxiliary and (index in followed or gives):
            followed.update(node.inputs)
    return frozenset(
        index
        for index, node in enumerate(subject.nodes)
        if is_weighted(node.kind) and index not in followed
    )


def enlarges(graph: Graph, node: Node) -> bool:
    """Whether a node is a transposed convolution that keeps the number of channels."""
    if node.kind != "conv_transpose" or not node.shape:
        return False
    (entering,) = graph.input_shapes(node)
    return bool(entering) and entering[-1] == node.shape[-1]


def reproduces(subject: Subject) -> bool:
    """Whether the network gives back what is like an input of it, as an autoencoder does."""
    images = {node.shape for node in subject.graph.inputs if size(node.shape) > 1}
    return any(subject.nodes[index].shape in images for index in subject.outputs)


def drawn_anew(subject: Subject) -> tuple[bool, ...]:
    """For each node whether it is part of drawing a larger map, as in a decoder or generator."""
    found: list[bool] = []
    for node in subject.nodes:
        grows = node.kind in _DRAWING and any(
            size(node.shape) > size(subject.nodes[source].shape) for source in node.inputs
        )
        found.append(grows or any(found[source] for source in node.inputs))
    return tuple(found)


def main_line(subject: Subject) -> tuple[int, ...]:
    """The nodes through which everything passes on its way to the outputs, inputs first.

    Branches are not on it, what they come together in is.
    """
    wanted = set(subject.outputs)
    for index in reversed(range(len(subject.nodes))):
        if index in wanted:
            wanted.update(subject.nodes[index].inputs)
    found = []
    # Beside a second input, the first is one branch of several.
    furthest = max((i for i in wanted if not subject.nodes[i].inputs), default=0)
    for index in sorted(wanted):
        # Whatever was made before is used here at the latest.
        if furthest <= index:
            found.append(index)
        ahead = [r for r in subject.readers[index] if r in wanted]
        # What an output says is used behind the last node.
        furthest = max(furthest, *ahead) if ahead else len(subject.nodes)
    return tuple(found)


def next_reader(subject: Subject, index: int) -> int | None:
    """The first node behind ``index`` that does more than work on each value; None where two read.

    The sigmoid of a gate is passed over too.
    """
    while len(subject.readers[index]) == 1:
        (index,) = subject.readers[index]
        if subject.nodes[index].kind not in TRANSPARENT:
            return index
    return None


def positions(graph: Graph, index: int) -> int:
    """How many positions a node's output has: 1 for a vector, 0 where its shape is unknown."""
    return size(graph.nodes[index].shape)


def size(shape: Shape) -> int:
    """How many positions a shape has: 1 for a vector, 0 where it is unknown."""
    return product(shape[:-1]) if shape else 0
