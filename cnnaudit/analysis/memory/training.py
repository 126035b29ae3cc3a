"""The memory of a training step: weights, gradients, optimiser state and saved activations.

Left out: the gradients of activations, the loss, the workspace of kernels, the allocator's rounding
and the framework's context.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnnaudit.analysis.memory.precision import Precision
from cnnaudit.analysis.memory.saved_tensors import SavedElements, total_saved
from cnnaudit.calculator import Audit
from cnnaudit.ops.registry import op_named

#: Numbers that an optimiser holds for each trainable parameter: velocity; first and second moment
#: (Kingma & Ba 2014, Loshchilov & Hutter 2017); mean or sum of squares (Hinton 2012, Duchi et al.
#: 2011).
OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2, "rmsprop": 1, "adagrad": 1}

#: Optimisers with a momentum option, which adds a number for each parameter.
_WITH_MOMENTUM = ("sgd", "rmsprop")


class Optimizer(NamedTuple):
    """An optimiser; ``is_chosen`` is false if neither the file nor an option names one."""

    name: str
    states_per_parameter: int
    is_chosen: bool


class TrainingMemory(NamedTuple):
    """Bytes of one training step, by purpose.

    ``weights`` are all parameters and running statistics, with half-precision copies in mixed
    precision. ``activations`` are the ``fixed_activations`` and ``activations_per_image`` times the
    batch.
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
        """Activations and statistics saved for the backward pass."""
        return self.fixed_activations + self.batch * self.activations_per_image

    @property
    def fixed_bytes(self) -> int:
        """Bytes that do not depend on the batch."""
        return self.weights + self.gradients + self.optimizer_state + self.fixed_activations

    @property
    def total(self) -> int:
        """The sum of all parts."""
        return self.fixed_bytes + self.batch * self.activations_per_image


def can_train(audit: Audit, precision: Precision) -> bool:
    """Whether the network has trainable parameters and the precision allows training."""
    return precision.can_train and _trainable_params(audit) > 0


def _trainable_params(audit: Audit) -> int:
    return audit.totals.trainable_params + audit.auxiliary.trainable_params


def choose_optimizer(settings: Mapping[str, Any], option: str | None = None) -> Optimizer:
    """Return the optimiser that an option names, else the file's, else plain SGD.

    ``settings`` are the training settings of the file; its momentum does not apply to another
    optimiser than the file's.
    """
    file_choice = settings.get("optimizer.type")
    choice = option or file_choice
    name = choice or "sgd"
    has_momentum = option in (None, file_choice) and settings.get("optimizer.momentum")
    extra = 1 if has_momentum and name in _WITH_MOMENTUM else 0
    return Optimizer(name, OPTIMIZERS[name] + extra, is_chosen=choice is not None)


def training_memory(
    audit: Audit,
    saved: Sequence[SavedElements],
    precision: Precision,
    batch: int,
    optimizer: Optimizer,
) -> TrainingMemory:
    """Return the memory of a training step on ``batch`` images; ``saved`` is per node."""
    trainable = _trainable_params(audit)
    total = total_saved(saved)
    return TrainingMemory(
        optimizer=optimizer,
        weights=_weights(audit, precision),
        gradients=trainable * precision.gradient,
        optimizer_state=trainable * optimizer.states_per_parameter * precision.optimizer_state,
        fixed_activations=total.fixed * precision.statistic,
        activations_per_image=total.bytes_per_image(precision),
        batch=batch,
    )


def _weights(audit: Audit, precision: Precision) -> int:
    """Bytes of all weights, with the copies of kernels that the precision needs."""
    numbers = sum(row.params + row.buffers for row in audit.rows)
    copies = sum(
        row.params
        for row in audit.rows
        if precision.kernel_copy and op_named(row.node.op).family in ("conv", "dense")
    )
    return numbers * precision.weight + copies * precision.kernel_copy
