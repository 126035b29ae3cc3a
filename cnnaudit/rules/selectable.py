"""Everything that a check can remark on: the rules, its own remarks, and input errors."""

from functools import cache
from typing import NamedTuple

from cnnaudit.errors import CODES
from cnnaudit.rules.remarks import REMARKS
from cnnaudit.rules.rule import Level, Rule
from cnnaudit.rules.table import RULES


class Entry(NamedTuple):
    """What the settings need to know of a rule."""

    code: str
    name: str
    level: Level


@cache
def selectable() -> tuple[Entry, ...]:
    """What can be selected, ignored and given a level: input errors cannot."""
    return tuple(_entry(rule) for rule in (*RULES.values(), *REMARKS.values()))


@cache
def entries() -> dict[str, Entry]:
    """The same by name."""
    return {entry.name: entry for entry in selectable()}


def is_input_error(word: str) -> bool:
    """Whether a code or name is of what a file is refused for: that cannot be chosen."""
    return word in CODES or word in CODES.values()


def _entry(rule: Rule) -> Entry:
    return Entry(rule.code, rule.name, rule.level)
