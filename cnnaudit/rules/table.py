"""Every rule, in the order of its code."""

from cnnaudit.rules import (
    dead_branch,
    initialisation_mismatch,
    missing_activation,
    narrow_layer,
    over_budget,
    regression,
    unused_layer,
)
from cnnaudit.rules.rule import Rule, rule_of

_MODULES = (
    unused_layer,
    dead_branch,
    missing_activation,
    narrow_layer,
    initialisation_mismatch,
    over_budget,
    regression,
)

#: The rules that look at a network, by name.
RULES: dict[str, Rule] = {module.NAME: rule_of(module) for module in _MODULES}
