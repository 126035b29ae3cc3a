"""Activations of Keras: names, functions inside other layers, and layers of their own."""

from typing import Any

from cnnaudit.importers.keras.call import (
    Config,
    KerasCall,
    KerasNode,
    LayerRule,
    Rules,
    Steps,
    is_number,
)
from cnnaudit.ops.activation import FUNCTIONS
from cnnaudit.ops.registry import UNKNOWN_OP

#: Functions that some version of Keras calls otherwise.
_ALIASES = {
    "hard_silu": "hard_swish",
    "exp": "exponential",
    "leakyrelu": "leaky_relu",
    "LeakyReLU": "leaky_relu",
    "ReLU": "relu",
    "ELU": "elu",
    "Softmax": "softmax",
}


def function_step(value: Any, suffix: str = "") -> KerasNode:
    """The node of an activation, given by name or as settings."""
    name, settings = value, Config(None)
    if isinstance(value, dict):
        inner = value.get("config")
        settings = Config(inner)
        name = inner if isinstance(inner, str) else value.get("class_name")
        if isinstance(inner, dict) and value.get("class_name") == "Activation":
            name = settings.get("activation")
    if name is None or name == "linear":
        return KerasNode("identity", {}, suffix)
    name = str(name).rpartition(">")[2]
    if name == "ReLU":
        return _relu(settings, suffix)
    name = _ALIASES.get(name, name)
    if name not in FUNCTIONS or name == "prelu":
        return KerasNode(UNKNOWN_OP.name, {"class": name}, suffix)
    slope = settings.get("negative_slope", "alpha") if name in ("leaky_relu", "elu") else None
    return _named(name, slope, suffix)


def with_activation(step: KerasNode, config: Config) -> Steps:
    """A layer and the activation inside it."""
    activation = function_step(config.get("activation"), "activation")
    return (step,) if activation.op == "identity" else (step, activation)


def _named(function: str, slope: Any = None, suffix: str = "") -> KerasNode:
    alpha = slope if is_number(slope) else None
    return KerasNode("activation", {"function": function, "alpha": alpha}, suffix)


def _relu(config: Config, suffix: str = "") -> KerasNode:
    """A ReLU, a leaky one if it has a slope below zero, or ReLU6."""
    slope = config.get("negative_slope", "alpha", default=0)
    if slope != 0:
        return _named("leaky_relu", slope, suffix)
    return _named("relu6" if config.get("max_value") == 6 else "relu", None, suffix)


def _prelu(call: KerasCall) -> Steps:
    axes = call.config.get("shared_axes")
    values: dict[str, Any] = {"function": "prelu", "slopes": "element"}
    if axes:
        shared = set(call.axes(axes))
        spatial = set(range(len(call.shape) - 1))
        if shared == spatial:
            values["slopes"] = "channel"
        else:
            values = {"function": "prelu", "shared_axes": tuple(sorted(shared))}
    return (KerasNode("activation", values),)


def _slope(function: str) -> LayerRule:
    return LayerRule(lambda call: (_named(function, call.config.get("negative_slope", "alpha")),))


def function_rule(function: str) -> LayerRule:
    """The rule of a layer or bare operation that only applies one function."""
    return LayerRule(lambda _call: (_named(function),))


RULES: Rules = {
    "Activation": LayerRule(lambda call: (function_step(call.config.get("activation")),)),
    "ReLU": LayerRule(lambda call: (_relu(call.config),)),
    "LeakyReLU": _slope("leaky_relu"),
    "ELU": _slope("elu"),
    "PReLU": LayerRule(_prelu),
    "ThresholdedReLU": function_rule("threshold"),
    "Softmax": function_rule("softmax"),
}
