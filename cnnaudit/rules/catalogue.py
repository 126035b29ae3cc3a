"""The catalogue of rules and input errors, in the order of their codes."""

from cnnaudit.errors import CODES, UsageError, did_you_mean
from cnnaudit.rules import (
    batch_size,
    changed_padding,
    class_mismatch,
    dead_branch,
    dense_dominates,
    dropout_before_batch_norm,
    dropped_input,
    factorizable_kernel,
    framework_dependent_shape,
    framework_refuses,
    frozen_everything,
    head_loss_mismatch,
    initialisation_mismatch,
    kernel_exceeds_input,
    lrn_with_batch_norm,
    misaligned_channels,
    missing_activation,
    momentum_range,
    narrow_layer,
    over_budget,
    oversized_for_data,
    redundant_bias,
    regression,
    representational_bottleneck,
    spatial_collapse,
    suspicious_axes,
    swapped_orientation,
    unproductive_layers,
    unused_layer,
    wrong_claim,
)
from cnnaudit.rules.builtin_docs import CHECK_RULES, INPUT_ERRORS
from cnnaudit.rules.rule import Rule, rule_of

_MODULES = (
    unused_layer,
    dead_branch,
    missing_activation,
    class_mismatch,
    head_loss_mismatch,
    redundant_bias,
    lrn_with_batch_norm,
    dropout_before_batch_norm,
    frozen_everything,
    kernel_exceeds_input,
    dropped_input,
    spatial_collapse,
    framework_dependent_shape,
    swapped_orientation,
    changed_padding,
    framework_refuses,
    suspicious_axes,
    dense_dominates,
    unproductive_layers,
    representational_bottleneck,
    narrow_layer,
    oversized_for_data,
    factorizable_kernel,
    misaligned_channels,
    initialisation_mismatch,
    momentum_range,
    batch_size,
    wrong_claim,
    over_budget,
    regression,
)

#: The rules that check a network, by name.
RULES: dict[str, Rule] = {module.NAME: rule_of(module) for module in _MODULES}

#: The rules that can be selected, ignored and given a level, by name: all but input errors.
SELECTABLE: dict[str, Rule] = {**RULES, **CHECK_RULES}


def is_input_error(word: str) -> bool:
    """Whether a word is the code or name of an input error, which cannot be selected."""
    return word in CODES or word in CODES.values()


def catalogue() -> dict[str, Rule]:
    """All rules and input errors by name, in the order of their codes."""
    rules = {**INPUT_ERRORS, **SELECTABLE}
    return dict(sorted(rules.items(), key=lambda item: item[1].code))


def rule_called(word: str) -> Rule:
    """The rule with this code or name; raises ``UsageError`` if there is none."""
    rules = catalogue()
    for rule in rules.values():
        if word.lower() in (rule.code.lower(), rule.name):
            return rule
    words = [*rules, *(rule.code for rule in rules.values())]
    hint = did_you_mean(word, words) or "`cnnaudit rules` lists them"
    raise UsageError(f"there is no rule '{word}' ({hint})")
