"""Tables on a terminal, drawn by rich: the first layout that fits the width, nothing cut.

Columns without room are named below the table, with the width at which there is room for all.
"""

from collections.abc import Sequence
from io import StringIO
from typing import Any, Literal, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from cnnaudit.render.table import Column, Table, missing_names

_GAP = 2
#: The least width of a column that wraps.
_WRAPPED = 24


class _Cell(NamedTuple):
    """A text and the style it is drawn in."""

    text: str
    style: str = ""


class _Grid(NamedTuple):
    """The columns of one layout, and its cells."""

    columns: Sequence[Column[Any]]
    rows: Sequence[Sequence[_Cell]]

    def widths(self) -> list[int]:
        """Character cells that each column needs."""
        widths = [cell_len(column.header) for column in self.columns]
        for row in self.rows:
            for index, cell in enumerate(row):
                widths[index] = max(widths[index], cell_len(cell.text))
        return widths

    def width(self, wrapped: int | None = None) -> int:
        """Character cells that the grid needs; columns that wrap need no more than ``wrapped``."""
        widths = self.widths()
        if wrapped is not None:
            widths = [
                min(width, wrapped) if column.wraps else width
                for width, column in zip(widths, self.columns, strict=True)
            ]
        return sum(widths) + _GAP * (len(widths) - 1)


def write(table: Table[Any], width: int | None, color: bool) -> str:
    """The table in the first layout that fits ``width`` (None: the first layout)."""
    grid, note = _fitting_grid(table, width)
    texts = (*table.title.splitlines(), *table.footer)
    natural = max(grid.width(), *(cell_len(line) for line in texts), 1)
    stream = StringIO()
    console = Console(
        file=stream,
        width=width or natural,
        height=len(grid.rows) + 100,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        legacy_windows=False,
    )
    console.print(Text(table.title, style="bold"), soft_wrap=width is None)
    if width is None or grid.width() <= width:
        console.print(_lines(grid), soft_wrap=True)
    else:
        console.print(_rich_table(grid))
    if note:
        console.print(Text(note, style="dim"))
    console.print()
    for line in table.footer:
        console.print(Text(line), soft_wrap=width is None)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _fitting_grid(table: Table[Any], width: int | None) -> tuple[_Grid, str]:
    """The first layout that fits the width, else the last; and a note on columns without room."""
    richest = table.layouts[0]
    if width is None:
        return _grid(richest, table.rows), ""
    full_widths: list[int] = []
    for columns in table.layouts:
        grid = _grid(columns, table.rows)
        needed = grid.width(_WRAPPED)
        missing = missing_names(richest, columns)
        if needed <= width:
            break
        if not missing:
            full_widths.append(needed)
    if not missing:
        return grid, ""
    return grid, f"not shown: {', '.join(missing)}; `--width {min(full_widths)}`"


def _grid(columns: Sequence[Column[Any]], rows: Sequence[Any]) -> _Grid:
    cells = [
        tuple(_Cell(column.text(row), column.style(row)) for column in columns) for row in rows
    ]
    return _Grid(columns, cells)


def _lines(grid: _Grid) -> Text:
    """A grid that fits, as one text: far faster than a rich table."""
    widths = grid.widths()
    rights = [column.right for column in grid.columns]
    text = Text()

    def append(cells: Sequence[_Cell]) -> None:
        for index, (cell, width, right) in enumerate(zip(cells, widths, rights, strict=True)):
            blank = " " * (width - cell_len(cell.text))
            gap = " " * _GAP if index else ""
            text.append(f"{gap}{blank if right else ''}")
            text.append(cell.text, cell.style or None)
            text.append("" if right else blank)
        text.append("\n")

    append([_Cell(column.header, "bold") for column in grid.columns])
    text.append("─" * (sum(widths) + _GAP * (len(widths) - 1)) + "\n")
    for row in grid.rows:
        append(row)
    text.right_crop(1)
    return text


def _rich_table(grid: _Grid) -> RichTable:
    """A grid whose wrapping columns must be squeezed."""
    table = RichTable(box=SIMPLE_HEAD, pad_edge=False, padding=(0, _GAP - 1, 0, 0), show_edge=False)
    for column in grid.columns:
        justify: Literal["right", "left"] = "right" if column.right else "left"
        header = Text(column.header, justify=justify)
        table.add_column(header, justify=justify, no_wrap=not column.wraps)
    for row in grid.rows:
        table.add_row(*(Text(cell.text, style=cell.style) for cell in row))
    return table
