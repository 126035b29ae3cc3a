"""Ways through a network: where everything passes, where it ends, what a value goes through next.

Every function is linear in the graph. Auxiliary heads are left out, as they are at inference.
"""

from cnnaudit.graph.nodes import Graph
from cnnaudit.layers.kind import Shape, product
from cnnaudit.rules.subject import Subject

#: Operations on each value alone, and those that only move values.
TRANSPARENT = ("activation", "batch_norm", "dropout", "identity", "layer_norm", "lrn", "scale")


#: Operations that can make a map larger than what they read; padding is no new content.
_DRAWING = ("conv_transpose", "upsample", "resize", "reshape")


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
