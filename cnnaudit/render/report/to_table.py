"""``report`` as a table: one row a layer, shares as bars, and the totals."""

from cnnaudit.render import terminal
from cnnaudit.render.report.columns import layouts
from cnnaudit.render.report.counts import counts_table
from cnnaudit.render.report.formats import Report, ReportOptions
from cnnaudit.render.report.views import network_tables


def render(report: Report, options: ReportOptions) -> str:
    """The table of each network, with the counts of other tools below it."""
    width, color = options.width, options.color
    tables = network_tables(report.audits, options, layouts())
    texts = [terminal.write(table, width, color) for table in tables]
    if report.counts:
        sections = [terminal.write(counts_table(c), width, color) for c in report.counts]
        texts = [f"{text}\n{section}" for text, section in zip(texts, sections, strict=True)]
    closing = [f"{report.check_line}\n"] if report.check_line else []
    return "\n".join([*texts, *closing])
