"""``explain`` for a terminal: formulas in two columns, a summary in paragraphs."""

from textwrap import wrap

from cnnaudit.errors import Diagnostic
from cnnaudit.explanation.layer import NodeExplanation
from cnnaudit.render import terminal
from cnnaudit.render.explain.formats import LayerExplanation, SummaryExplanation
from cnnaudit.render.explain.rows import (
    finding_text,
    findings_of,
    formula_table,
    heading,
    paragraphs,
)
from cnnaudit.render.formats import Display

#: Width of a text that does not go to a terminal.
_WIDTH = 100
_MARGIN = 12
#: A percent sign that stays on the line of its number.
_PERCENT = "\u00a0%"


def render_layers(explanation: LayerExplanation, display: Display) -> str:
    """A table for every node of the layers, then the findings in the layer."""
    parts = []
    for layer in explanation.layers:
        parts += [_account(node, display) for node in layer.nodes]
        findings = findings_of(explanation, layer)
        if findings:
            parts.append("".join(_finding(finding, display.width) for finding in findings))
    return "\n".join(parts)


def _finding(finding: Diagnostic, width: int | None) -> str:
    lines = wrap(
        finding_text(finding),
        width or _WIDTH,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) + "\n"


def _account(node_explanation: NodeExplanation, display: Display) -> str:
    table = formula_table(node_explanation)
    if not table.rows:
        return "\n".join((table.title, *table.footer)) + "\n"
    return terminal.write(table, display.width, display.color).rstrip("\n") + "\n"


def render_summary(explanation: SummaryExplanation, display: Display) -> str:
    """The paragraphs of the summary beside their headings."""
    width = display.width or _WIDTH
    lines = []
    for title, sentences in paragraphs(explanation):
        for number, sentence in enumerate(filter(None, sentences)):
            margin = f"{title if number == 0 else '':<{_MARGIN}} "
            lines += wrap(
                sentence.replace(" %", _PERCENT),
                width,
                initial_indent=margin,
                subsequent_indent=" " * (_MARGIN + 1),
                break_long_words=False,
                break_on_hyphens=False,
            )
    above = [part for line in heading(explanation.audit).splitlines() for part in wrap(line, width)]
    return "\n".join((*above, "", *lines)).replace(_PERCENT, " %") + "\n"
