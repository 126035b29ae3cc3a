"""``report`` as a table: one line a written layer, shares as bars, and what it comes to."""

from collections.abc import Iterator, Sequence

from cnnaudit.calculator import Audit, Totals
from cnnaudit.formatting import shape_text
from cnnaudit.render.columns import Column, layouts, lines, narrower
from cnnaudit.render.grid import Cell, Grid, Title, draw
from cnnaudit.render.lines import Line
from cnnaudit.render.summary import summary


def render(
    audits: Sequence[Audit],
    columns: tuple[Column, ...] | None,
    *,
    expand: bool,
    width: int | None,
    color: bool,
    footers: Sequence[Sequence[str]] | None = None,
    narrows: bool = False,
) -> str:
    """The tables of one network or several; ``width`` None gives them their natural width.

    ``footers`` are the lines below each table, the totals where none are given.
    ``narrows``: columns may be left out where room is short, from the operation and the last on.
    """
    below = footers or [summary(audit) for audit in audits]
    tables = [
        draw(_title(audit), _layouts(audit, columns, expand, narrows), footer, width, color)
        for audit, footer in zip(audits, below, strict=True)
    ]
    return "\n".join(tables)


def _layouts(
    audit: Audit, columns: tuple[Column, ...] | None, expand: bool, narrows: bool
) -> Iterator[Grid]:
    choices = narrower(columns) if columns and narrows else (columns,) if columns else layouts()
    return _grids(choices, lines(audit, columns or (), expand=expand), audit.totals)


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
