"""What one training step holds: weights, gradients, optimiser state and kept activations.

Left out: the gradients of activations while they pass, the loss, workspace of the kernels, what
the allocator rounds up, and the framework's own context.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnnaudit.analysis.keeping import Saved
from cnnaudit.analysis.precision import Precision
from cnnaudit.calculator import Audit
from cnnaudit.layers.table import kind_of

#: Numbers that an optimiser keeps for each trainable parameter: velocity; first and second moment
#: (Kingma & Ba 2014, Loshchilov & Hutter 2017); mean or sum of squares (Hinton 2012, Duchi et al.
#: 2011).
OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2, "rmsprop": 1, "adagrad": 1}

#: Optimisers for which momentum is an option, with a tensor of its own.
_WITH_MOMENTUM = ("sgd", "rmsprop")


class Optimizer(NamedTuple):
    """An optimiser's name, the numbers it keeps a parameter, and whether somebody chose it."""

    name: str
    states: int
    chosen: bool


class Training(NamedTuple):
    """Bytes of one training step, by what they are for.

    ``weights`` are all parameters and running statistics, with half-precision copies in mixed
    precision. ``kept`` is ``fixed`` and ``per_image`` times the batch.
    """

    optimizer: Optimizer
    weights: int
    gradients: int
    state: int
    fixed: int
    per_image: int
    batch: int

    @property
    def kept(self) -> int:
        """The activations and statistics that the backward pass needs."""
        return self.fixed + self.batch * self.per_image

    @property
    def standing(self) -> int:
        """What does not grow with the batch."""
        return self.weights + self.gradients + self.state + self.fixed

    @property
    def total(self) -> int:
        """All of it."""
        return self.standing + self.batch * self.per_image


def can_train(audit: Audit, precision: Precision) -> bool:
    """Whether there is anything to train, in a precision in which one can."""
    trainable = audit.totals.trainable_params + audit.auxiliary.trainable_params
    return precision.trains and trainable > 0


def optimizer(settings: Mapping[str, Any], name: str | None = None) -> Optimizer:
    """The optimiser that is asked for, or the file's; plain SGD where nobody says."""
    chosen = name or settings.get("optimizer.type")
    found = chosen or "sgd"
    momentum = name in (None, settings.get("optimizer.type")) and settings.get("optimizer.momentum")
    extra = 1 if momentum and found in _WITH_MOMENTUM else 0
    return Optimizer(found, OPTIMIZERS[found] + extra, chosen is not None)


def training(
    audit: Audit, kept: Sequence[Saved], precision: Precision, batch: int, chosen: Optimizer
) -> Training:
    """The memory of a training step on ``batch`` images, of which every node keeps so much."""
    trainable = audit.totals.trainable_params + audit.auxiliary.trainable_params
    sums = Saved(*map(sum, zip(*kept, strict=True)))
    return Training(
        chosen,
        _weights(audit, precision),
        trainable * precision.gradient,
        trainable * chosen.states * precision.state,
        sums.fixed * precision.statistic,
        sums.per_image(precision),
        batch,
    )


def _weights(audit: Audit, precision: Precision) -> int:
    numbers = sum(row.params + row.buffers for row in audit.rows)
    copies = sum(
        row.params
        for row in audit.rows
        if precision.copy and kind_of(row.node.kind).family in ("conv", "dense")
    )
    return numbers * precision.weight + copies * precision.copy
