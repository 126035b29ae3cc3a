"""``zoo`` as a table on a terminal."""

from collections.abc import Mapping

from cnnaudit.calculator import Audit
from cnnaudit.render.grid import Cell, Grid, Title, draw
from cnnaudit.render.zoo_list import TITLES, entries


def render(audits: Mapping[str, Audit], *, width: int | None, color: bool) -> str:
    """A line a network; the source is left out where there is no room for it."""
    found = entries(audits)
    layouts = []
    for columns in (5, 4):
        titles = tuple(
            Title(text, right, wraps=not right and index > 0)
            for index, (text, right) in enumerate(TITLES[:columns])
        )
        rows = [tuple(Cell(cell) for cell in entry[:columns]) for entry in found]
        layouts.append(Grid(titles, rows))
    title = f"{len(found)} networks"
    footer = ["`cnnaudit report zoo:NAME` audits one, `cnnaudit zoo NAME` prints its file."]
    return draw(title, layouts, footer, width, color)
