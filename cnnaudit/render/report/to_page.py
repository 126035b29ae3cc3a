"""``report`` as a page: the table for a README, a pull request or a paper."""

from typing import TypeVar

from cnnaudit.calculator import Audit
from cnnaudit.formatting import shape_text
from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import (
    Block,
    Bullets,
    Grid,
    Heading,
    TextBlock,
    grid,
    renderer,
    stripped,
)
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

R = TypeVar("R")

_USUAL = (LAYER, OPERATION, OUTPUT, ACTIVATION, PARAMS, share("params", 0), MACS, share("macs", 0))


def page(report: Report, options: ReportOptions) -> list[Block]:
    """A heading, a table and a footer for each network, with the counts of other tools."""
    tables = network_tables(report.audits, options, (_USUAL,))
    counts = [_counts(counts_table(counts)) for counts in report.counts] or [[]] * len(tables)
    blocks = [
        block
        for audit, table, section in zip(report.audits, tables, counts, strict=True)
        for block in (*_section(audit, table), *section)
    ]
    if report.check_line:
        # A name with a backtick would end the code.
        is_marked = report.check_line.count("`") == 2
        blocks.append(TextBlock([report.check_line], is_marked))
    return blocks


def _section(audit: Audit, table: Table[ReportRow]) -> list[Block]:
    graph = audit.graph
    shapes = ", ".join(shape_text(node.output_shape) for node in graph.inputs)
    totals = Bullets([" ".join(line.split()) for line in table.footer])
    return [Heading(2, graph.name), TextBlock([f"Input {shapes}"]), _grid(table), totals]


def _counts(table: Table[CountRow]) -> list[Block]:
    return [Heading(3, table.title), _grid(table), Bullets(table.footer)]


def _grid(table: Table[R]) -> Grid:
    return grid([stripped(column) for column in table.layouts[0]], table.rows)


render_markdown = renderer(markdown.write, page)
render_latex = renderer(latex.write, page)
