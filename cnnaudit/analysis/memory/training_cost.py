"""The operations of training: a step, an epoch, all epochs.

The forward pass counts once; the gradient of a layer's input counts once more, if an earlier layer
learns; the gradient of its weights counts once more, if they learn. So a layer that learns costs 3
times its forward FLOPs and the first such layer 2 times; a frozen layer after it, or one without
weights, costs 2 times, and frozen layers before it 1 time, since no gradient reaches them. (The
backward pass of a matrix product is two products of its size: Goodfellow, Bengio & Courville 2016,
section 6.5.6; the optimiser's own operations, the loss and input augmentation are left out.)
Auxiliary heads train with the rest.
"""

from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.analysis.memory.saved_tensors import has_gradient, learns_weights
from cnnaudit.calculator import Audit


class TrainingCost(NamedTuple):
    """FLOPs and steps of training; None for what depends on a setting that the file lacks.

    ``flops_per_image`` is one image, forward and backward; ``forward_flops`` is its forward pass,
    auxiliary heads included. A last, incomplete batch is a step too.
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
    """Return the cost of the training that the file describes; None if nothing learns."""
    learns = learns_weights(audit)
    if not any(learns):
        return None
    settings = audit.graph.training
    batch, epochs = settings.get("batch_size"), settings.get("epochs")
    images = settings.get("dataset.images")
    factors = cost_factors(audit, learns)
    flops = sum(factor * row.flops for factor, row in zip(factors, audit.rows, strict=True))
    steps = None if images is None or batch is None else -(-images // batch)
    return TrainingCost(
        batch_size=batch,
        epochs=epochs,
        images=images,
        forward_flops=sum(row.flops for row in audit.rows),
        flops_per_image=flops,
        flops_per_step=_times(flops, batch),
        steps_per_epoch=steps,
        steps=_times(steps, epochs),
        flops_per_epoch=_times(flops, images),
        flops=_times(_times(flops, images), epochs),
    )


def cost_factors(audit: Audit, learns: Sequence[bool]) -> tuple[int, ...]:
    """For every node, its cost in training over that of its forward pass: 1, 2 or 3."""
    gradients = has_gradient(audit, learns)
    return tuple(
        1 + any(gradients[source] for source in node.inputs) + node_learns
        for node, node_learns in zip(audit.graph.nodes, learns, strict=True)
    )


def _times(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a * b
