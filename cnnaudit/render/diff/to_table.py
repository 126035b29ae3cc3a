"""``diff`` as a table: both networks side by side, and the cause of each difference."""

from collections.abc import Sequence

from cnnaudit.calculator import Audit
from cnnaudit.comparison.diff import Comparison
from cnnaudit.formatting import short_count
from cnnaudit.render import terminal
from cnnaudit.render.diff.formats import DiffOptions
from cnnaudit.render.diff.rows import (
    MACS,
    MARK,
    OUTPUT,
    PARAMS,
    STYLES,
    DiffLine,
    DiffQuantity,
    cause_text,
    compact_shape,
    diff_lines,
    name_text,
    quantity_columns,
    quantity_text,
    reason_text,
    summary_line,
    totals_lines,
    unknown_lines,
    why,
)
from cnnaudit.render.table import Column, Table

LEGEND = "← x: the layer is the same, its input from x differs."

_COMPACT = DiffQuantity("Output", compact_shape)
_SHORT_PARAMS = DiffQuantity("Params", quantity_text(short_count, "params"))
_SHORT_MACS = DiffQuantity("MACs", quantity_text(short_count, "macs"))

#: From the richest to the barest; the first that fits is drawn.
_LAYOUTS: tuple[tuple[DiffQuantity, ...], ...] = (
    (OUTPUT, PARAMS, MACS),
    (_COMPACT, PARAMS, MACS),
    (_COMPACT, _SHORT_PARAMS, _SHORT_MACS),
    (_COMPACT, PARAMS),
    (_COMPACT, _SHORT_PARAMS),
    (PARAMS,),
    (_SHORT_PARAMS,),
)


def render(comparison: Comparison, options: DiffOptions) -> str:
    """The rows of both networks, then the totals."""
    rows = diff_lines(comparison, only_changed=options.only_changed)
    title = f"A  {_heading(comparison.a)}\nB  {_heading(comparison.b)}"
    causes = "\n".join(f"   {cause_text(cause)}" for cause in comparison.network_causes)
    footer = [summary_line(comparison)]
    if any(row.pair and why(row.pair).startswith("←") for row in rows):
        footer.append(LEGEND)
    footer += ["", *totals_lines(comparison), *unknown_lines(comparison)]
    if not rows:
        return "\n".join(filter(None, (title, causes, "", *footer))) + "\n"
    head = f"{title}\n{causes}" if causes else title
    table = Table(head, [_columns(quantities) for quantities in _LAYOUTS], rows, footer)
    return terminal.write(table, options.width, options.color)


def _heading(audit: Audit) -> str:
    return f"{audit.graph.name} ({audit.graph.path})"


def _columns(quantities: Sequence[DiffQuantity]) -> list[Column[DiffLine]]:
    pairs = (quantity_columns(quantity) for quantity in quantities)
    return [
        MARK,
        Column("Layer", _layer_text, _layer_style),
        *(column for pair in pairs for column in pair),
        Column("Why", reason_text, _reason_style, wraps=True),
    ]


def _layer_text(row: DiffLine) -> str:
    """The name; the number of repetitions stands at headings only."""
    return name_text(row if row.pair is None else row._replace(times=1))


def _layer_style(row: DiffLine) -> str:
    return "bold" if row.pair is None else STYLES[row.status]


def _reason_style(row: DiffLine) -> str:
    if row.pair is None:
        return ""
    return "dim" if reason_text(row).startswith("←") else "yellow"
