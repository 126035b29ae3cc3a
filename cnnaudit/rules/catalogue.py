"""Everything that can be remarked on, and explained: rules, remarks on comments, input errors."""

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.rules.input_errors import INPUT_ERRORS
from cnnaudit.rules.remarks import REMARKS
from cnnaudit.rules.rule import Rule
from cnnaudit.rules.table import RULES


def catalogue() -> dict[str, Rule]:
    """All rules by name, in the order of their codes."""
    rules = {**INPUT_ERRORS, **RULES, **REMARKS}
    return dict(sorted(rules.items(), key=lambda item: item[1].code))


def rule_called(word: str) -> Rule:
    """The rule with this code or name; raises ``UsageError`` where there is none."""
    rules = catalogue()
    for rule in rules.values():
        if word.lower() in (rule.code.lower(), rule.name):
            return rule
    known = [*rules, *(rule.code for rule in rules.values())]
    hint = did_you_mean(word, known) or "`cnnaudit rules` lists them"
    raise UsageError(f"there is no rule '{word}' ({hint})")
