"""The footer of a report: the totals of a network, and the counting convention."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnnaudit.calculator import Audit, Totals
from cnnaudit.formatting import bound_text, count_text, mebibytes, percent
from cnnaudit.lazy import load_function
from cnnaudit.ops.op import Shape
from cnnaudit.render.formats import load_renderer

if TYPE_CHECKING:  # loaded for few inputs only
    from cnnaudit.graph.axes_warnings import AxesWarning

#: Most unknown layers that are named; JSON has all of them.
MAX_UNKNOWN = 20
#: Most channels of an image.
MAX_CHANNELS = 4

CONVENTION = (
    "MACs: multiply-accumulates of convolution and dense layers, padding counted, bias not;"
    " FLOPs = 2·MACs + bias additions + elementwise operations; per image."
)


def summary(audit: Audit, memory: Sequence[str] | None = None) -> list[str]:
    """The totals of a network, and the counting convention.

    ``memory`` are the lines of an analysis of memory; they replace the sizes of weights and
    outputs.
    """
    totals, complete = audit.totals, audit.complete

    def bound(text: str) -> str:
        return bound_text(text, complete)

    parts = [
        f"trainable {count_text(totals.trainable_params)}",
        f"non-trainable {count_text(totals.non_trainable_params)}",
    ]
    if totals.buffers:
        parts.append(f"buffers {count_text(totals.buffers)} (not counted)")
    lines = [
        f"Parameters   {bound(count_text(totals.params))} ({', '.join(parts)})",
        f"  {_split(totals, 'params')}",
        f"MACs         {bound(count_text(totals.macs))}",
        f"  {_split(totals, 'macs')}",
        f"FLOPs        {bound(count_text(totals.flops))}",
        *(_sizes(audit) if memory is None else memory),
        *_training(audit),
    ]
    if audit.auxiliary.layers:
        extra = audit.auxiliary
        lines.append(
            f"Auxiliary    {count_text(extra.params)} parameters and {count_text(extra.macs)} MACs"
            " in training only, not counted above"
        )
    lines += _unknown(audit)
    lines += [f"Warning      {w.message}; {w.help}" for w in axes_warnings_of(audit)]
    lines.append(f"Convention   {CONVENTION}")
    return lines


def axes_warnings_of(audit: Audit) -> "list[AxesWarning]":
    """The warnings about inputs whose axes look like another order."""
    if not any(_may_be_suspicious(node.output_shape) for node in audit.graph.inputs):
        return []
    return list(load_function("cnnaudit.graph.axes_warnings:axes_warnings")(audit.graph))


def _may_be_suspicious(shape: Shape) -> bool:
    """Whether to look closer at an input: most are images with their channels last."""
    return len(shape) > 3 or (len(shape) > 1 and (shape[0] <= MAX_CHANNELS or len(shape) == 2))


def _unknown(audit: Audit) -> list[str]:
    """The layers that the totals leave out, with the reasons."""
    unknown = audit.graph.unknown
    if not unknown:
        return []
    layers = "1 layer is" if len(unknown) == 1 else f"{len(unknown)} layers are"
    lines = [f"Unknown      {layers} not counted, so the totals are lower bounds:"]
    lines += [f"  {name} ({what}): {reason}" for name, what, reason in unknown[:MAX_UNKNOWN]]
    if len(unknown) > MAX_UNKNOWN:
        lines.append(f"  and {len(unknown) - MAX_UNKNOWN} more")
    return lines


def _sizes(audit: Audit) -> list[str]:
    totals, complete = audit.totals, audit.complete
    return [
        f"Weights      {bound_text(mebibytes(totals.weight_bytes), complete)} in fp32",
        f"Activations  {bound_text(count_text(totals.activation_size), complete)} values,"
        f" {mebibytes(totals.activation_bytes)} in fp32: every output kept, modifiers' included",
    ]


def _training(audit: Audit) -> list[str]:
    if "dataset.images" not in audit.graph.training:
        return []
    lines: list[str] = load_renderer("report", "training_footer:training_lines")(audit)
    return lines


def _split(totals: Totals, quantity: str) -> str:
    """``conv 3,747,200 (6 %) · dense 58,631,144 (94 %)``."""
    total = getattr(totals, quantity)
    shares = [(kind, getattr(share, quantity)) for kind, share in totals.by_kind.items()]
    return " · ".join(
        f"{kind} {count_text(part)} ({percent(part, total)})"
        for kind, part in shares
        if part or kind in ("conv", "dense")
    )
