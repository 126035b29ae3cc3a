"""``report`` as a table: one line a written layer, shares as bars, and what it comes to."""

from collections.abc import Iterator, Sequence

from cnnaudit.calculator import Audit, Totals
from cnnaudit.render.columns import Column, layouts
from cnnaudit.render.grid import Cell, Grid, Title, draw
from cnnaudit.render.lines import Line, expanded, folded
from cnnaudit.text import bound_text, count_text, mebibytes, percent, shape_text

#: Unknown layers that are named; JSON has all of them.
MAX_UNKNOWN = 20

CONVENTION = (
    "MACs: multiply-accumulates of convolution and dense layers, padding counted, bias not;"
    " FLOPs = 2·MACs + bias additions + elementwise operations; per image."
)


def render(
    audits: Sequence[Audit],
    columns: tuple[Column, ...] | None,
    *,
    expand: bool,
    width: int | None,
    color: bool,
) -> str:
    """The tables of one network or several; ``width`` None gives them their natural width."""
    tables = [_table(audit, columns, expand, width, color) for audit in audits]
    return "\n".join(tables)


def _table(
    audit: Audit, columns: tuple[Column, ...] | None, expand: bool, width: int | None, color: bool
) -> str:
    found = expanded(audit) if expand else folded(audit)
    choices = (columns,) if columns else layouts()
    grids = _grids(choices, found, audit.totals)
    return draw(_title(audit), grids, footer(audit), width, color)


def _title(audit: Audit) -> str:
    graph = audit.graph
    shapes = ", ".join(shape_text(node.shape) for node in graph.inputs)
    classes = f", {graph.classes:,} classes" if graph.classes else ""
    return f"{graph.name} · input {shapes}{classes} · {graph.framework}"


def _grids(
    choices: Sequence[tuple[Column, ...]], found: Sequence[Line], totals: Totals
) -> Iterator[Grid]:
    for columns in choices:
        titles = tuple(Title(column.title, column.right) for column in columns)
        rows = [tuple(_cell(column, line, totals) for column in columns) for line in found]
        yield Grid(titles, rows)


def _cell(column: Column, line: Line, totals: Totals) -> Cell:
    style = ""
    if line.heading:
        style = "dim" if column.key != "layer" else "bold"
    elif column.key.endswith("_share"):
        style = "cyan"
    elif column.key == "operation" or (line.rows and line.rows[0].node.auxiliary):
        style = "dim"
    return Cell(column.text(line, totals), style)


def footer(audit: Audit) -> list[str]:
    """The totals in words, and the convention they follow."""
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
        f"Weights      {bound(mebibytes(totals.weight_bytes))} in fp32",
        f"Activations  {bound(count_text(totals.activation_size))} values,"
        f" {mebibytes(totals.activation_bytes)} in fp32: every output kept, modifiers' included",
    ]
    if audit.auxiliary.layers:
        extra = audit.auxiliary
        found.append(
            f"Auxiliary    {count_text(extra.params)} parameters and {count_text(extra.macs)} MACs"
            " in training only, not counted above"
        )
    found += unknown_lines(audit)
    found.append(f"Convention   {CONVENTION}")
    return found


def unknown_lines(audit: Audit) -> list[str]:
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


def _split(totals: Totals, quantity: str) -> str:
    """``conv 3,747,200 (6 %) · dense 58,631,144 (94 %)``."""
    whole = getattr(totals, quantity)
    shares = [(kind, getattr(share, quantity)) for kind, share in totals.by_kind.items()]
    return " · ".join(
        f"{kind} {count_text(part)} ({percent(part, whole)})"
        for kind, part in shares
        if part or kind in ("conv", "dense")
    )
