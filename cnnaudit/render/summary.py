"""The totals of a network in words, and the convention they follow."""

from cnnaudit.calculator import Audit, Totals
from cnnaudit.text import count_text, mebibytes, percent

CONVENTION = (
    "MACs: multiply-accumulates of convolution and dense layers, padding counted, bias not;"
    " FLOPs = 2·MACs + bias additions + elementwise operations; per image."
)


def summary(audit: Audit) -> list[str]:
    """The totals in words, and the convention they follow."""
    totals = audit.totals
    parts = [
        f"trainable {count_text(totals.trainable_params)}",
        f"non-trainable {count_text(totals.non_trainable_params)}",
    ]
    if totals.buffers:
        parts.append(f"buffers {count_text(totals.buffers)} (not counted)")
    found = [
        f"Parameters   {count_text(totals.params)} ({', '.join(parts)})",
        f"  {_split(totals, 'params')}",
        f"MACs         {count_text(totals.macs)}",
        f"  {_split(totals, 'macs')}",
        f"FLOPs        {count_text(totals.flops)}",
        f"Weights      {mebibytes(totals.weight_bytes)} in fp32",
        f"Activations  {count_text(totals.activation_size)} values,"
        f" {mebibytes(totals.activation_bytes)} in fp32: every output kept, modifiers' included",
    ]
    if audit.auxiliary.layers:
        extra = audit.auxiliary
        found.append(
            f"Auxiliary    {count_text(extra.params)} parameters and {count_text(extra.macs)} MACs"
            " in training only, not counted above"
        )
    found.append(f"Convention   {CONVENTION}")
    return found


def _split(totals: Totals, quantity: str) -> str:
    """``conv 3,747,200 (6 %) · dense 58,631,144 (94 %)``."""
    whole = getattr(totals, quantity)
    shares = [(kind, getattr(share, quantity)) for kind, share in totals.by_kind.items()]
    return " · ".join(
        f"{kind} {count_text(part)} ({percent(part, whole)})"
        for kind, part in shares
        if part or kind in ("conv", "dense")
    )
