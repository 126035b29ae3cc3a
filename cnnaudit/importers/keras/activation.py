"""Activations of Keras: names, functions inside other layers, and layers of their own."""

from fractions import Fraction
from typing import Any

from cnnaudit.importers.keras.call import Config, KerasCall, KerasNode, LayerRule, Rules, Steps
from cnnaudit.ops.activation import FUNCTIONS
from cnnaudit.ops.registry import UNKNOWN_OP

#: Functions that Keras calls otherwise, in one of its versions.
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
    """The step of an activation by its name, or by the settings that stand for it."""
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


def activated(step: KerasNode, config: Config) -> Steps:
    """A layer, and the activation that it has inside."""
    activation = function_step(config.get("activation"), "activation")
    return (step,) if activation.kind == "identity" else (step, activation)


def _named(function: str, alpha: Any = None, suffix: str = "") -> KerasNode:
    return KerasNode("activation", {"function": function, "alpha": _number(alpha)}, suffix)


def _number(value: Any) -> Any:
    return value if isinstance(value, int | Fraction) and not isinstance(value, bool) else None


def _relu(config: Config, suffix: str = "") -> KerasNode:
    """A ReLU with a slope below zero is a leaky one; one that ends at 6 has a name."""
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


def operation(function: str) -> LayerRule:
    """A layer or bare operation that is nothing but one function."""
    return LayerRule(lambda _call: (_named(function),))


RULES: Rules = {
    "Activation": LayerRule(lambda call: (function_step(call.config.get("activation")),)),
    "ReLU": LayerRule(lambda call: (_relu(call.config),)),
    "LeakyReLU": _slope("leaky_relu"),
    "ELU": _slope("elu"),
    "PReLU": LayerRule(_prelu),
    "ThresholdedReLU": operation("threshold"),
    "Softmax": operation("softmax"),
}
