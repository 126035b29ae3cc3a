"""Layers of Keras that move values: their order, place and number change."""

from functools import partial
from typing import Any

from cnnaudit.importers.keras.call import (
    Call,
    Layout,
    MistakeError,
    Rule,
    Rules,
    Step,
    Steps,
    UnsupportedError,
)

_MODES = {"nearest": "nearest", "bilinear": "linear", "linear": "linear", "bicubic": "cubic"}


def reshaped(shape: Any, turned: bool) -> Step:
    """A reshape to sizes as Keras writes them; ``turned`` where its channels are in front."""
    if not isinstance(shape, tuple) or not shape:
        raise UnsupportedError(f"its target shape is {shape}")
    turned = turned and len(shape) > 1
    sizes = (*shape[1:], shape[0]) if turned else shape
    return Step("reshape", {"shape": sizes}, first=turned)


def _reshape(call: Call) -> Steps:
    return (reshaped(call.config.get("target_shape"), call.turned),)


def _permute(call: Call) -> Steps:
    dims = call.config.get("dims")
    if not isinstance(dims, tuple) or not all(isinstance(dim, int) for dim in dims):
        raise MistakeError("it has no dims")
    return (Step("permute", {"order": tuple(dim - 1 for dim in dims)}),)


def _repeat(call: Call) -> Steps:
    """A vector becomes a sequence of one, and that a longer one."""
    times = call.config.get("n")
    return (
        Step("reshape", {"shape": (1, *call.shape)}, "reshape"),
        Step("upsample", {"factor": times}),
    )


def _amounts(kind: str, name: str, call: Call) -> Steps:
    amounts = call.config.get(name, default=1)
    if len(call.shape) == 2 and isinstance(amounts, tuple) and len(amounts) == 2:
        amounts = (amounts,)
    return (Step(kind, {"amounts": amounts}),)


def _mode(call: Call) -> str:
    mode = call.config.get("interpolation", default="nearest")
    if mode not in _MODES:
        raise UnsupportedError(f"its interpolation '{mode}' is not known")
    return _MODES[mode]


def _upsample(call: Call) -> Steps:
    factor = call.config.get("size", "length", default=2)
    return (Step("upsample", {"factor": factor, "mode": _mode(call)}),)


def _resize(call: Call) -> Steps:
    size = (call.config.get("height"), call.config.get("width"))
    return (Step("resize", {"size": size, "mode": _mode(call)}),)


_PAD = Rule(partial(_amounts, "pad", "padding"), Layout.FORMAT)
_CROP = Rule(partial(_amounts, "crop", "cropping"), Layout.FORMAT)
_UPSAMPLE = Rule(_upsample, Layout.FORMAT)

RULES: Rules = {
    "Flatten": Rule(lambda _call: (Step("flatten"),)),
    "Reshape": Rule(_reshape),
    "Permute": Rule(_permute, Layout.LAST),
    "RepeatVector": Rule(_repeat),
    "Resizing": Rule(_resize, Layout.FORMAT),
    **{f"ZeroPadding{n}D": _PAD for n in (1, 2, 3)},
    **{f"Cropping{n}D": _CROP for n in (1, 2, 3)},
    **{f"UpSampling{n}D": _UPSAMPLE for n in (1, 2, 3)},
}
