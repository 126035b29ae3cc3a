"""``report -f markdown``: the table for a README or a pull request."""

from cnnaudit.calculator import Audit
from cnnaudit.formatting import shape_text
from cnnaudit.render import markdown
from cnnaudit.render.markdown import bullets, escape, stripped
from cnnaudit.render.report.columns import (
    ACTIVATION,
    LAYER,
    MACS,
    OPERATION,
    OUTPUT,
    PARAMS,
    share,
)
from cnnaudit.render.report.counts import CountRow, counts_table
from cnnaudit.render.report.formats import Report, ReportOptions
from cnnaudit.render.report.rows import ReportRow
from cnnaudit.render.report.views import network_tables
from cnnaudit.render.table import Table

_USUAL = (LAYER, OPERATION, OUTPUT, ACTIVATION, PARAMS, share("params", 0), MACS, share("macs", 0))


def render(report: Report, options: ReportOptions) -> str:
    """A heading, a table and a footer for each network, with the counts of other tools."""
    tables = network_tables(report.audits, options, (_USUAL,))
    texts = [_section(*pair) for pair in zip(report.audits, tables, strict=True)]
    if report.counts:
        sections = [_counts(counts_table(counts)) for counts in report.counts]
        texts = [f"{text}\n{section}" for text, section in zip(texts, sections, strict=True)]
    # A name with a backtick would end the code.
    line = report.check_line if report.check_line.count("`") == 2 else escape(report.check_line)
    closing = [f"{line}\n"] if line else []
    return "\n".join([*texts, *closing])


def _section(audit: Audit, table: Table[ReportRow]) -> str:
    graph = audit.graph
    shapes = ", ".join(shape_text(node.output_shape) for node in graph.inputs)
    grid = markdown.grid([stripped(column) for column in table.layouts[0]], table.rows)
    totals = bullets(" ".join(line.split()) for line in table.footer)
    return f"## {escape(graph.name)}\n\nInput {shapes}\n\n{grid}\n{totals}"


def _counts(table: Table[CountRow]) -> str:
    grid = markdown.grid([stripped(column) for column in table.layouts[0]], table.rows)
    return f"### {table.title}\n\n{grid}\n{bullets(table.footer)}"
