"""Normalisation: activations are brought to a common scale, by channel, group or neighbourhood."""

from cnnaudit.errors import Problem
from cnnaudit.layers.frameworks import Framework
from cnnaudit.layers.geometry import ONE, Windows, everything
from cnnaudit.layers.kind import (
    Attributes,
    Field,
    Kind,
    Shape,
    Shapes,
    Type,
    Weight,
    Work,
    product,
    same_shape,
)
from cnnaudit.text import shape_text

_SCALE = Field("scale", Type.FLAG, "a learned factor (gamma)", True)
_CENTER = Field("center", Type.FLAG, "a learned addend (beta)", True)

#: Mean, difference, square, its mean, division by the deviation.
_NORMALISE = 5


def _affine(attributes: Attributes, shape: Shape) -> tuple[Weight, ...]:
    gamma = (Weight("gamma", shape),) if attributes["scale"] else ()
    beta = (Weight("beta", shape),) if attributes["center"] else ()
    return gamma + beta


def _batch_complete(attributes: Attributes, _framework: Framework) -> Attributes:
    """The channels are what nearly every batch normalisation works on: that goes without saying."""
    plain = attributes["axis"] == -1
    return {k: v for k, v in attributes.items() if k != "axis" or not plain}


def _batch_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    return _layer_fault(inputs, {"axis": attributes.get("axis", -1)})


def _batch_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    channels = (inputs[0][attributes.get("axis", -1)],)
    return (
        *_affine(attributes, channels),
        Weight("moving_mean", channels, statistic=True),
        Weight("moving_variance", channels, statistic=True),
    )


def _batch_work(_inputs: Shapes, _attributes: Attributes, output: Shape) -> Work:
    return Work(elementwise_ops=2 * product(output))


def _axes(shape: Shape, attributes: Attributes) -> tuple[int, ...]:
    axis = attributes["axis"]
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted({a % len(shape) for a in axes}))


def _layer_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    axis, rank = attributes["axis"], len(inputs[0])
    if all(-rank <= a < rank for a in (axis if isinstance(axis, tuple) else (axis,))):
        return None
    return Problem(
        "invalid-input",
        f"axis {axis} does not exist in an input {shape_text(inputs[0])}",
        "axes count from 0 without the batch; -1 is the channels",
    )


def _layer_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    shape = inputs[0]
    return _affine(attributes, tuple(shape[a] for a in _axes(shape, attributes)))


def _layer_windows(entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    """Positions that are normalised together are all seen; along the channels, none but its own."""
    together = _axes(entering, attributes)
    sizes = enumerate(entering[:-1])
    return tuple(everything(size) if axis in together else ONE for axis, size in sizes)


def _group_windows(entering: Shape, _attributes: Attributes, _output: Shape) -> Windows:
    """Mean and variance are those of all positions."""
    return tuple(map(everything, entering[:-1]))


def _standard_work(_inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    each = _NORMALISE + attributes["scale"] + attributes["center"]
    return Work(elementwise_ops=each * product(output))


def _rms_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    shape = inputs[0]
    kept = tuple(shape[a] for a in _axes(shape, attributes))
    return (Weight("scale", kept),) if attributes["scale"] else ()


def _rms_work(_inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    """Square, its mean, division."""
    return Work(elementwise_ops=(3 + attributes["scale"]) * product(output))


def _standardize_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    """Two statistics of the data, and how much data they were taken from."""
    if not attributes["measured"]:
        return ()
    shape = inputs[0]
    kept = () if attributes["overall"] else tuple(shape[a] for a in _axes(shape, attributes))
    return (
        Weight("mean", kept, statistic=True),
        Weight("variance", kept, statistic=True),
        Weight("count", (), statistic=True),
    )


def _group_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    groups, channels = attributes["groups"], inputs[0][-1]
    if channels % groups == 0:
        return None
    return Problem(
        "invalid-input",
        f"{channels} channels cannot be divided into {groups} groups",
        f"use a number of groups that divides {channels}",
    )


def _group_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    return _affine(attributes, (inputs[0][-1],))


def _lrn_work(_inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    return Work(elementwise_ops=(attributes["size"] + 4) * product(output))


KINDS = (
    Kind(
        "batch_norm",
        "norm",
        "Batch normalisation (Ioffe & Szegedy 2015) by channel: gamma, beta and two running"
        " statistics. At inference a factor and an addend: 2 operations per element.",
        same_shape,
        None,
        (_SCALE, _CENTER, Field("axis", Type.AXIS, "axis of the channels", -1)),
        _batch_weights,
        _batch_work,
        _batch_fault,
        _batch_complete,
    ),
    Kind(
        "layer_norm",
        "norm",
        "Layer normalisation (Ba et al. 2016) over the given axes: 5 operations per element, and"
        " one each for scale and center.",
        same_shape,
        "axis",
        (Field("axis", Type.AXIS_LIST, "axes that are normalised together", -1), _SCALE, _CENTER),
        _layer_weights,
        _standard_work,
        _layer_fault,
        windows=_layer_windows,
    ),
    Kind(
        "group_norm",
        "norm",
        "Group normalisation (Wu & He 2018): 5 operations per element, and one each for scale and"
        " center.",
        same_shape,
        "groups",
        (Field("groups", Type.WHOLE, "groups of channels", 32), _SCALE, _CENTER),
        _group_weights,
        _standard_work,
        _group_fault,
        windows=_group_windows,
    ),
    Kind(
        "rms_norm",
        "norm",
        "Division by the root mean square over the given axes (Zhang & Sennrich 2019): 3 operations"
        " per element, and one for scale.",
        same_shape,
        "axis",
        (Field("axis", Type.AXIS_LIST, "axes that are normalised together", -1), _SCALE),
        _rms_weights,
        _rms_work,
        _layer_fault,
        windows=_layer_windows,
    ),
    Kind(
        "standardize",
        "norm",
        "Input data brought to mean 0 and variance 1 by statistics that were measured before the"
        " training (keras Normalization: a mean and a variance per channel, and a counter). 2"
        " operations per element.",
        same_shape,
        "axis",
        (
            Field("axis", Type.AXIS_LIST, "axes that have statistics of their own", -1),
            Field("overall", Type.FLAG, "one mean and variance for everything", False),
            Field("measured", Type.FLAG, "false where they are constants of the network", True),
        ),
        _standardize_weights,
        _batch_work,
        _layer_fault,
    ),
    Kind(
        "lrn",
        "norm",
        "Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3):"
        " size + 4 operations per element (square, sum, factor, addend, power, division).",
        same_shape,
        "size",
        (
            Field("size", Type.WHOLE, "neighbouring channels that are added up", 5),
            Field("alpha", Type.NUMBER, "factor of the sum", None),
            Field("beta", Type.NUMBER, "exponent", None),
            Field("k", Type.NUMBER, "addend", None),
        ),
        work=_lrn_work,
    ),
)
