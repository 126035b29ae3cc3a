"""``explain CODE`` as Markdown."""

from cnnaudit.render.formats import Display
from cnnaudit.render.rule_page import as_markdown
from cnnaudit.rules.rule import Rule


def render(rule: Rule, _display: Display) -> str:
    """The page of a rule."""
    return as_markdown(rule)
