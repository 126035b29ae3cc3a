"""``diff --waterfall`` as a page: the steps for a pull request or a paper."""

from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import Block, Heading, TextBlock, grid, renderer, spaced
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

_QUANTITIES = (params(16), macs(), WEIGHTS, ACTIVATIONS)


def page(diff: WaterfallDiff, _options: DiffOptions) -> list[Block]:
    """A row per step between the two networks."""
    comparison, waterfall = diff
    a, b = comparison.a.graph, comparison.b.graph
    change, number, bar, *others = columns(_QUANTITIES, waterfall)
    # A floating bar keeps its place with no-break spaces only.
    steps = grid((change, number, spaced(bar), *others), waterfall_rows(comparison, waterfall))
    closing = (*notes(waterfall), *unknown_lines(comparison))
    texts = [TextBlock([line]) for line in closing]
    return [Heading(2, f"{a.name} → {b.name}"), steps, *texts]


render_markdown = renderer(markdown.write, page)
render_latex = renderer(latex.write, page)
