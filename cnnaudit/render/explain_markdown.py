"""``explain -f markdown``: formulas and stories for a text."""

from collections.abc import Sequence

from cnnaudit.calculator import Audit
from cnnaudit.errors import Diagnostic
from cnnaudit.explaining.layer import LayerAccount, NodeAccount
from cnnaudit.explaining.story import Story
from cnnaudit.render.explain_lines import (
    account_heading,
    finding_text,
    formula_lines,
    heading,
    paragraphs,
)
from cnnaudit.render.report_markdown import escape, markdown_table


def render_layers(layers: Sequence[LayerAccount], findings: Sequence[Diagnostic] = ()) -> str:
    """A heading and a table for every operation, then the findings in the layer."""
    parts = []
    for layer in layers:
        parts += [_account(node) for node in layer.nodes]
        of_layer = [finding for finding in findings if finding.layer == layer.name]
        parts += [f"- {escape(finding_text(finding))}\n" for finding in of_layer]
    return "\n".join(parts)


def _account(account: NodeAccount) -> str:
    title, shapes = account_heading(account).splitlines()
    parts = [f"### {escape(title)}\n", f"{escape(shapes)}\n"]
    if account.formulas:
        rows = [(line.title, line.text) for line in formula_lines(account.formulas)]
        parts.append(markdown_table((("", False), ("Formula", False)), rows))
    parts += [f"{escape(note)}\n" for note in account.notes]
    return "\n".join(parts)


def render_story(audit: Audit, told: Story, findings: Sequence[Diagnostic] = ()) -> str:
    """A list with a line for each sentence."""
    title, entering = heading(audit).splitlines()
    lines = [
        f"- **{name}** {escape('; '.join(filter(None, sentences)))}"
        for name, sentences in paragraphs(told, findings)
    ]
    return "\n".join((f"## {escape(title)}", "", escape(entering), "", *lines)) + "\n"
