"""Memory and training in JSON: bytes as integers, null if unknown or not requested."""

from typing import TYPE_CHECKING, Any

from cnnaudit.analysis.memory.memory import LEFT_OUT, LEFT_OUT_IN_TRAINING, Memory, PeakMemory
from cnnaudit.analysis.memory.training import TrainingMemory
from cnnaudit.analysis.memory.training_cost import TrainingCost

if TYPE_CHECKING:  # loaded with --fits only
    from cnnaudit.analysis.memory.max_batch import BatchLimit, BatchLimits


def memory_totals(memory: Memory | None) -> dict[str, Any]:
    """The keys of ``totals`` about memory, besides weights and outputs."""
    training = memory.training if memory else None
    return {
        "peak_activation_bytes": memory.peak.bytes if memory else None,
        "training_activation_bytes": training.activations if training else None,
        "training_bytes": training.total if training else None,
    }


def memory_object(memory: Memory) -> dict[str, Any]:
    """The settings, the results, and what they leave out."""
    settings = memory.settings
    return {
        "batch": settings.batch,
        "dtype": settings.dtype,
        "in_place": settings.in_place,
        "weight_bytes": memory.weights,
        "buffer_bytes": memory.statistics,
        "activation_bytes": memory.activations,
        "feature_bytes": memory.features,
        "peak": _peak(memory.peak),
        "best_order_peak": memory.best_peak and _peak(memory.best_peak),
        "training": memory.training and _training(memory.training),
        "fits": memory.batch_limits and _fits(memory.batch_limits),
        "left_out": list(LEFT_OUT),
    }


def cost_object(cost: TrainingCost | None) -> dict[str, Any] | None:
    """The operations of training; null if nothing can be trained."""
    return None if cost is None else cost._asdict()


def _peak(peak: PeakMemory) -> dict[str, Any]:
    live = [{"layer": alive.name, "bytes": alive.bytes} for alive in peak.live]
    return {"bytes": peak.bytes, "at": peak.node, "live": live}


def _training(training: TrainingMemory) -> dict[str, Any]:
    return {
        "optimizer": training.optimizer.name,
        "optimizer_assumed": not training.optimizer.is_chosen,
        "weight_and_buffer_bytes": training.weights,
        "gradient_bytes": training.gradients,
        "optimizer_bytes": training.optimizer_state,
        "activation_bytes": training.activations,
        "activation_bytes_per_image": training.activations_per_image,
        "total_bytes": training.total,
        "left_out": list(LEFT_OUT_IN_TRAINING),
    }


def _fits(fits: "BatchLimits") -> dict[str, Any]:
    return {
        "budget_bytes": fits.budget,
        "inference": _fit(fits.inference),
        "training": fits.training and _fit(fits.training),
    }


def _fit(fit: "BatchLimit") -> dict[str, Any]:
    return {
        "batch": fit.batch,
        "bytes": fit.bytes,
        "standing_bytes": fit.fixed_bytes,
        "bytes_per_image": fit.bytes_per_image,
        "bound_by": fit.bound_by,
    }
