"""``diff --waterfall`` as a table: the totals after each change, with a bar for each."""

from cnnaudit.formatting import short_count
from cnnaudit.render import terminal
from cnnaudit.render.diff.formats import DiffOptions, WaterfallDiff
from cnnaudit.render.diff.rows import totals_lines, unknown_lines
from cnnaudit.render.diff.waterfall_rows import (
    ACTIVATIONS,
    WEIGHTS,
    WaterfallQuantity,
    columns,
    macs,
    notes,
    parameters_line,
    params,
    waterfall_rows,
)
from cnnaudit.render.table import Table

_SHORT_MACS = WaterfallQuantity("macs", "MACs", short_count)

#: From the richest to the barest; the first that fits is drawn.
_LAYOUTS: tuple[tuple[WaterfallQuantity, ...], ...] = (
    (params(20), macs(20), WEIGHTS, ACTIVATIONS),
    (params(16), macs(), WEIGHTS, ACTIVATIONS),
    (params(12), macs()),
    (params(8), _SHORT_MACS),
    (params(8),),
    (params(0),),
)


def render(diff: WaterfallDiff, options: DiffOptions) -> str:
    """A row per step between the two networks, then the totals."""
    comparison, waterfall = diff
    graphs = comparison.a.graph, comparison.b.graph
    title = "\n".join(
        f"{side}  {graph.name} ({graph.path})" for side, graph in zip("AB", graphs, strict=True)
    )
    remarks = [*parameters_line(waterfall), *notes(waterfall)]
    totals = [*totals_lines(comparison), *unknown_lines(comparison)]
    table = Table(
        title,
        [columns(quantities, waterfall) for quantities in _LAYOUTS],
        waterfall_rows(comparison, waterfall),
        [*remarks, "", *totals] if remarks else totals,
    )
    return terminal.write(table, options.width, options.color)
