"""``rules -f markdown``: the rules as a table."""

from collections.abc import Mapping

from cnnaudit.render.formats import Display
from cnnaudit.render.markdown import grid
from cnnaudit.render.rules.rows import rules_table
from cnnaudit.rules.rule import Rule


def render(rules: Mapping[str, Rule], _display: Display) -> str:
    """A row a rule."""
    table = rules_table(rules)
    return grid(table.layouts[0], table.rows)
