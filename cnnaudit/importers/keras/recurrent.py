"""Sequences in Keras: embeddings, recurrent layers, and the wrappers around other layers."""

from collections.abc import Callable
from functools import partial
from typing import Any

from cnnaudit.importers.graph_builder import InvalidModelError, UnsupportedError
from cnnaudit.importers.keras.call import (
    Config,
    KerasCall,
    KerasNode,
    LayerRule,
    Layout,
    Rules,
    Steps,
    given,
)

_MERGES = {"concat": "concat", "sum": "add", "mul": "multiply", "ave": "average"}

#: Per axis, and what one axis more in front is given.
_PER_AXIS: dict[str, Any] = {
    "kernel": 1,
    "stride": 1,
    "dilation": 1,
    "factor": 1,
    "padding": (0, 0),
    "amounts": (0, 0),
}
_WINDOWS = ("conv", "depthwise_conv", "separable_conv", "max_pool", "avg_pool", "pad", "crop")
_BY_ELEMENT = ("activation", "dropout", "identity", "rescale", "batch_norm", "scale")

Translate = Callable[[str, Any, KerasCall], Steps]


def _embedding(call: KerasCall) -> Steps:
    values = {
        "size": call.config.get("output_dim"),
        "vocabulary": call.config.get("input_dim"),
    }
    return (KerasNode("embedding", values),)


def _recurrent(kind: str, call: KerasCall) -> Steps:
    config = call.config
    if config.get("return_state", default=False):
        raise UnsupportedError("it gives its state away")
    values = {
        "units": config.get("units", "output_dim"),
        "sequences": config.get("return_sequences", default=False),
        "bias": config.get("use_bias", default=True),
    }
    if kind == "gru":
        # Versions 1 and 2 knew no such setting at first, and then left it off by default.
        values["reset_after"] = config.get("reset_after", default=False)
    return (KerasNode(kind, values),)


def bidirectional(translate: Translate, call: KerasCall) -> Steps:
    """The layer inside once in each direction, and their outputs together."""
    mode = call.config.get("merge_mode", default="concat")
    if mode not in _MERGES:
        raise UnsupportedError(f"its merge_mode '{mode}' is not known")
    steps = []
    for suffix, key in (("forward", "layer"), ("backward", "backward_layer")):
        layer = call.config.get(key, "layer")
        name, config = wrapped(layer)
        inner = translate(name, config, call._replace(config=config))
        if len(inner) != 1 or inner[0].kind not in ("rnn", "lstm", "gru"):
            raise UnsupportedError(f"a {name} cannot run in both directions")
        steps.append(inner[0]._replace(suffix=suffix, reads=(given(0),)))
    return (*steps, KerasNode(_MERGES[mode], {}, "", (0, 1)))


def distributed(translate: Translate, call: KerasCall) -> Steps:
    """The layer inside at every step: the same weights, with one axis more in front."""
    if len(call.shape) < 2:
        raise InvalidModelError("there are no steps to go through")
    name, config = wrapped(call.config.get("layer"))
    steps = call.shape[0]
    inner = call._replace(config=config, shapes=(call.shape[1:],))
    found = translate(name, config, inner)
    if not all(step.reads is None for step in found):
        raise UnsupportedError(f"a {name} cannot be distributed over time")
    return tuple(part for step in found for part in _distributed(step, inner, steps))


def _distributed(step: KerasNode, call: KerasCall, steps: int) -> Steps:
    values, axes = dict(step.values), len(call.shape) - 1
    if step.kind == "dense":
        return (step._replace(values={**values, "pointwise": True}),)
    if step.kind in _BY_ELEMENT and values.get("axis", -1) == -1 and "slopes" not in values:
        return (step,)
    if step.kind == "flatten":
        return (KerasNode("reshape", {"shape": (steps, -1)}),)
    if step.kind == "reshape":
        return (KerasNode("reshape", {"shape": (steps, *values["shape"])}),)
    if step.kind not in _WINDOWS:
        raise UnsupportedError(f"a {step.kind} cannot be distributed over time")
    if values.get("kernel") == "global":
        if values.get("keep_dims"):
            raise UnsupportedError("a global pool that keeps its axes is not known here")
        kernel = (1, *call.shape[:-1])
        pool = KerasNode(step.kind, {"kernel": kernel, "stride": kernel}, "pool")
        return (pool, KerasNode("reshape", {"shape": (steps, call.shape[-1])}))
    for key, neutral in _PER_AXIS.items():
        value = values.get(key)
        if value is not None and not isinstance(value, str):
            values[key] = (neutral, *(value if isinstance(value, tuple) else (value,) * axes))
    return (step._replace(values=values),)


def wrapped(layer: Any) -> tuple[str, Config]:
    """The class and the settings of a layer inside another."""
    if not isinstance(layer, dict) or not isinstance(layer.get("class_name"), str):
        raise InvalidModelError("the layer that it wraps is missing")
    if "layers" in (layer.get("config") or {}):
        raise UnsupportedError("it wraps a whole model")
    return layer["class_name"], Config(layer.get("config"))


RULES: Rules = {
    "Embedding": LayerRule(_embedding, Layout.LAST),
    "SimpleRNN": LayerRule(partial(_recurrent, "rnn"), Layout.LAST),
    **{name: LayerRule(partial(_recurrent, "lstm"), Layout.LAST) for name in ("LSTM", "CuDNNLSTM")},
    "GRU": LayerRule(partial(_recurrent, "gru"), Layout.LAST),
}
