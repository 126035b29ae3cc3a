"""``report -f csv``: a line a layer, exact numbers, no thousands separators."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from cnnaudit.calculator import Audit
from cnnaudit.render.report.columns import COLUMNS, ReportColumn, select
from cnnaudit.render.report.formats import Report, ReportOptions
from cnnaudit.render.report.rows import node_rows, unfolded_rows
from cnnaudit.render.report.views import analyse

if TYPE_CHECKING:  # the tables of all tools are loaded with --count only
    from cnnaudit.counting.count import Count

_COUNTS = ("network", "preset", "version", "unit", "total", "what", "each", "count", "addend")
_USUAL = tuple(
    column
    for column in COLUMNS.values()
    if not column.key.endswith("_share") and column.key != "attributes"
)
#: Characters with which a formula of a spreadsheet starts.
_FORMULA = ("=", "+", "-", "@")


def render(report: Report, options: ReportOptions) -> str:
    """The layers of each network, every repetition written out, without headings.

    With ``--count``, the addends of the counts instead.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    if report.counts:
        writer.writerow(_COUNTS)
        for audit, counts in zip(report.audits, report.counts, strict=True):
            writer.writerows(_count_rows(harmless(audit.graph.name), counts))
        return stream.getvalue()
    more = analyse(report.audits, options).columns
    columns = select(options.columns, more) if options.columns else (*_USUAL, *more.values())
    writer.writerow(["network", *(column.key for column in columns)])
    for audit in report.audits:
        writer.writerows(_layers(audit, columns, expand=options.expand))
    return stream.getvalue()


def _layers(audit: Audit, columns: Sequence[ReportColumn], *, expand: bool) -> list[list[object]]:
    rows = node_rows(audit) if expand else unfolded_rows(audit)
    return [
        [harmless(cell) for cell in (audit.graph.name, *(column.value(row) for column in columns))]
        for row in rows
        if not row.heading
    ]


def harmless(cell: object) -> object:
    """The cell; a text that a spreadsheet would evaluate gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _count_rows(network: object, counts: "Sequence[Count]") -> Iterator[tuple[object, ...]]:
    """A row per addend: ``addend`` = ``each`` × ``count``, and they add up to ``total``.

    A preset that counts nothing has one row without an addend.
    """
    for count in counts:
        preset = count.preset
        start = (network, preset.name, preset.version, preset.unit, count.total)
        for addend in count.addends:
            yield (*start, addend.label, addend.factor, addend.number, addend.total)
        if not count.addends:
            yield (*start, "", "", "", "")
