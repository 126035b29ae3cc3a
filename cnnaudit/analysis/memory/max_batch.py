"""The largest batch that runs, or trains, within a budget of memory.

Memory is affine in the batch: what stands, and so much an image. So the answer is a division.
"""

import re
from typing import NamedTuple

from cnnaudit.analysis.memory.training import TrainingMemory
from cnnaudit.errors import UsageError

_UNITS = {"B": 1}
_UNITS |= {f"{letter}B": 1000**power for power, letter in enumerate("KMGT", start=1)}
_UNITS |= {f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", start=1)}
_BY_LOWER = {unit.lower(): size for unit, size in _UNITS.items()}
_SIZE = re.compile(r"(\d{1,15})(?:\.(\d{1,9}))?\s*([A-Za-z]*)", re.ASCII)


class BatchLimit(NamedTuple):
    """The largest batch within a budget, 0 where not even one image fits.

    ``standing`` bytes do not depend on the batch, ``per_image`` are those of one more image;
    ``bound_by`` is the largest part: weights, gradients, optimizer or activations.
    """

    batch: int
    fixed_bytes: int
    bytes_per_image: int
    bound_by: str

    @property
    def bytes(self) -> int:
        """What that batch takes."""
        return self.fixed_bytes + self.batch * self.bytes_per_image


class BatchLimits(NamedTuple):
    """What fits into ``budget`` bytes; ``training`` is None where nothing can be trained."""

    budget: int
    inference: BatchLimit
    training: BatchLimit | None


def parse_size(text: str) -> int:
    """Bytes of ``8GiB``, ``1.5 GiB`` (powers of 1024), ``8GB`` (powers of 1000) or ``4096B``.

    Raises ``UsageError`` for anything else, a number without a unit included.
    """
    match = _SIZE.fullmatch(text.strip())
    unit = _BY_LOWER.get(match[3].lower()) if match else None
    if match is None or unit is None:
        raise UsageError(f"--fits takes a size such as 8GiB or 500MB, not '{text}'")
    whole, part = match[1], match[2] or ""
    size: int = int(whole + part) * unit // 10 ** len(part)
    if size == 0:
        raise UsageError("--fits takes a size above 0")
    return size


def batch_limits(
    budget: int, weights: int, per_image: int, training: TrainingMemory | None
) -> BatchLimits:
    """The largest batches within ``budget`` bytes.

    At inference ``weights`` bytes stand and every image takes ``per_image``, its live outputs;
    what ``training`` takes an image does not depend on the batch that it was worked out for.
    """
    inference = _fit(budget, {"weights": weights}, per_image)
    if training is None:
        return BatchLimits(budget, inference, None)
    standing = {
        "weights": training.weights,
        "gradients": training.gradients,
        "optimizer": training.optimizer_state,
        "activations": training.fixed_activations,
    }
    return BatchLimits(budget, inference, _fit(budget, standing, training.activations_per_image))


def _fit(budget: int, standing: dict[str, int], per_image: int) -> BatchLimit:
    fixed = sum(standing.values())
    batch = max(budget - fixed, 0) // per_image if per_image else 0
    # Where not one image fits, the first one is what does not.
    growing = standing.get("activations", 0) + max(batch, 1) * per_image
    parts = {**standing, "activations": growing}
    return BatchLimit(batch, fixed, per_image, max(parts, key=lambda part: parts[part]))
