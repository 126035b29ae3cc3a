"""The tensors that each node keeps from the forward pass for the backward pass.

The rules are the operations' own (``Kind.saved``): those of PyTorch 2.13 on a CPU
(tools/autograd/derivatives.yaml: which of ``self``, ``result`` and further outputs a derivative
reads), measured with ``saved_tensors_hooks``. The walk decides which of the tensors share memory.
In place or not makes no difference: an operation that keeps its output overwrites an input that no
other node keeps, and one that keeps its input must copy it first.
"""

from typing import NamedTuple

from cnnaudit.analysis.gradients import reached, trained
from cnnaudit.analysis.precision import INDEX_BYTES, Precision
from cnnaudit.analysis.storages import storages
from cnnaudit.calculator import Audit, Row
from cnnaudit.layers.kind import OpContext, SavedTensors, saves_all_inputs
from cnnaudit.layers.table import kind_of


class Saved(NamedTuple):
    """Numbers kept for the backward pass.

    ``values``, ``indices`` and ``statistics`` grow with the batch, ``fixed`` does not.
    """

    values: int = 0
    indices: int = 0
    statistics: int = 0
    fixed: int = 0

    def bytes(self, precision: Precision, batch: int) -> int:
        """Bytes for a batch of that many images."""
        return batch * self.per_image(precision) + self.fixed * precision.statistic

    def per_image(self, precision: Precision) -> int:
        """Bytes that one more image takes."""
        return (
            self.values * precision.activation
            + self.indices * INDEX_BYTES
            + self.statistics * precision.statistic
        )


def saved_for_backward(kind: str, context: OpContext) -> SavedTensors:
    """The tensors that a node of that kind keeps, if the backward pass reaches it."""
    if () in (*context.inputs, context.output):
        return saves_all_inputs(context)  # after an unknown layer, sizes are unknown as well
    return kind_of(kind).saved(context)


def saved(audit: Audit) -> tuple[Saved, ...]:
    """For every node the numbers that are kept of its output and of its further tensors.

    An output counts once, however many operations keep it or a view of it, and at the node whose
    memory it is; the network's input counts if the first layer trains. Auxiliary heads, which exist
    in training, count.
    """
    nodes = audit.graph.nodes
    owners = storages(audit, training=True)
    trains = trained(audit)
    has_gradient = reached(audit, trains)
    held: set[int] = set()
    tensors = []
    for index, node in enumerate(nodes):
        of_node = SavedTensors()
        if has_gradient[index]:
            gradients = tuple([has_gradient[source] for source in node.inputs])
            context = OpContext(
                node.entering, node.attributes, node.shape, trains[index], gradients
            )
            of_node = saved_for_backward(node.kind, context)
        held.update([owners[node.inputs[position]] for position in of_node.inputs])
        if of_node.output:
            held.add(owners[index])
        tensors.append(of_node)

    def total(index: int, of_node: SavedTensors, row: Row) -> Saved:
        values = of_node.values + (row.activation_size if index in held else 0)
        return Saved(values, of_node.indices, of_node.statistics, of_node.fixed)

    return tuple(map(total, range(len(tensors)), tensors, audit.rows))
