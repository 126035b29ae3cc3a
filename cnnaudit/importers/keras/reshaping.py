"""Layers of Keras that move values, and those that merge several tensors."""

from functools import partial
from typing import Any

from cnnaudit.importers.graph_builder import InvalidModelError, UnsupportedError
from cnnaudit.importers.keras.call import (
    KerasCall,
    KerasNode,
    LayerRule,
    Layout,
    Rules,
    Steps,
    call_input,
)
from cnnaudit.ops.op import Shapes

_INTERPOLATIONS = {
    "nearest": "nearest",
    "bilinear": "linear",
    "linear": "linear",
    "bicubic": "cubic",
}
#: The ``mode`` of version 1's Merge.
_MERGE_MODES = {"sum": "add", "mul": "multiply", "ave": "average", "max": "maximum"}


def reshape_node(shape: Any, channels_first: bool) -> KerasNode:
    """A reshape to sizes as Keras writes them, with the channels first if so."""
    if not isinstance(shape, tuple) or not shape:
        raise UnsupportedError(f"its target shape is {shape}")
    channels_first = channels_first and len(shape) > 1
    sizes = (*shape[1:], shape[0]) if channels_first else shape
    return KerasNode("reshape", {"shape": sizes}, channels_first=channels_first)


def _reshape(call: KerasCall) -> Steps:
    return (reshape_node(call.config.get("target_shape"), call.config_channels_first),)


def _permute(call: KerasCall) -> Steps:
    dims = call.config.get("dims")
    if not isinstance(dims, tuple) or not all(isinstance(dim, int) for dim in dims):
        raise InvalidModelError("it has no dims")
    return (KerasNode("permute", {"order": tuple(dim - 1 for dim in dims)}),)


def _repeat(call: KerasCall) -> Steps:
    """A sequence of length 1, repeated."""
    times = call.config.get("n")
    return (
        KerasNode("reshape", {"shape": (1, *call.shape)}, "reshape"),
        KerasNode("upsample", {"factor": times}),
    )


def _amounts(op: str, name: str, call: KerasCall) -> Steps:
    amounts = call.config.get(name, default=1)
    if len(call.shape) == 2 and isinstance(amounts, tuple) and len(amounts) == 2:
        amounts = (amounts,)
    return (KerasNode(op, {"amounts": amounts}),)


def _mode(call: KerasCall) -> str:
    mode = call.config.get("interpolation", default="nearest")
    if mode not in _INTERPOLATIONS:
        raise UnsupportedError(f"its interpolation '{mode}' is not known")
    return _INTERPOLATIONS[mode]


def _upsample(call: KerasCall) -> Steps:
    factor = call.config.get("size", "length", default=2)
    return (KerasNode("upsample", {"factor": factor, "mode": _mode(call)}),)


def _resize(call: KerasCall) -> Steps:
    size = (call.config.get("height"), call.config.get("width"))
    return (KerasNode("resize", {"size": size, "mode": _mode(call)}),)


# Layers that read several tensors ----------------------------------------------------------------


def merge_attributes(op: str, shapes: Shapes) -> dict[str, Any]:
    """The attributes of an elementwise merge: Keras broadcasts without being asked."""
    ranks = {len(shape) for shape in shapes}
    is_same = len(set(shapes)) == 1 or (op != "add" and len(ranks) == 1)
    return {"broadcast": not is_same}


def _merge(op: str, call: KerasCall) -> Steps:
    return (KerasNode(op, merge_attributes(op, call.shapes)),)


def _concat(call: KerasCall) -> Steps:
    axis = call.config.get("axis", "concat_axis", default=-1)
    return (KerasNode("concat", {"axis": call.axis(axis)}),)


def _old_merge(call: KerasCall) -> Steps:
    mode = call.config.get("mode")
    if mode == "concat":
        return _concat(call)
    if mode not in _MERGE_MODES:
        raise UnsupportedError(f"its mode '{mode}' is not known")
    return _merge(_MERGE_MODES[mode], call)


def _custom_scale(call: KerasCall) -> Steps:
    """Inception-ResNet's sum of a shortcut and a scaled branch."""
    if len(call.shapes) != 2:
        raise UnsupportedError("it should read two tensors")
    factor = call.config.get("scale", default=1)
    return (
        KerasNode("rescale", {"factor": factor}, "scale", (call_input(1),)),
        KerasNode("add", merge_attributes("add", call.shapes), "", (call_input(0), 0)),
    )


_PAD = LayerRule(partial(_amounts, "pad", "padding"), Layout.FORMAT)
_CROP = LayerRule(partial(_amounts, "crop", "cropping"), Layout.FORMAT)
_UPSAMPLE = LayerRule(_upsample, Layout.FORMAT)

RULES: Rules = {
    "Flatten": LayerRule(lambda _call: (KerasNode("flatten"),)),
    "Reshape": LayerRule(_reshape),
    "Permute": LayerRule(_permute, Layout.LAST),
    "RepeatVector": LayerRule(_repeat),
    "Resizing": LayerRule(_resize, Layout.FORMAT),
    **{f"ZeroPadding{n}D": _PAD for n in (1, 2, 3)},
    **{f"Cropping{n}D": _CROP for n in (1, 2, 3)},
    **{f"UpSampling{n}D": _UPSAMPLE for n in (1, 2, 3)},
    **{
        name: LayerRule(partial(_merge, name.lower()))
        for name in ("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum")
    },
    "Concatenate": LayerRule(_concat),
    "Merge": LayerRule(_old_merge),
    "CustomScaleLayer": LayerRule(_custom_scale),
}
