"""Grids on a terminal, drawn by rich: the first layout that fits the width, nothing cut."""

from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Literal, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_GAP = 2
#: What a column that wraps can be squeezed to.
_WRAPPED = 24


class Cell(NamedTuple):
    """A text and the style it is drawn in."""

    text: str
    style: str = ""


class Title(NamedTuple):
    """The head of a column; one that ``wraps`` may take several lines where room is short."""

    text: str
    right: bool
    wraps: bool = False


class Grid(NamedTuple):
    """Heads of columns, and rows of cells."""

    titles: tuple[Title, ...]
    rows: Sequence[tuple[Cell, ...]]

    def widths(self) -> list[int]:
        """Character cells that each column needs."""
        widths = [cell_len(title.text) for title in self.titles]
        for row in self.rows:
            for index, cell in enumerate(row):
                widths[index] = max(widths[index], cell_len(cell.text))
        return widths

    def width(self, wrapped: int | None = None) -> int:
        """Character cells that the grid needs; columns that wrap need no more than ``wrapped``."""
        widths = self.widths()
        if wrapped is not None:
            widths = [
                min(width, wrapped) if title.wraps else width
                for width, title in zip(widths, self.titles, strict=True)
            ]
        return sum(widths) + _GAP * (len(widths) - 1)


def _lines(grid: Grid) -> Text:
    """A grid that fits, as one text: rich lays out a table's every cell, which takes its time."""
    widths = grid.widths()
    rights = [title.right for title in grid.titles]
    text = Text()

    def append(cells: Sequence[Cell]) -> None:
        for index, (cell, width, right) in enumerate(zip(cells, widths, rights, strict=True)):
            blank = " " * (width - cell_len(cell.text))
            gap = " " * _GAP if index else ""
            text.append(f"{gap}{blank if right else ''}")
            text.append(cell.text, cell.style or None)
            text.append("" if right else blank)
        text.append("\n")

    append([Cell(title.text, "bold") for title in grid.titles])
    text.append("─" * (sum(widths) + _GAP * (len(widths) - 1)) + "\n")
    for row in grid.rows:
        append(row)
    text.right_crop(1)
    return text


def _table(grid: Grid) -> Table:
    """A grid whose wrapping columns must be squeezed."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, _GAP - 1, 0, 0), show_edge=False)
    for name, right, wraps in grid.titles:
        justify: Literal["right", "left"] = "right" if right else "left"
        table.add_column(Text(name, justify=justify), justify=justify, no_wrap=not wraps)
    for row in grid.rows:
        table.add_row(*(Text(cell.text, style=cell.style) for cell in row))
    return table


def draw(
    title: str, layouts: Iterable[Grid], footer: Sequence[str], width: int | None, color: bool
) -> str:
    """The first of ``layouts`` that fits ``width`` (None: the first), between title and footer."""
    grid = None
    for grid in layouts:
        if width is None or grid.width(_WRAPPED) <= width:
            break
    assert grid is not None
    natural = max(grid.width(), *(cell_len(line) for line in (*title.splitlines(), *footer)), 1)
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
    console.print(Text(title, style="bold"), soft_wrap=width is None)
    if width is None or grid.width() <= width:
        console.print(_lines(grid), soft_wrap=True)
    else:
        console.print(_table(grid))
    console.print()
    for line in footer:
        console.print(Text(line), soft_wrap=width is None)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"
