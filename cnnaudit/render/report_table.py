"""``report`` as a table: one line a written layer, shares as bars, and what it comes to."""

from collections.abc import Iterator, Sequence

from cnnaudit.calculator import Audit, Totals
from cnnaudit.render.columns import Column, layouts
from cnnaudit.render.grid import Cell, Grid, Title, draw
from cnnaudit.render.lines import Line, expanded, folded
from cnnaudit.render.summary import summary
from cnnaudit.text import shape_text


def render(
    audits: Sequence[Audit],
    columns: tuple[Column, ...] | None,
    *,
    expand: bool,
    width: int | None,
    color: bool,
) -> str:
    """The tables of one network or several; ``width`` None gives them their natural width."""
    tables = [_table(audit, columns, expand, width, color) for audit in audits]
    return "\n".join(tables)


def _table(
    audit: Audit, columns: tuple[Column, ...] | None, expand: bool, width: int | None, color: bool
) -> str:
    found = expanded(audit) if expand else folded(audit)
    choices = (columns,) if columns else layouts()
    grids = _grids(choices, found, audit.totals)
    return draw(_title(audit), grids, summary(audit), width, color)


def _title(audit: Audit) -> str:
    graph = audit.graph
    shapes = ", ".join(shape_text(node.shape) for node in graph.inputs)
    classes = f", {graph.classes:,} classes" if graph.classes else ""
    return f"{graph.name} ({graph.path})\ninput {shapes}{classes} · {graph.framework}"


def _grids(
    choices: Sequence[tuple[Column, ...]], found: Sequence[Line], totals: Totals
) -> Iterator[Grid]:
    for columns in choices:
        titles = tuple(Title(column.title, column.right) for column in columns)
        rows = [tuple(_cell(column, line, totals) for column in columns) for line in found]
        yield Grid(titles, rows)


def _cell(column: Column, line: Line, totals: Totals) -> Cell:
    style = ""
    if line.heading:
        style = "dim" if column.key != "layer" else "bold"
    elif column.key.endswith("_share"):
        style = "cyan"
    elif column.key == "operation" or (line.rows and line.rows[0].node.auxiliary):
        style = "dim"
    return Cell(column.text(line, totals), style)
