"""``zoo`` as a table on a terminal."""

from collections.abc import Mapping

from cnnaudit.calculator import Audit
from cnnaudit.render import terminal
from cnnaudit.render.formats import Display
from cnnaudit.render.zoo.rows import zoo_table


def render(audits: Mapping[str, Audit], display: Display) -> str:
    """A row a network."""
    return terminal.write(zoo_table(audits), display.width, display.color)
