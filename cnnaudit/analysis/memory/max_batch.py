"""The largest batch that fits into a memory budget, at inference and in training.

Memory is affine in the batch size, fixed bytes plus bytes per image, so the answer is a division.
"""

from typing import NamedTuple

from cnnaudit.amounts import AmountError, amount_in, read_amount
from cnnaudit.analysis.memory.training import TrainingMemory
from cnnaudit.errors import UsageError


class BatchLimit(NamedTuple):
    """The largest batch within a budget; 0 if not even one image fits.

    ``fixed_bytes`` do not depend on the batch, ``bytes_per_image`` is what each image adds.
    ``bound_by`` is the largest part: weights, gradients, optimizer or activations.
    """

    batch: int
    fixed_bytes: int
    bytes_per_image: int
    bound_by: str

    @property
    def bytes(self) -> int:
        """Bytes that the largest batch takes."""
        return self.fixed_bytes + self.batch * self.bytes_per_image


class BatchLimits(NamedTuple):
    """The largest batches within ``budget`` bytes; ``training`` is None if nothing can train."""

    budget: int
    inference: BatchLimit
    training: BatchLimit | None


def parse_size(text: str) -> int:
    """Return the bytes of ``8GiB``, ``1.5 GiB`` (powers of 1024), ``8GB`` (of 1000) or ``4096B``.

    Raises ``UsageError`` for anything else, a number without a unit included.
    """
    amount = read_amount(text)
    if amount is None or not amount.unit:
        raise UsageError(f"--fits takes a size such as 8GiB or 500MB, not '{text}'")
    try:
        size = int(amount_in(amount, "bytes"))
    except AmountError as error:
        raise UsageError(f"--fits {text}: {error}: {error.help()}") from None
    if size == 0:
        raise UsageError("--fits takes a size above 0")
    return size


def batch_limits(
    budget: int, weight_bytes: int, bytes_per_image: int, training: TrainingMemory | None
) -> BatchLimits:
    """Return the largest batches within ``budget`` bytes.

    ``weight_bytes`` and ``bytes_per_image`` are those of inference: all weights, and the live
    outputs of one image. ``training`` may be computed for any batch size.
    """
    inference = _limit(budget, {"weights": weight_bytes}, bytes_per_image)
    if training is None:
        return BatchLimits(budget, inference, None)
    fixed = {
        "weights": training.weights,
        "gradients": training.gradients,
        "optimizer": training.optimizer_state,
        "activations": training.fixed_activations,
    }
    return BatchLimits(budget, inference, _limit(budget, fixed, training.activations_per_image))


def _limit(budget: int, fixed: dict[str, int], bytes_per_image: int) -> BatchLimit:
    """Return the largest batch for fixed bytes by part and bytes per image."""
    fixed_bytes = sum(fixed.values())
    batch = max(budget - fixed_bytes, 0) // bytes_per_image if bytes_per_image else 0
    # If no image fits, the parts are compared for a batch of one.
    activations = fixed.get("activations", 0) + max(batch, 1) * bytes_per_image
    parts = {**fixed, "activations": activations}
    return BatchLimit(batch, fixed_bytes, bytes_per_image, max(parts, key=lambda part: parts[part]))
