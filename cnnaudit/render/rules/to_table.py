"""``rules`` as a table on a terminal."""

from collections.abc import Mapping

from cnnaudit.render import terminal
from cnnaudit.render.formats import Display
from cnnaudit.render.rules.rows import rules_table
from cnnaudit.rules.rule import Rule


def render(rules: Mapping[str, Rule], display: Display) -> str:
    """A row a rule."""
    return terminal.write(rules_table(rules), display.width, display.color)
