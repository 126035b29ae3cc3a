"""``diff`` as a page: the comparison for a pull request or a paper."""

from typing import NamedTuple

from cnnaudit.comparison.diff import Comparison
from cnnaudit.formatting import count_text
from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import Block, Bullets, Heading, TextBlock, grid, renderer, stripped
from cnnaudit.render.diff.formats import DiffOptions
from cnnaudit.render.diff.rows import (
    MACS,
    MARK,
    OUTPUT,
    PARAMS,
    DiffLine,
    bounds,
    cause_text,
    diff_lines,
    name_text,
    quantity_columns,
    ratio_text,
    reason_text,
    summary_line,
    unknown_lines,
)
from cnnaudit.render.table import Column


class _Total(NamedTuple):
    """A total of both networks as text."""

    title: str
    a: str
    b: str
    ratio: str


_TOTALS = (("Parameters", "params"), ("MACs", "macs"), ("FLOPs", "flops"))
_TOTAL_COLUMNS = (
    Column[_Total]("", lambda total: total.title),
    Column[_Total]("A", lambda total: total.a, right=True),
    Column[_Total]("B", lambda total: total.b, right=True),
    Column[_Total]("Change", lambda total: total.ratio, right=True),
)


def _columns() -> list[Column[DiffLine]]:
    columns = [stripped(MARK), Column("Layer", name_text)]
    for quantity in (OUTPUT, PARAMS, MACS):
        a, b = quantity_columns(quantity)
        columns += [a, b._replace(header=f"{quantity.title} B")]
    return [*columns, Column("Why", reason_text, wraps=True)]


def page(comparison: Comparison, options: DiffOptions) -> list[Block]:
    """The causes that concern the entire network, the totals, and the rows."""
    a, b = comparison.a.graph, comparison.b.graph
    totals = [_total(comparison, title, key) for title, key in _TOTALS]
    blocks: list[Block] = [Heading(2, f"{a.name} → {b.name}")]
    if comparison.network_causes:
        blocks.append(Bullets([cause_text(cause) for cause in comparison.network_causes]))
    blocks.append(grid(_TOTAL_COLUMNS, totals))
    rows = diff_lines(comparison, only_changed=options.only_changed)
    if rows:
        blocks.append(grid(_columns(), rows))
    return [*blocks, TextBlock([summary_line(comparison), *unknown_lines(comparison)])]


def _total(comparison: Comparison, title: str, key: str) -> _Total:
    delta = comparison.totals[key]
    return _Total(title, *bounds(comparison, count_text, delta.a, delta.b), ratio_text(*delta))


render_markdown = renderer(markdown.write, page)
render_latex = renderer(latex.write, page)
