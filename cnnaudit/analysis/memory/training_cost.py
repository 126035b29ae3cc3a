"""What training costs in operations: a step, an epoch, the whole run.

An operation is done once forwards; as often again for the gradient of its input, where something
before it trains; and as often again for the gradient of its weights, where they train. So a layer
that trains costs 3 times its forward FLOPs, the first one 2 times, a frozen layer behind it or one
without weights 2 times, and frozen layers before the first one that trains cost 1 time: nothing
comes back to them. (The backward pass of a matrix product is two of its size: Goodfellow, Bengio &
Courville 2016, section 6.5.6; the optimiser's own operations, the loss and input augmentation are
left out.) Auxiliary heads train with the rest.
"""

from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.analysis.gradients import has_gradient, learns_weights
from cnnaudit.calculator import Audit


class TrainingCost(NamedTuple):
    """FLOPs and steps; None where the file does not say what they depend on.

    ``flops_per_image`` is one image, forwards and backwards; ``forward_flops`` one image forwards,
    auxiliary heads included. A last batch that is not full is a step too.
    """

    batch_size: int | None
    epochs: int | None
    images: int | None
    forward_flops: int
    flops_per_image: int
    flops_per_step: int | None
    steps_per_epoch: int | None
    steps: int | None
    flops_per_epoch: int | None
    flops: int | None


def training_cost(audit: Audit) -> TrainingCost | None:
    """The cost of the training that the file describes; None where nothing trains."""
    trains = learns_weights(audit)
    if not any(trains):
        return None
    settings = audit.graph.training
    batch, epochs = settings.get("batch_size"), settings.get("epochs")
    images = settings.get("dataset.images")
    times = cost_factors(audit, trains)
    image = sum(factor * row.flops for factor, row in zip(times, audit.rows, strict=True))
    steps = None if images is None or batch is None else -(-images // batch)
    return TrainingCost(
        batch,
        epochs,
        images,
        sum(row.flops for row in audit.rows),
        image,
        _times(image, batch),
        steps,
        _times(steps, epochs),
        _times(image, images),
        _times(_times(image, images), epochs),
    )


def cost_factors(audit: Audit, trains: Sequence[bool]) -> tuple[int, ...]:
    """For every node how many times its forward operations a training step costs: 1, 2 or 3."""
    live = has_gradient(audit, trains)
    return tuple(
        1 + any(live[source] for source in node.inputs) + own
        for node, own in zip(audit.graph.nodes, trains, strict=True)
    )


def _times(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a * b
