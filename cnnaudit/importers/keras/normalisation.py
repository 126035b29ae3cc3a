"""Normalisation, dropout, noise and other layers of Keras that keep the shape."""

from collections.abc import Callable
from typing import Any

from cnnaudit.importers.graph_builder import InvalidModelError, UnsupportedError
from cnnaudit.importers.keras.call import (
    KerasCall,
    KerasNode,
    LayerRule,
    Rules,
    Steps,
    is_number,
)


def _single(axis: Any) -> Any:
    """TensorFlow's Keras writes the axis of a batch normalisation as a list of one."""
    return axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis


def _affine(call: KerasCall) -> dict[str, Any]:
    scale = call.config.get("scale", default=True)
    return {"scale": scale, "center": call.config.get("center", default=True)}


def _batch(call: KerasCall) -> Steps:
    if call.config.get("renorm", default=False):
        raise UnsupportedError("batch renormalisation has further statistics")
    axis = _single(call.config.get("axis", default=-1))
    if isinstance(axis, tuple):
        raise UnsupportedError("it normalises over several axes")
    return (KerasNode("batch_norm", {**_affine(call), "axis": call.axis(axis)}),)


def _layer(call: KerasCall) -> Steps:
    axis = call.axes(call.config.get("axis", default=-1))
    if call.config.get("rms_scaling", default=False):
        return (KerasNode("rms_norm", {"axis": axis}),)
    return (KerasNode("layer_norm", {"axis": axis, **_affine(call)}),)


def _rms(call: KerasCall) -> Steps:
    return (KerasNode("rms_norm", {"axis": call.axes(call.config.get("axis", default=-1))}),)


def _unit(call: KerasCall) -> Steps:
    axis = call.axes(call.config.get("axis", default=-1))
    return (KerasNode("rms_norm", {"axis": axis, "scale": False}),)


def _group(call: KerasCall) -> Steps:
    if call.axis(call.config.get("axis", default=-1)) != -1:
        raise UnsupportedError("it forms groups of something else than channels")
    groups = call.config.get("groups", default=32)
    values = {"groups": call.shape[-1] if groups == -1 else groups, **_affine(call)}
    return (KerasNode("group_norm", values),)


def _standardize(call: KerasCall) -> Steps:
    """Without an axis there is one mean for all elements; a mean in the file is no weight."""
    config = call.config
    measured = not config.has("mean")
    axis = config.get("axis", default=())
    if axis == ():
        return (KerasNode("standardize", {"overall": True, "measured": measured}),)
    return (KerasNode("standardize", {"axis": call.axes(axis), "measured": measured}),)


def _rescaling(call: KerasCall) -> Steps:
    scale = call.config.get("scale", default=1)
    offset = call.config.get("offset", default=0)
    if isinstance(offset, tuple):
        raise UnsupportedError("it adds another constant to each channel")
    if not isinstance(scale, tuple):
        return (KerasNode("rescale", {"factor": scale, "offset": offset}),)
    steps = (KerasNode("scale", {"learned": False}),)
    return steps if offset == 0 else (*steps, KerasNode("rescale", {"offset": offset}, "offset"))


def _layer_scale(call: KerasCall) -> Steps:
    """ConvNeXt's learned factor per channel."""
    size = call.config.get("projection_dim")
    if size != call.shape[-1]:
        raise InvalidModelError(f"{size} factors for {call.shape[-1]} channels")
    return (KerasNode("scale", {"init": call.config.get("init_values", default=1)}),)


def dropout(*names: str) -> Callable[[KerasCall], Steps]:
    """A dropout whose rate is called one of ``names``; an identity for a rate outside [0, 1)."""

    def translate(call: KerasCall) -> Steps:
        rate = call.config.get(*names, default=0)
        is_valid = is_number(rate) and 0 <= rate < 1
        return (KerasNode("dropout", {"rate": rate}) if is_valid else KerasNode("identity"),)

    return translate


_DROPOUT = LayerRule(dropout("rate", "p"))
_IDENTITY = LayerRule(lambda _call: (KerasNode("identity"),))

#: Layers that only work in training, or only mark.
_UNCHANGED = (
    *("ActivityRegularization", "GaussianNoise", "Identity", "Masking", "RandomBrightness"),
    *("RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomErasing"),
    *("RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert"),
    *("RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation"),
    *("RandomSharpness", "RandomShear", "RandomTranslation", "RandomZoom"),
)

RULES: Rules = {
    "BatchNormalization": LayerRule(_batch),
    "SyncBatchNormalization": LayerRule(_batch),
    "LayerNormalization": LayerRule(_layer),
    "RMSNormalization": LayerRule(_rms),
    "UnitNormalization": LayerRule(_unit),
    "GroupNormalization": LayerRule(_group),
    "Normalization": LayerRule(_standardize),
    "Rescaling": LayerRule(_rescaling),
    "LayerScale": LayerRule(_layer_scale),
    "StochasticDepth": LayerRule(dropout("drop_path_rate")),
    "Dropout": _DROPOUT,
    "AlphaDropout": _DROPOUT,
    "GaussianDropout": _DROPOUT,
    **{f"SpatialDropout{n}D": _DROPOUT for n in (1, 2, 3)},
    **dict.fromkeys(_UNCHANGED, _IDENTITY),
}
