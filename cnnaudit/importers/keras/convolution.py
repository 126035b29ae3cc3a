"""Convolutions, dense and pooling layers of Keras; the old names are those of version 1."""

from functools import partial
from typing import Any

from cnnaudit.importers.graph_builder import InvalidModelError, UnsupportedError
from cnnaudit.importers.keras.activation import with_activation
from cnnaudit.importers.keras.call import (
    Config,
    KerasCall,
    KerasNode,
    LayerRule,
    Layout,
    Rules,
    Steps,
)

_OLD_KERNELS = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
#: The settings for further arguments of convolutions, the newest name first, and the default.
_SETTINGS: dict[str, tuple[tuple[str, ...], Any]] = {
    "filters": (("filters", "nb_filter"), None),
    "groups": (("groups",), 1),
    "multiplier": (("depth_multiplier",), 1),
    "output_padding": (("output_padding",), None),
}


def _kernel(config: Config) -> Any:
    kernel = config.get("kernel_size", "filter_length")
    for names in _OLD_KERNELS:
        if kernel is None and config.has(names[0]):
            kernel = tuple(config.get(name) for name in names)
    if kernel is None:
        raise InvalidModelError("it has no kernel_size")
    return kernel


def padding(config: Config) -> Any:
    """``valid``, ``same`` or ``causal``; ``_window`` turns the last into amounts."""
    word = config.get("padding", "border_mode", default="valid")
    if word not in ("valid", "same", "causal"):
        raise UnsupportedError(f"its padding '{word}' is not known")
    return word


def _window(call: KerasCall) -> dict[str, Any]:
    config = call.config
    values = {
        "kernel": _kernel(config),
        "stride": config.get("strides", "subsample", "subsample_length", default=1),
        "padding": padding(config),
        "dilation": config.get("dilation_rate", "atrous_rate", default=1),
        "bias": config.get("use_bias", "bias", default=True),
    }
    if values["padding"] == "causal":
        values["padding"] = _causal(values["kernel"], values["dilation"])
    return values


def _causal(kernel: Any, dilation: Any) -> Any:
    """Padding before the first position only: the window never reads later positions."""
    sizes = [
        value[0] if isinstance(value, tuple) and value else value for value in (kernel, dilation)
    ]
    if not all(isinstance(size, int) and size > 0 for size in sizes):
        raise InvalidModelError("a causal padding needs a whole kernel and dilation")
    return ((sizes[1] * (sizes[0] - 1), 0),)


def _convolution(op: str, names: tuple[str, ...], call: KerasCall) -> Steps:
    """A convolution with the arguments of its window and those called ``names``."""
    arguments = {}
    for name in names:
        settings, default = _SETTINGS[name]
        arguments[name] = call.config.get(*settings, default=default)
    return with_activation(KerasNode(op, {**_window(call), **arguments}), call.config)


def _convolution_rule(op: str, *names: str) -> LayerRule:
    return LayerRule(partial(_convolution, op, names), Layout.FORMAT)


def _dense(call: KerasCall) -> Steps:
    values = {
        "units": call.config.get("units", "output_dim"),
        "bias": call.config.get("use_bias", "bias", default=True),
        "pointwise": len(call.shape) > 1,
    }
    return with_activation(KerasNode("dense", values), call.config)


def _pool(op: str, call: KerasCall) -> Steps:
    config = call.config
    word = padding(config)
    if word == "causal":
        raise UnsupportedError("a pool has no causal padding")
    values = {
        "kernel": config.get("pool_size", "pool_length", default=2),
        "stride": config.get("strides", "stride"),
        "padding": word,
    }
    return (KerasNode(op, values),)


def _global(op: str, call: KerasCall) -> Steps:
    keep_dims = call.config.get("keepdims", "keep_dims", default=False)
    return (KerasNode(op, {"kernel": "global", "keep_dims": keep_dims}),)


def _adaptive(mode: str, call: KerasCall) -> Steps:
    return (KerasNode("adaptive_pool", {"size": call.config.get("output_size"), "mode": mode}),)


def _pools(n: int) -> Rules:
    rules = {}
    for word, op, mode in (("Max", "max_pool", "max"), ("Average", "avg_pool", "avg")):
        rules[f"{word}Pooling{n}D"] = LayerRule(partial(_pool, op), Layout.FORMAT)
        rules[f"Global{word}Pooling{n}D"] = LayerRule(partial(_global, op), Layout.FORMAT)
        rules[f"Adaptive{word}Pooling{n}D"] = LayerRule(partial(_adaptive, mode), Layout.FORMAT)
    return rules


_CONV = _convolution_rule("conv", "filters", "groups")
_DEPTHWISE = _convolution_rule("depthwise_conv", "multiplier")
_SEPARABLE = _convolution_rule("separable_conv", "filters", "multiplier")
_TRANSPOSE = _convolution_rule("conv_transpose", "filters", "output_padding")

RULES: Rules = {
    **{f"{word}{n}D": _CONV for word in ("Conv", "Convolution") for n in (1, 2, 3)},
    **{f"AtrousConvolution{n}D": _CONV for n in (1, 2)},
    **{f"DepthwiseConv{n}D": _DEPTHWISE for n in (1, 2)},
    **{f"Separable{word}{n}D": _SEPARABLE for word in ("Conv", "Convolution") for n in (1, 2)},
    **{f"{word}{n}DTranspose": _TRANSPOSE for word in ("Conv", "Convolution") for n in (1, 2, 3)},
    "Deconvolution2D": _TRANSPOSE,
    "Dense": LayerRule(_dense, Layout.LAST),
    **_pools(1),
    **_pools(2),
    **_pools(3),
}
