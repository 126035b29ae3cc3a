"""``diff --waterfall -f markdown``: the steps for a pull request."""

from cnnaudit.render.diff.formats import DiffOptions, WaterfallDiff
from cnnaudit.render.diff.rows import unknown_lines
from cnnaudit.render.diff.waterfall_rows import (
    ACTIVATIONS,
    WEIGHTS,
    columns,
    macs,
    notes,
    params,
    waterfall_rows,
)
from cnnaudit.render.markdown import escape, grid, spaced

_QUANTITIES = (params(16), macs(), WEIGHTS, ACTIVATIONS)


def render(diff: WaterfallDiff, _options: DiffOptions) -> str:
    """A row per step between the two networks."""
    comparison, waterfall = diff
    a, b = comparison.a.graph, comparison.b.graph
    change, number, bar, *others = columns(_QUANTITIES, waterfall)
    # A floating bar keeps its place with no-break spaces only.
    steps = grid((change, number, spaced(bar), *others), waterfall_rows(comparison, waterfall))
    closing = (*notes(waterfall), *unknown_lines(comparison))
    return f"## {escape(a.name)} → {escape(b.name)}\n\n{steps}" + "".join(
        f"\n{escape(line)}\n" for line in closing
    )
