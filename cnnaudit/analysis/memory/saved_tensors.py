"""The tensors that each node saves in the forward pass for the backward pass.

The rules (``Op.saved``) are those of PyTorch 2.13 on a CPU (tools/autograd/derivatives.yaml: which
of ``self``, ``result`` and further outputs a derivative reads), measured with
``saved_tensors_hooks``; tensors that share memory are counted once. In place or not makes no
difference: an op that saves its output overwrites an input that no other node saves, and one that
saves its input must copy it first.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cnnaudit.analysis.memory.precision import INDEX_BYTES, Precision
from cnnaudit.analysis.memory.storage import storages
from cnnaudit.calculator import Audit
from cnnaudit.ops.op import OpContext, SavedTensors, saves_all_inputs
from cnnaudit.ops.registry import op_named


class SavedElements(NamedTuple):
    """Elements saved for the backward pass.

    ``values``, ``indices`` and ``statistics`` are per image, ``fixed`` is per batch.
    """

    values: int = 0
    indices: int = 0
    statistics: int = 0
    fixed: int = 0

    def bytes(self, precision: Precision, batch: int) -> int:
        """Return the bytes for a batch of that many images."""
        return batch * self.bytes_per_image(precision) + self.fixed * precision.statistic

    def bytes_per_image(self, precision: Precision) -> int:
        """Return the bytes that each image adds."""
        return (
            self.values * precision.activation
            + self.indices * INDEX_BYTES
            + self.statistics * precision.statistic
        )


def saved_for_backward(op_name: str, context: OpContext) -> SavedTensors:
    """Return the tensors that a node of that op saves if the backward pass reaches it."""
    if () in (*context.inputs, context.output):
        return saves_all_inputs(context)  # after an unknown layer, sizes are unknown as well
    return op_named(op_name).saved(context)


def learns_weights(audit: Audit) -> tuple[bool, ...]:
    """Return whether each node learns weights: its own, or those it shares with another node."""
    graph = audit.graph
    learns = []
    for node in graph.nodes:
        owner = node if node.shared is None else graph.nodes[node.shared]
        has_weights = any(not weight.statistic for weight in node.weights)
        learns.append(owner.trainable and has_weights)
    return tuple(learns)


def has_gradient(audit: Audit, learns: Sequence[bool]) -> tuple[bool, ...]:
    """Return whether each node's output has a gradient: the node or one it depends on learns.

    ``learns`` is ``learns_weights`` of the same audit.
    """
    gradients: list[bool] = []
    for node, node_learns in zip(audit.graph.nodes, learns, strict=True):
        gradients.append(node_learns or any(gradients[source] for source in node.inputs))
    return tuple(gradients)


def saved_elements(audit: Audit) -> tuple[SavedElements, ...]:
    """Return the elements saved of each node for the backward pass: its output and further tensors.

    An output counts once, however many nodes save it or a view of it, and at the node that
    owns its storage; the network's input counts if the first layer learns. Auxiliary heads count:
    they exist in training.
    """
    owners = storages(audit, training=True)
    learns = learns_weights(audit)
    gradients = has_gradient(audit, learns)
    saved_storages: set[int] = set()
    saved_of_nodes = []
    for index, node in enumerate(audit.graph.nodes):
        saved = SavedTensors()
        if gradients[index]:
            input_gradients = tuple([gradients[source] for source in node.inputs])
            context = OpContext(
                node.input_shapes,
                node.attributes,
                node.output_shape,
                learns[index],
                input_gradients,
            )
            saved = saved_for_backward(node.op, context)
        saved_storages.update([owners[node.inputs[position]] for position in saved.inputs])
        if saved.output:
            saved_storages.add(owners[index])
        saved_of_nodes.append(saved)
    elements = []
    for index, (saved, row) in enumerate(zip(saved_of_nodes, audit.rows, strict=True)):
        output = row.activation_size if index in saved_storages else 0
        elements.append(
            SavedElements(saved.values + output, saved.indices, saved.statistics, saved.fixed)
        )
    return tuple(elements)


def total_saved(saved: Iterable[SavedElements]) -> SavedElements:
    """Return the sums over all nodes."""
    return SavedElements(*map(sum, zip(*saved, strict=True)))
