"""Every rule, in the order of its code."""

from cnnaudit.rules import (
    batch_size,
    dense_dominates,
    factorizable_kernel,
    initialisation_mismatch,
    misaligned_channels,
    momentum_range,
    narrow_layer,
    over_budget,
    oversized_for_data,
    regression,
    representational_bottleneck,
    unproductive_layers,
    wrong_claim,
)
from cnnaudit.rules.rule import Rule, rule_of

_MODULES = (
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

#: The rules that look at a network, by name.
RULES: dict[str, Rule] = {module.NAME: rule_of(module) for module in _MODULES}
