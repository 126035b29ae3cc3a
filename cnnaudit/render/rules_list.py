"""All rules as rows: code, name, level and one line."""

from collections.abc import Mapping
from typing import NamedTuple

from cnnaudit.render.report_markdown import markdown_table
from cnnaudit.render.rule_page import rule_object
from cnnaudit.render.structured import dumps, envelope
from cnnaudit.rules.rule import Rule

#: Titles with their alignment (right or not).
TITLES = (("Code", False), ("Name", False), ("Level", False), ("What it finds", False))


class Entry(NamedTuple):
    """One rule in texts for people."""

    code: str
    name: str
    level: str
    summary: str


def entries(rules: Mapping[str, Rule]) -> list[Entry]:
    """A row for each rule, in the order given."""
    return [
        Entry(rule.code, rule.name, rule.level.value, rule.doc.summary) for rule in rules.values()
    ]


def as_json(rules: Mapping[str, Rule]) -> str:
    """The rules for machines, each with its whole page."""
    return dumps({**envelope("rules"), "rules": [rule_object(r) for r in rules.values()]}, 2)


def as_markdown(rules: Mapping[str, Rule]) -> str:
    """The rules as a table."""
    return markdown_table(TITLES, entries(rules))
