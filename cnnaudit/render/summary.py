"""The totals of a network in words, and the convention they follow."""

from typing import TYPE_CHECKING

from cnnaudit.calculator import Audit, Totals
from cnnaudit.formatting import bound_text, count_text, mebibytes, percent

#: Unknown layers that are named; JSON has all of them.
MAX_UNKNOWN = 20

if TYPE_CHECKING:  # memory is loaded where it is asked for
    from cnnaudit.analysis.memory.memory import Memory

CONVENTION = (
    "MACs: multiply-accumulates of convolution and dense layers, padding counted, bias not;"
    " FLOPs = 2·MACs + bias additions + elementwise operations; per image."
)


def summary(audit: Audit, memory: "Memory | None" = None) -> list[str]:
    """The totals in words, and the convention they follow; memory where it is asked for."""
    totals, complete = audit.totals, audit.complete

    def bound(text: str) -> str:
        return bound_text(text, complete)

    parts = [
        f"trainable {count_text(totals.trainable_params)}",
        f"non-trainable {count_text(totals.non_trainable_params)}",
    ]
    if totals.buffers:
        parts.append(f"buffers {count_text(totals.buffers)} (not counted)")
    found = [
        f"Parameters   {bound(count_text(totals.params))} ({', '.join(parts)})",
        f"  {_split(totals, 'params')}",
        f"MACs         {bound(count_text(totals.macs))}",
        f"  {_split(totals, 'macs')}",
        f"FLOPs        {bound(count_text(totals.flops))}",
        *_memory(audit, memory),
        *_training(audit),
    ]
    if audit.auxiliary.layers:
        extra = audit.auxiliary
        found.append(
            f"Auxiliary    {count_text(extra.params)} parameters and {count_text(extra.macs)} MACs"
            " in training only, not counted above"
        )
    found += _unknown(audit)
    found.append(f"Convention   {CONVENTION}")
    return found


def _unknown(audit: Audit) -> list[str]:
    """The layers that the totals leave out, and why; nothing where there are none."""
    unknown = audit.graph.unknown
    if not unknown:
        return []
    layers = "1 layer is" if len(unknown) == 1 else f"{len(unknown)} layers are"
    lines = [f"Unknown      {layers} not counted, so the totals are lower bounds:"]
    lines += [f"  {name} ({what}): {why}" for name, what, why in unknown[:MAX_UNKNOWN]]
    if len(unknown) > MAX_UNKNOWN:
        lines.append(f"  and {len(unknown) - MAX_UNKNOWN} more")
    return lines


def _memory(audit: Audit, memory: "Memory | None") -> list[str]:
    totals, complete = audit.totals, audit.complete
    if memory is not None:
        from cnnaudit.render.memory_text import memory_lines  # noqa: PLC0415  where asked for

        return memory_lines(memory, totals.activation_size)
    return [
        f"Weights      {bound_text(mebibytes(totals.weight_bytes), complete)} in fp32",
        f"Activations  {bound_text(count_text(totals.activation_size), complete)} values,"
        f" {mebibytes(totals.activation_bytes)} in fp32: every output kept, modifiers' included",
    ]


def _training(audit: Audit) -> list[str]:
    if "dataset.images" not in audit.graph.training:
        return []
    from cnnaudit.analysis.memory.training_cost import training_cost  # noqa: PLC0415  few files say it
    from cnnaudit.render.training_text import training_lines  # noqa: PLC0415

    return training_lines(training_cost(audit), audit.complete)


def _split(totals: Totals, quantity: str) -> str:
    """``conv 3,747,200 (6 %) · dense 58,631,144 (94 %)``."""
    whole = getattr(totals, quantity)
    shares = [(kind, getattr(share, quantity)) for kind, share in totals.by_kind.items()]
    return " · ".join(
        f"{kind} {count_text(part)} ({percent(part, whole)})"
        for kind, part in shares
        if part or kind in ("conv", "dense")
    )
