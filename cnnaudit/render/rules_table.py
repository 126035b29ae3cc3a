"""``rules`` as a table on a terminal."""

from collections.abc import Mapping

from cnnaudit.render.grid import Cell, Grid, Title, draw
from cnnaudit.render.rules_list import TITLES, entries
from cnnaudit.rules.rule import Rule

_FOOTER = (
    "`cnnaudit explain CODE` says why it matters, what to write instead and how to allow it.",
)


def render(rules: Mapping[str, Rule], *, width: int | None, color: bool) -> str:
    """A line a rule; what it finds, and then its level, where there is room."""
    found = entries(rules)
    layouts = []
    for columns in (4, 3, 2):
        titles = tuple(
            Title(text, right, wraps=text == TITLES[-1][0]) for text, right in TITLES[:columns]
        )
        layouts.append(Grid(titles, [tuple(map(Cell, entry[:columns])) for entry in found]))
    return draw(f"{len(found)} rules", layouts, _FOOTER, width, color)
