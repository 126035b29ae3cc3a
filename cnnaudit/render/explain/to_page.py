"""``explain FILE`` as pages: formulas and summaries."""

from cnnaudit.explanation.layer import NodeExplanation
from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import Block, Bullets, Heading, TextBlock, grid, renderer
from cnnaudit.render.explain.formats import LayerExplanation, SummaryExplanation
from cnnaudit.render.explain.rows import (
    finding_text,
    findings_of,
    formula_table,
    heading,
    paragraphs,
)
from cnnaudit.render.formats import Display


def layers_page(explanation: LayerExplanation, _display: Display) -> list[Block]:
    """A heading and a table for every node, then the findings in the layer."""
    blocks: list[Block] = []
    for layer in explanation.layers:
        for node in layer.nodes:
            blocks += _account(node)
        findings = findings_of(explanation, layer)
        blocks += [Bullets([finding_text(finding)]) for finding in findings]
    return blocks


def _account(node_explanation: NodeExplanation) -> list[Block]:
    table = formula_table(node_explanation)
    title, shapes = table.title.splitlines()
    blocks: list[Block] = [Heading(3, title), TextBlock([shapes])]
    if table.rows:
        blocks.append(grid(table.layouts[0], table.rows))
    return [*blocks, *(TextBlock([note]) for note in table.footer)]


def summary_page(explanation: SummaryExplanation, _display: Display) -> list[Block]:
    """A list with an item for each paragraph."""
    title, inputs = heading(explanation.audit).splitlines()
    parts = paragraphs(explanation)
    lines = ["; ".join(filter(None, sentences)) for _, sentences in parts]
    names = [name for name, _ in parts]
    return [Heading(2, title), TextBlock([inputs]), Bullets(lines, names)]


render_layers_markdown = renderer(markdown.write, layers_page)
render_layers_latex = renderer(latex.write, layers_page)
render_summary_markdown = renderer(markdown.write, summary_page)
render_summary_latex = renderer(latex.write, summary_page)
