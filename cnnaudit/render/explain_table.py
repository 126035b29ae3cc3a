"""``explain`` for a terminal: formulas in two columns, a story in paragraphs."""

from collections.abc import Sequence
from textwrap import wrap

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
from cnnaudit.render.grid import Cell, Grid, Title, draw

#: Columns of a story that is not read on a terminal.
_WIDTH = 100
_MARGIN = 12
#: A share that no line break parts from its sign.
_PERCENT = "\u00a0%"


def render_layers(
    layers: Sequence[LayerAccount],
    width: int | None,
    findings: Sequence[Diagnostic] = (),
    *,
    color: bool,
) -> str:
    """Every operation of the layers, one table each, then the findings in the layer."""
    parts = []
    for layer in layers:
        parts += [_account(node, width, color) for node in layer.nodes]
        of_layer = [finding for finding in findings if finding.layer == layer.name]
        if of_layer:
            parts.append("".join(_finding(finding, width) for finding in of_layer))
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


def _account(account: NodeAccount, width: int | None, color: bool) -> str:
    lines = formula_lines(account.formulas)
    if not lines:
        return "\n".join((account_heading(account), *account.notes)) + "\n"
    columns = [(Cell(line.title, "dim"), Cell(line.text)) for line in lines]
    # Where room is short, what is worked out stands before its formula, and nothing is cut.
    stacked = [(Cell(f"{line.title}: {line.text}"),) for line in lines]
    grids = (
        Grid((Title("", False), Title("Formula", False)), columns),
        Grid((Title("Formula", False, wraps=True),), stacked),
    )
    return draw(account_heading(account), grids, account.notes, width, color).rstrip("\n") + "\n"


def render_story(
    audit: Audit, told: Story, width: int | None, findings: Sequence[Diagnostic] = ()
) -> str:
    """The story, paragraphs behind their headings."""
    lines = []
    for title, sentences in paragraphs(told, findings):
        for number, sentence in enumerate(filter(None, sentences)):
            margin = f"{title if number == 0 else '':<{_MARGIN}} "
            lines += wrap(
                sentence.replace(" %", _PERCENT),
                width or _WIDTH,
                initial_indent=margin,
                subsequent_indent=" " * (_MARGIN + 1),
                break_long_words=False,
                break_on_hyphens=False,
            )
    above = [part for line in heading(audit).splitlines() for part in wrap(line, width or _WIDTH)]
    return "\n".join((*above, "", *lines)).replace(_PERCENT, " %") + "\n"
