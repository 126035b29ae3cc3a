"""Normalisation: activations are brought to a common scale, by channel, group or neighbourhood."""

from math import prod

from cnnaudit.errors import Problem
from cnnaudit.formatting import shape_text
from cnnaudit.ops.conv_arithmetic import spatial
from cnnaudit.ops.formula import Formulas, per_element, times
from cnnaudit.ops.frameworks import Framework
from cnnaudit.ops.op import (
    Attributes,
    Cost,
    Field,
    FieldType,
    Op,
    OpContext,
    SavedTensors,
    Shape,
    Shapes,
    Trait,
    Weight,
    same_shape,
    saves_nothing,
)
from cnnaudit.ops.windows import ONE, Windows, global_window

_SCALE = Field("scale", FieldType.FLAG, "a learned factor (gamma)", True)
_CENTER = Field("center", FieldType.FLAG, "a learned addend (beta)", True)

#: Mean, difference, square, its mean, division by the deviation.
_NORMALISE = 5
#: Square, its mean, division by the root.
_NORMALISE_RMS = 3


def _affine(attributes: Attributes, shape: Shape) -> tuple[Weight, ...]:
    gamma = (Weight("gamma", shape),) if attributes["scale"] else ()
    beta = (Weight("beta", shape),) if attributes["center"] else ()
    return gamma + beta


def _affine_formula(attributes: Attributes, shape: Shape) -> str:
    """A factor and an addend for each."""
    count = attributes["scale"] + attributes["center"]
    return times(count, *shape) if count else ""


def _axes(shape: Shape, attributes: Attributes) -> tuple[int, ...]:
    axis = attributes["axis"]
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted({a % len(shape) for a in axes}))


def _axis_sizes(shape: Shape, attributes: Attributes) -> Shape:
    """The sizes of the axes that have weights of their own."""
    return tuple(shape[a] for a in _axes(shape, attributes))


def _validate_axes(inputs: Shapes, attributes: Attributes) -> Problem | None:
    axis, rank = attributes["axis"], len(inputs[0])
    if all(-rank <= a < rank for a in (axis if isinstance(axis, tuple) else (axis,))):
        return None
    return Problem(
        "invalid-input",
        f"axis {axis} does not exist in an input {shape_text(inputs[0])}",
        "axes count from 0 without the batch; -1 is the channels",
    )


def _pair_cost(_inputs: Shapes, _attributes: Attributes, output: Shape) -> Cost:
    """At inference a factor and an addend."""
    return Cost(elementwise_ops=2 * prod(output))


def _standard_cost(_inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    """Normalisation, then factor and addend."""
    each = _NORMALISE + attributes["scale"] + attributes["center"]
    return Cost(elementwise_ops=each * prod(output))


def _standard_cost_formula(attributes: Attributes, output: Shape) -> str:
    affine = attributes["scale"] + attributes["center"]
    return f"({_NORMALISE} + {affine})·{times(*output)}"


# Batch normalisation -----------------------------------------------------------------------------


def _batch_fill_defaults(attributes: Attributes, _framework: Framework) -> Attributes:
    """Drop ``axis: -1``, the default, from the attributes."""
    plain = attributes["axis"] == -1
    return {k: v for k, v in attributes.items() if k != "axis" or not plain}


def _validate_batch(inputs: Shapes, attributes: Attributes) -> Problem | None:
    return _validate_axes(inputs, {"axis": attributes.get("axis", -1)})


def _batch_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    channels = (inputs[0][attributes.get("axis", -1)],)
    return (
        *_affine(attributes, channels),
        Weight("moving_mean", channels, statistic=True),
        Weight("moving_variance", channels, statistic=True),
    )


def _batch_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    channels = (inputs[0][attributes.get("axis", -1)],)
    return Formulas(
        weights=_affine_formula(attributes, channels),
        statistics=times(2, *channels),
        elementwise_ops=per_element(2, output),
    )


def _batch_saved(context: OpContext) -> SavedTensors:
    return SavedTensors(inputs=(0,), fixed=2 * context.inputs[0][-1])


# Layer normalisation, and without the mean -------------------------------------------------------


def _layer_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    return _affine(attributes, _axis_sizes(inputs[0], attributes))


def _layer_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    return Formulas(
        weights=_affine_formula(attributes, _axis_sizes(inputs[0], attributes)),
        elementwise_ops=_standard_cost_formula(attributes, output),
    )


def _layer_windows(input_shape: Shape, attributes: Attributes, _output: Shape) -> Windows:
    """All positions along the normalised axes; along the others each position its own."""
    together = _axes(input_shape, attributes)
    sizes = enumerate(spatial(input_shape))
    return tuple(global_window(size) if axis in together else ONE for axis, size in sizes)


def _layer_saved(context: OpContext) -> SavedTensors:
    """Mean and deviation of each group that is normalised together."""
    return SavedTensors(inputs=(0,), statistics=2 * _groups(context))


def _groups(context: OpContext) -> int:
    shape = context.inputs[0]
    axes = _axes(shape, context.attributes)
    return prod(size for axis, size in enumerate(shape) if axis not in axes)


def _rms_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    shape = _axis_sizes(inputs[0], attributes)
    return (Weight("scale", shape),) if attributes["scale"] else ()


def _rms_cost(_inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    return Cost(elementwise_ops=(_NORMALISE_RMS + attributes["scale"]) * prod(output))


def _rms_formulas(_inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    scale = int(attributes["scale"])
    return Formulas(elementwise_ops=f"({_NORMALISE_RMS} + {scale})·{times(*output)}")


def _rms_saved(context: OpContext) -> SavedTensors:
    return SavedTensors(inputs=(0,), statistics=_groups(context))


# Group normalisation -----------------------------------------------------------------------------


def _validate_groups(inputs: Shapes, attributes: Attributes) -> Problem | None:
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


def _group_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    return Formulas(
        weights=_affine_formula(attributes, (inputs[0][-1],)),
        elementwise_ops=_standard_cost_formula(attributes, output),
    )


def _group_windows(input_shape: Shape, _attributes: Attributes, _output: Shape) -> Windows:
    """Mean and variance are those of all positions."""
    return tuple(map(global_window, spatial(input_shape)))


def _group_saved(context: OpContext) -> SavedTensors:
    return SavedTensors(inputs=(0,), statistics=2 * context.attributes["groups"])


# Statistics of the data --------------------------------------------------------------------------


def _standardize_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    """Two statistics of the data, and how much data they were taken from."""
    if not attributes["measured"]:
        return ()
    shape = () if attributes["overall"] else _axis_sizes(inputs[0], attributes)
    return (
        Weight("mean", shape, statistic=True),
        Weight("variance", shape, statistic=True),
        Weight("count", (), statistic=True),
    )


def _standardize_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    formulas = Formulas(elementwise_ops=per_element(2, output))
    if not attributes["measured"]:
        return formulas
    shape = () if attributes["overall"] else _axis_sizes(inputs[0], attributes)
    return formulas._replace(weights="", statistics=f"2·{times(*shape)} + 1")


# Local response normalisation --------------------------------------------------------------------


def _lrn_cost(_inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    return Cost(elementwise_ops=(attributes["size"] + 4) * prod(output))


def _lrn_formulas(_inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    """The neighbours' sum; square, factor, addend, power and division less one addition."""
    return Formulas(elementwise_ops=f"({attributes['size']} + 4)·{times(*output)}")


def _lrn_saved(context: OpContext) -> SavedTensors:
    """The squares with channels padded for the window, the scaled sums, and the divisors."""
    positions, channels = prod(spatial(context.output)), context.output[-1]
    padded = channels + context.attributes["size"] - 1
    return SavedTensors(inputs=(0,), values=positions * (padded + 2 * channels))


_NORMALISES: frozenset[Trait] = frozenset({"normalises"})

OPERATIONS = (
    Op(
        name="batch_norm",
        family="norm",
        doc="Batch normalisation (Ioffe & Szegedy 2015) by channel: gamma, beta and two running"
        " statistics. At inference a factor and an addend: 2 operations per element.",
        fields=(_SCALE, _CENTER, Field("axis", FieldType.AXIS, "axis of the channels", -1)),
        fill_defaults=_batch_fill_defaults,
        validate=_validate_batch,
        output_shape=same_shape,
        weights=_batch_weights,
        cost=_pair_cost,
        traits=frozenset({"per-channel affine"}),
        in_place=True,
        saved=_batch_saved,
        formulas=_batch_formulas,
        symbols={"weights": "a·c", "statistics": "2·c", "elementwise_ops": "2·e"},
    ),
    Op(
        name="layer_norm",
        family="norm",
        doc="Layer normalisation (Ba et al. 2016) over the given axes: 5 operations per element,"
        " and one each for scale and center.",
        principal="axis",
        fields=(
            Field("axis", FieldType.AXIS_LIST, "axes that are normalised together", -1),
            _SCALE,
            _CENTER,
        ),
        validate=_validate_axes,
        output_shape=same_shape,
        weights=_layer_weights,
        cost=_standard_cost,
        windows=_layer_windows,
        traits=_NORMALISES,
        saved=_layer_saved,
        formulas=_layer_formulas,
        symbols={"weights": "a·v", "elementwise_ops": "(5 + a)·e"},
    ),
    Op(
        name="group_norm",
        family="norm",
        doc="Group normalisation (Wu & He 2018): 5 operations per element, and one each for scale"
        " and center.",
        principal="groups",
        fields=(Field("groups", FieldType.WHOLE, "groups of channels", 32), _SCALE, _CENTER),
        validate=_validate_groups,
        output_shape=same_shape,
        weights=_group_weights,
        cost=_standard_cost,
        windows=_group_windows,
        traits=_NORMALISES,
        saved=_group_saved,
        formulas=_group_formulas,
        symbols={"weights": "a·c", "elementwise_ops": "(5 + a)·e"},
    ),
    Op(
        name="rms_norm",
        family="norm",
        doc="Division by the root mean square over the given axes (Zhang & Sennrich 2019): 3"
        " operations per element, and one for scale.",
        principal="axis",
        fields=(
            Field("axis", FieldType.AXIS_LIST, "axes that are normalised together", -1),
            _SCALE,
        ),
        validate=_validate_axes,
        output_shape=same_shape,
        weights=_rms_weights,
        cost=_rms_cost,
        windows=_layer_windows,
        traits=_NORMALISES,
        saved=_rms_saved,
        formulas=_rms_formulas,
        symbols={"weights": "v", "elementwise_ops": "(3 + a)·e"},
    ),
    Op(
        name="standardize",
        family="norm",
        doc="Input data brought to mean 0 and variance 1 by statistics that were measured before"
        " the training (keras Normalization: a mean and a variance per channel, and a counter). 2"
        " operations per element.",
        principal="axis",
        fields=(
            Field("axis", FieldType.AXIS_LIST, "axes that have statistics of their own", -1),
            Field("overall", FieldType.FLAG, "one mean and variance for everything", False),
            Field(
                "measured", FieldType.FLAG, "false where they are constants of the network", True
            ),
        ),
        validate=_validate_axes,
        output_shape=same_shape,
        weights=_standardize_weights,
        cost=_pair_cost,
        traits=frozenset({"per-channel affine"}),
        in_place=True,
        saved=saves_nothing,
        formulas=_standardize_formulas,
        symbols={"statistics": "2·v + 1", "elementwise_ops": "2·e"},
    ),
    Op(
        name="lrn",
        family="norm",
        doc="Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3):"
        " size + 4 operations per element (square, sum, factor, addend, power, division).",
        principal="size",
        fields=(
            Field("size", FieldType.WHOLE, "neighbouring channels that are added up", 5),
            Field("alpha", FieldType.NUMBER, "factor of the sum", None),
            Field("beta", FieldType.NUMBER, "exponent", None),
            Field("k", FieldType.NUMBER, "addend", None),
        ),
        output_shape=same_shape,
        cost=_lrn_cost,
        traits=_NORMALISES,
        saved=_lrn_saved,
        formulas=_lrn_formulas,
        symbols={"elementwise_ops": "(w + 4)·e"},
    ),
)
