"""``explain CODE`` for a terminal."""

from cnnaudit.render.formats import Display
from cnnaudit.render.rule_page import as_text
from cnnaudit.rules.rule import Rule


def render(rule: Rule, display: Display) -> str:
    """The page of a rule."""
    return as_text(rule, width=display.width)
