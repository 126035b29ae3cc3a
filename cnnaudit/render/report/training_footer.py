"""The lines about the cost of training in a report, if the file describes its training."""

from cnnaudit.analysis.memory.training_cost import training_cost
from cnnaudit.calculator import Audit
from cnnaudit.formatting import bound_text, count_text, short_count


def training_lines(audit: Audit) -> list[str]:
    """The operations of a training; empty unless the file gives the number of images."""
    cost, complete = training_cost(audit), audit.complete
    if cost is None or cost.images is None or cost.flops_per_epoch is None:
        return []
    each = f"{count_text(cost.flops_per_image)} an image, forwards and backwards"
    epoch = bound_text(f"{short_count(cost.flops_per_epoch)}FLOPs", complete)
    line = f"Epoch        {epoch} ({each})"
    if cost.steps_per_epoch is not None:
        line += f", {count_text(cost.steps_per_epoch)} steps of {count_text(cost.batch_size or 0)}"
    lines = [line]
    if cost.flops is not None:
        steps = f", {count_text(cost.steps)} steps" if cost.steps is not None else ""
        lines.append(
            f"Run          {bound_text(f'{short_count(cost.flops)}FLOPs', complete)}"
            f" in {count_text(cost.epochs or 0)} epochs{steps}"
        )
    return lines
