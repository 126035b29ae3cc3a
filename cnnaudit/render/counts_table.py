"""``--count`` on a terminal: the presets side by side below the layers."""

from collections.abc import Iterator, Sequence

from cnnaudit.counting.count import Count
from cnnaudit.render.counts import HEADING, TITLES, lines, remarks
from cnnaudit.render.grid import Cell, Grid, Title, draw

#: The columns that are shown, from all of them to those that a narrow terminal has room for.
_LAYOUTS = ((0, 1, 2, 3, 4), (0, 1, 2, 4), (0, 1, 2))


def section(counts: Sequence[Count], *, width: int | None, color: bool) -> str:
    """What follows a network's table: its counts, each with what it adds up."""
    return draw(HEADING, _grids(counts), remarks(counts), width, color)


def _grids(counts: Sequence[Count]) -> Iterator[Grid]:
    rows = [tuple(_cell(line, i) for i in range(len(TITLES))) for line in lines(counts)]
    titles = tuple(Title(text, right, wraps=text == "Of what") for text, right in TITLES)
    for kept in _LAYOUTS:
        yield Grid(tuple(titles[i] for i in kept), [tuple(row[i] for i in kept) for row in rows])


def _cell(line: tuple[str, ...], index: int) -> Cell:
    if line[0]:
        return Cell(line[index], "dim" if index == 4 else "bold")
    return Cell(line[index])
