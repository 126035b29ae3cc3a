"""``rules -f json``: the rules, each with its page."""

from collections.abc import Mapping

from cnnaudit.render.formats import Display
from cnnaudit.render.json_text import dumps, envelope
from cnnaudit.render.rule_page import rule_object
from cnnaudit.rules.rule import Rule


def render(rules: Mapping[str, Rule], _display: Display) -> str:
    """All rules in the order given."""
    return dumps({**envelope("rules"), "rules": [rule_object(r) for r in rules.values()]}, 2)
