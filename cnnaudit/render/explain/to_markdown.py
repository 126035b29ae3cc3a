"""``explain -f markdown``: formulas and summaries."""

from cnnaudit.explanation.layer import NodeExplanation
from cnnaudit.render.explain.formats import LayerExplanation, SummaryExplanation
from cnnaudit.render.explain.rows import (
    finding_text,
    findings_of,
    formula_table,
    heading,
    paragraphs,
)
from cnnaudit.render.formats import Display
from cnnaudit.render.markdown import bullets, escape, grid


def render_layers(explanation: LayerExplanation, _display: Display) -> str:
    """A heading and a table for every node, then the findings in the layer."""
    parts = []
    for layer in explanation.layers:
        parts += [_account(node) for node in layer.nodes]
        parts += [bullets([finding_text(finding)]) for finding in findings_of(explanation, layer)]
    return "\n".join(parts)


def _account(node_explanation: NodeExplanation) -> str:
    table = formula_table(node_explanation)
    title, shapes = table.title.splitlines()
    parts = [f"### {escape(title)}\n", f"{escape(shapes)}\n"]
    if table.rows:
        parts.append(grid(table.layouts[0], table.rows))
    parts += [f"{escape(note)}\n" for note in table.footer]
    return "\n".join(parts)


def render_summary(explanation: SummaryExplanation, _display: Display) -> str:
    """A list with an item for each paragraph."""
    title, inputs = heading(explanation.audit).splitlines()
    lines = [
        f"- **{name}** {escape('; '.join(filter(None, sentences)))}"
        for name, sentences in paragraphs(explanation)
    ]
    return "\n".join((f"## {escape(title)}", "", escape(inputs), "", *lines)) + "\n"
