"""The lines about memory in a report: weights, activations, peak, training and batches."""

from collections.abc import Sequence

from cnnaudit.analysis.memory.max_batch import BatchLimit, BatchLimits
from cnnaudit.analysis.memory.memory import LEFT_OUT_IN_TRAINING, Memory
from cnnaudit.analysis.memory.training import TrainingMemory
from cnnaudit.formatting import bound_text, count_text, percent, unit_bytes

#: Shades of the parts of a stacked bar.
_SHADES = "█▓▒░"
_CELLS = 48
_MAX_NAMED = 4
_BOUND_BY = {
    "weights": "the weights",
    "gradients": "the gradients",
    "optimizer": "the optimiser's state",
    "activations": "the activations",
}


def memory_lines(memory: Memory, values: int) -> list[str]:
    """The lines of a summary; ``values`` is the number of output elements of one image."""
    settings, complete = memory.settings, memory.complete

    def size(bytes: int) -> str:
        return bound_text(unit_bytes(bytes), complete)

    per_batch = f" for {_images(settings.batch)}" if settings.batch > 1 else ""
    lines = [
        f"Weights      {size(memory.weights)} in {settings.dtype}",
        f"Activations  {bound_text(count_text(values * settings.batch), complete)} values,"
        f" {size(memory.activations)} in {settings.dtype}{per_batch}: every output kept,"
        " modifiers' included",
        f"  {size(memory.features)} if activation functions overwrite their input, and views"
        " take nothing",
        f"Peak         {size(memory.peak.bytes)} {_peak(memory)}",
        f"  {_order(memory)}",
    ]
    if memory.training is None:
        lines.append(f"Training     {_untrained(memory)}")
    else:
        lines += _training(memory.training, settings.dtype, complete)
    if memory.batch_limits is not None:
        lines += _fits(memory.batch_limits)
        if not complete:
            lines.append("  at best: what unknown layers take is not counted")
    return lines


def stacked(parts: Sequence[int], cells: int = _CELLS) -> str:
    """Parts of a total as one bar of ``cells`` characters, a shade for each part.

    Borders are rounded as a running sum, so that the bar has the exact length.
    """
    total, so_far, drawn, bar = sum(parts), 0, 0, ""
    for part, shade in zip(parts, _SHADES, strict=True):
        so_far += part
        end = (2 * cells * so_far + total) // (2 * total) if total else 0
        bar += shade * (end - drawn)
        drawn = end
    return bar


def _peak(memory: Memory) -> str:
    """The node of the peak, and the tensors alive there, the largest first."""
    peak, in_place = memory.peak, memory.settings.in_place
    largest = sorted(peak.live, key=lambda alive: -alive.bytes)
    addends = [f"{alive.name} {unit_bytes(alive.bytes)}" for alive in largest[:_MAX_NAMED]]
    if len(largest) > _MAX_NAMED:
        other_bytes = sum(alive.bytes for alive in largest[_MAX_NAMED:])
        addends.append(f"{len(largest) - _MAX_NAMED} more {unit_bytes(other_bytes)}")
    mode = "activations, normalisation and merges in place" if in_place else "nothing in place"
    return f"alive at {peak.node}, {mode}: {' + '.join(addends)}"


def _order(memory: Memory) -> str:
    if memory.best_peak is None:
        return "in the order of the file; too many orders to find the best"
    if memory.best_peak.bytes == memory.peak.bytes:
        return "no order of execution needs less"
    return (
        f"another order of execution needs {unit_bytes(memory.best_peak.bytes)}, and none less"
        f" (peak at {memory.best_peak.node})"
    )


def _untrained(memory: Memory) -> str:
    if not memory.precision.can_train:
        return f"not possible in {memory.settings.dtype}"
    return "nothing to train: no weights, or all of them frozen"


def _training(training: TrainingMemory, dtype: str, complete: bool) -> list[str]:
    optimizer = training.optimizer
    assumption = "" if optimizer.is_chosen else " (assumed: the file names none)"
    parts = (training.weights, training.gradients, training.optimizer_state, training.activations)
    names = ("weights", "gradients", f"{optimizer.name} state", "kept activations")
    legend = " · ".join(
        f"{shade} {name} {unit_bytes(part)} ({percent(part, training.total)})"
        for shade, name, part in zip(_SHADES, names, parts, strict=True)
    )
    total = bound_text(unit_bytes(training.total), complete)
    return [
        f"Training     {total} for {_images(training.batch)} in {dtype} with"
        f" {optimizer.name}{assumption}",
        f"  {stacked(parts)}",
        f"  {legend}",
        f"  left out: {', '.join(LEFT_OUT_IN_TRAINING)}",
    ]


def _fits(fits: BatchLimits) -> list[str]:
    budget = unit_bytes(fits.budget)
    lines = [f"Fits         {_fit('runs', fits.inference, budget)}"]
    if fits.training is not None:
        lines.append(f"  {_fit('trains', fits.training, budget)}")
    return lines


def _fit(verb: str, fit: BatchLimit, budget: str) -> str:
    each = f"{unit_bytes(fit.fixed_bytes)} stand, {unit_bytes(fit.bytes_per_image)} an image"
    if not fit.batch:
        return f"{verb} with no image in {budget}: {each}; most are {_BOUND_BY[fit.bound_by]}"
    return (
        f"{verb} with up to {_images(fit.batch)} in {budget}, bound by {_BOUND_BY[fit.bound_by]}:"
        f" {unit_bytes(fit.bytes)}, of which {each}"
    )


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count_text(count)} images"
