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
    call_input,
)

_MERGES = {"concat": "concat", "sum": "add", "mul": "multiply", "ave": "average"}

#: Attributes with a value per axis, and the neutral value for a further first axis.
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


def _recurrent(op: str, call: KerasCall) -> Steps:
    config = call.config
    if config.get("return_state", default=False):
        raise UnsupportedError("it gives its state away")
    values = {
        "units": config.get("units", "output_dim"),
        "sequences": config.get("return_sequences", default=False),
        "bias": config.get("use_bias", default=True),
    }
    if op == "gru":
        # Versions 1 and 2 had no such setting at first, and then left it off by default.
        values["reset_after"] = config.get("reset_after", default=False)
    return (KerasNode(op, values),)


def bidirectional(translate: Translate, call: KerasCall) -> Steps:
    """The layer inside once in each direction, and the merge of their outputs."""
    mode = call.config.get("merge_mode", default="concat")
    if mode not in _MERGES:
        raise UnsupportedError(f"its merge_mode '{mode}' is not known")
    steps = []
    for suffix, key in (("forward", "layer"), ("backward", "backward_layer")):
        layer = call.config.get(key, "layer")
        name, config = wrapped_layer(layer)
        inner = translate(name, config, call._replace(config=config))
        if len(inner) != 1 or inner[0].op not in ("rnn", "lstm", "gru"):
            raise UnsupportedError(f"a {name} cannot run in both directions")
        steps.append(inner[0]._replace(suffix=suffix, reads=(call_input(0),)))
    return (*steps, KerasNode(_MERGES[mode], {}, "", (0, 1)))


def time_distributed(translate: Translate, call: KerasCall) -> Steps:
    """The layer inside at every step, with the same weights and a further first axis."""
    if len(call.shape) < 2:
        raise InvalidModelError("there are no steps to go through")
    name, config = wrapped_layer(call.config.get("layer"))
    length = call.shape[0]
    inner = call._replace(config=config, shapes=(call.shape[1:],))
    nodes = translate(name, config, inner)
    if not all(step.reads is None for step in nodes):
        raise UnsupportedError(f"a {name} cannot be distributed over time")
    return tuple(part for step in nodes for part in _distributed(step, inner, length))


def _distributed(step: KerasNode, call: KerasCall, length: int) -> Steps:
    values, rank = dict(step.attributes), len(call.shape) - 1
    if step.op == "dense":
        return (step._replace(attributes={**values, "pointwise": True}),)
    if step.op in _BY_ELEMENT and values.get("axis", -1) == -1 and "slopes" not in values:
        return (step,)
    if step.op == "flatten":
        return (KerasNode("reshape", {"shape": (length, -1)}),)
    if step.op == "reshape":
        return (KerasNode("reshape", {"shape": (length, *values["shape"])}),)
    if step.op not in _WINDOWS:
        raise UnsupportedError(f"a {step.op} cannot be distributed over time")
    if values.get("kernel") == "global":
        if values.get("keep_dims"):
            raise UnsupportedError("a global pool that keeps its axes is not known here")
        kernel = (1, *call.shape[:-1])
        pool = KerasNode(step.op, {"kernel": kernel, "stride": kernel}, "pool")
        return (pool, KerasNode("reshape", {"shape": (length, call.shape[-1])}))
    for key, neutral in _PER_AXIS.items():
        value = values.get(key)
        if value is not None and not isinstance(value, str):
            values[key] = (neutral, *(value if isinstance(value, tuple) else (value,) * rank))
    return (step._replace(attributes=values),)


def wrapped_layer(layer: Any) -> tuple[str, Config]:
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
