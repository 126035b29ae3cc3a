"""``zoo`` as a table on a terminal."""

from collections.abc import Mapping

from cnnaudit.calculator import Audit
from cnnaudit.render.grid import Cell, Grid, Title, draw
from cnnaudit.render.zoo_list import TITLES, entries


def render(audits: Mapping[str, Audit], *, width: int | None, color: bool) -> str:
    """A line a network; what has no room is left out, the source first."""
    found = entries(audits)
    layouts = []
    for columns in (7, 6, 5, 4):
        titles = tuple(
            Title(text, right, wraps=text in ("Variants", "Source"))
            for text, right in TITLES[:columns]
        )
        rows = [tuple(Cell(cell) for cell in entry[:columns]) for entry in found]
        layouts.append(Grid(titles, rows))
    title = f"{len(found)} networks"
    footer = ["`cnnaudit report zoo:NAME` audits one, `cnnaudit zoo NAME` prints its file."]
    return draw(title, layouts, footer, width, color)
