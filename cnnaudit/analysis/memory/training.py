"""What one training step holds: weights, gradients, optimiser state and kept activations.

Left out: the gradients of activations while they pass, the loss, workspace of the kernels, what
the allocator rounds up, and the framework's own context.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnnaudit.analysis.gradients import has_gradient, learns_weights
from cnnaudit.analysis.keeping import NOTHING, Kept, Site, kept
from cnnaudit.analysis.memory.precision import INDEX_BYTES, Precision
from cnnaudit.analysis.storages import storages
from cnnaudit.calculator import Audit, Row
from cnnaudit.layers.table import kind_of

#: Numbers that an optimiser keeps for each trainable parameter: velocity; first and second moment
#: (Kingma & Ba 2014, Loshchilov & Hutter 2017); mean or sum of squares (Hinton 2012, Duchi et al.
#: 2011).
OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2, "rmsprop": 1, "adagrad": 1}

#: Optimisers for which momentum is an option, with a tensor of its own.
_WITH_MOMENTUM = ("sgd", "rmsprop")


class SavedElements(NamedTuple):
    """Numbers kept for the backward pass.

    ``values``, ``indices`` and ``statistics`` grow with the batch, ``fixed`` does not.
    """

    values: int = 0
    indices: int = 0
    statistics: int = 0
    fixed: int = 0

    def bytes(self, precision: Precision, batch: int) -> int:
        """Bytes for a batch of that many images."""
        return batch * self.bytes_per_image(precision) + self.fixed * precision.statistic

    def bytes_per_image(self, precision: Precision) -> int:
        """Bytes that one more image takes."""
        return (
            self.values * precision.activation
            + self.indices * INDEX_BYTES
            + self.statistics * precision.statistic
        )


class Optimizer(NamedTuple):
    """An optimiser's name, the numbers it keeps a parameter, and whether somebody chose it."""

    name: str
    states_per_parameter: int
    is_chosen: bool


class TrainingMemory(NamedTuple):
    """Bytes of one training step, by what they are for.

    ``weights`` are all parameters and running statistics, with half-precision copies in mixed
    precision. ``kept`` is ``fixed`` and ``per_image`` times the batch.
    """

    optimizer: Optimizer
    weights: int
    gradients: int
    optimizer_state: int
    fixed_activations: int
    activations_per_image: int
    batch: int

    @property
    def activations(self) -> int:
        """The activations and statistics that the backward pass needs."""
        return self.fixed_activations + self.batch * self.activations_per_image

    @property
    def fixed_bytes(self) -> int:
        """What does not grow with the batch."""
        return self.weights + self.gradients + self.optimizer_state + self.fixed_activations

    @property
    def total(self) -> int:
        """All of it."""
        return self.fixed_bytes + self.batch * self.activations_per_image


def can_train(audit: Audit, precision: Precision) -> bool:
    """Whether there is anything to train, in a precision in which one can."""
    trainable = audit.totals.trainable_params + audit.auxiliary.trainable_params
    return precision.can_train and trainable > 0


def saved_elements(audit: Audit) -> tuple[SavedElements, ...]:
    """What the backward pass keeps, for every node: of its output, and of its own making.

    An output counts once, however many operations keep it or a view of it, and at the node whose
    memory it is; the network's input counts where the first layer trains. Auxiliary heads, which
    exist in training, count.
    """
    nodes = audit.graph.nodes
    homes = storages(audit, training=True)
    trains = learns_weights(audit)
    live = has_gradient(audit, trains)
    held: set[int] = set()
    own = []
    for index, node in enumerate(nodes):
        found = NOTHING
        if live[index]:
            gradients = tuple([live[source] for source in node.inputs])
            site = Site(node.entering, node.attributes, node.shape, trains[index], gradients)
            found = kept(node.kind, site)
        held.update([homes[node.inputs[position]] for position in found.inputs])
        if found.output:
            held.add(homes[index])
        own.append(found)

    def all_of(index: int, found: Kept, row: Row) -> SavedElements:
        values = found.values + (row.activation_size if index in held else 0)
        return SavedElements(values, found.indices, found.statistics, found.fixed)

    return tuple(map(all_of, range(len(own)), own, audit.rows))


def choose_optimizer(settings: Mapping[str, Any], name: str | None = None) -> Optimizer:
    """The optimiser that is asked for, or the file's; plain SGD where nobody says."""
    chosen = name or settings.get("optimizer.type")
    found = chosen or "sgd"
    momentum = name in (None, settings.get("optimizer.type")) and settings.get("optimizer.momentum")
    extra = 1 if momentum and found in _WITH_MOMENTUM else 0
    return Optimizer(found, OPTIMIZERS[found] + extra, chosen is not None)


def training_memory(
    audit: Audit, kept: Sequence[SavedElements], precision: Precision, batch: int, chosen: Optimizer
) -> TrainingMemory:
    """The memory of a training step on ``batch`` images, of which every node keeps so much."""
    trainable = audit.totals.trainable_params + audit.auxiliary.trainable_params
    sums = SavedElements(*map(sum, zip(*kept, strict=True)))
    return TrainingMemory(
        chosen,
        _weights(audit, precision),
        trainable * precision.gradient,
        trainable * chosen.states_per_parameter * precision.optimizer_state,
        sums.fixed * precision.statistic,
        sums.bytes_per_image(precision),
        batch,
    )


def _weights(audit: Audit, precision: Precision) -> int:
    numbers = sum(row.params + row.buffers for row in audit.rows)
    copies = sum(
        row.params
        for row in audit.rows
        if precision.kernel_copy and kind_of(row.node.kind).family in ("conv", "dense")
    )
    return numbers * precision.weight + copies * precision.kernel_copy
