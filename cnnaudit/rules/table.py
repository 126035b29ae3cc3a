"""Every rule, in the order of its code."""

from cnnaudit.rules import (
    changed_padding,
    class_mismatch,
    dead_branch,
    dropout_before_batch_norm,
    dropped_input,
    framework_dependent_shape,
    frozen_everything,
    head_loss_mismatch,
    initialisation_mismatch,
    kernel_exceeds_input,
    lrn_with_batch_norm,
    missing_activation,
    narrow_layer,
    over_budget,
    redundant_bias,
    regression,
    spatial_collapse,
    swapped_orientation,
    unused_layer,
)
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
    narrow_layer,
    initialisation_mismatch,
    over_budget,
    regression,
)

#: The rules that look at a network, by name.
RULES: dict[str, Rule] = {module.NAME: rule_of(module) for module in _MODULES}
