"""Convolutions: every output position is a dot product of a window with each filter.

Formulas: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from math import prod

from cnnaudit.errors import Problem
from cnnaudit.formatting import shape_text, sizes_text, value_text
from cnnaudit.ops.conv_arithmetic import (
    effective_kernel,
    fixed_padding,
    output_sizes,
    sliding_windows,
    spatial,
)
from cnnaudit.ops.formula import Formula, Formulas, times
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
    saves_input,
)
from cnnaudit.ops.window_formula import window_formulas

FILTERS = Field("filters", FieldType.WHOLE, "output channels")
KERNEL = Field("kernel", FieldType.AXES, "size of the window")
STRIDE = Field("stride", FieldType.AXES, "step from one window to the next", 1)
PADDING = Field(
    "padding", FieldType.PADDING, "cells added around the input; valid adds none", "valid"
)
DILATION = Field("dilation", FieldType.AXES, "distance between the cells that a window reads", 1)
GROUPS = Field(
    "groups", FieldType.WHOLE, "filters read only their group's share of the channels", 1
)
BIAS = Field("bias", FieldType.FLAG, "one learned addend per filter", True)
_MULTIPLIER = Field("multiplier", FieldType.WHOLE, "filters per input channel", 1)

_WINDOW: frozenset[Trait] = frozenset({"sliding window"})


def _fill_defaults(attributes: Attributes, _framework: Framework) -> Attributes:
    return {**attributes, "padding": fixed_padding(attributes)}


def validate_map(name: str, inputs: Shapes) -> Problem | None:
    """The input is a vector."""
    if len(inputs[0]) >= 2:
        return None
    return Problem(
        "invalid-input",
        f"{name} reads a feature map, and its input is a vector of {inputs[0][0]}",
        "put it before `flatten`, or give the input as HEIGHTxWIDTHxCHANNELS",
    )


def validate_window(inputs: Shapes, attributes: Attributes) -> Problem | None:
    """The kernel does not fit the padded input on some axis."""
    sizes = spatial(inputs[0])
    if all(size > 0 for size in output_sizes(sizes, attributes)):
        return None
    dilation = attributes.get("dilation", (1,) * len(sizes))
    kernel = tuple(
        effective_kernel(k, d) for k, d in zip(attributes["kernel"], dilation, strict=True)
    )
    padding = value_text(attributes["padding"])
    return Problem(
        "kernel-exceeds-input",
        f"the kernel {sizes_text(kernel)} is larger than its input {shape_text(sizes)}"
        f" with padding {padding}",
        "use a smaller kernel, more padding, or less downsampling before this layer",
    )


def validate_groups(inputs: Shapes, attributes: Attributes) -> Problem | None:
    """The groups do not divide the input channels or the filters."""
    groups, channels = attributes["groups"], inputs[0][-1]
    for what, count in (("input channels", channels), ("filters", attributes["filters"])):
        if count % groups:
            return Problem(
                "invalid-input",
                f"{count} {what} cannot be divided into {groups} groups",
                f"use a number of groups that divides {count}",
            )
    return None


def bias_weight(attributes: Attributes, channels: int) -> tuple[Weight, ...]:
    """The bias, if there is one."""
    return (Weight("bias", (channels,)),) if attributes["bias"] else ()


def bias_adds(attributes: Attributes, output: Shape) -> int:
    """One addition per output element, if there is a bias."""
    return prod(output) if attributes["bias"] else 0


def bias_formula(attributes: Attributes, output: Shape) -> str:
    """``bias_adds`` as text."""
    return times(*output) if attributes["bias"] else ""


def group_share(count: int, groups: int) -> str:
    """The channels of one group: ``96``, ``(96/2)``."""
    return str(count) if groups == 1 else f"({count}/{groups})"


def _with_bias(window: str, filters: str, bias: bool) -> str:
    """``(f·f·c + 1)·filters``: the one is the bias."""
    return f"({window} + 1)·{filters}" if bias else f"{window}·{filters}"


# Convolution -------------------------------------------------------------------------------------


def _validate_conv(inputs: Shapes, attributes: Attributes) -> Problem | None:
    return (
        validate_map("conv", inputs)
        or validate_groups(inputs, attributes)
        or validate_window(inputs, attributes)
    )


def _conv_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*output_sizes(spatial(inputs[0]), attributes), attributes["filters"])


def _conv_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    filters = attributes["filters"]
    kernel = (*attributes["kernel"], inputs[0][-1] // attributes["groups"], filters)
    return (Weight("kernel", kernel), *bias_weight(attributes, filters))


def _conv_cost(inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    window = prod(attributes["kernel"]) * (inputs[0][-1] // attributes["groups"])
    return Cost(macs=prod(output) * window, bias_adds=bias_adds(attributes, output))


def _conv_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    groups, channels = attributes["groups"], inputs[0][-1]
    window = times(*attributes["kernel"], group_share(channels, groups))
    formulas = window_formulas(inputs, attributes, output)
    notes = formulas.notes
    if groups > 1:
        share = f"{channels // groups} of {channels} channels"
        notes = (*notes, f"{groups} groups: each filter reads {share}.")
    return formulas._replace(
        weights=_with_bias(window, str(attributes["filters"]), attributes["bias"]),
        macs=f"{times(*output)}·({window})",
        bias_adds=bias_formula(attributes, output),
        notes=notes,
    )


# Depthwise: one small set of filters per input channel (Howard et al. 2017, MobileNet) ----------


def _validate_depthwise(inputs: Shapes, attributes: Attributes) -> Problem | None:
    return validate_map("depthwise_conv", inputs) or validate_window(inputs, attributes)


def _depthwise_output(inputs: Shapes, attributes: Attributes) -> Shape:
    sizes = output_sizes(spatial(inputs[0]), attributes)
    return (*sizes, inputs[0][-1] * attributes["multiplier"])


def _depthwise_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    channels, multiplier = inputs[0][-1], attributes["multiplier"]
    kernel = (*attributes["kernel"], channels, multiplier)
    return (Weight("depthwise_kernel", kernel), *bias_weight(attributes, channels * multiplier))


def _depthwise_cost(_inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    macs = prod(output) * prod(attributes["kernel"])
    return Cost(macs=macs, bias_adds=bias_adds(attributes, output))


def _depthwise_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    window = times(*attributes["kernel"])
    filters = times(inputs[0][-1], attributes["multiplier"])
    formulas = window_formulas(inputs, attributes, output)
    return formulas._replace(
        output=(*formulas.output, Formula("output", filters, output[-1], "channels", "c·r")),
        weights=_with_bias(window, filters, attributes["bias"]),
        macs=f"{times(*output)}·({window})",
        bias_adds=bias_formula(attributes, output),
    )


# Separable: depthwise, then 1x1; no bias between (Chollet 2016, Xception; keras SeparableConv) ---


def _validate_separable(inputs: Shapes, attributes: Attributes) -> Problem | None:
    return validate_map("separable_conv", inputs) or validate_window(inputs, attributes)


def _separable_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    channels, multiplier = inputs[0][-1], attributes["multiplier"]
    filters, between = attributes["filters"], channels * multiplier
    ones = (1,) * len(attributes["kernel"])
    return (
        Weight("depthwise_kernel", (*attributes["kernel"], channels, multiplier)),
        Weight("pointwise_kernel", (*ones, between, filters)),
        *bias_weight(attributes, filters),
    )


def _separable_cost(inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    between = inputs[0][-1] * attributes["multiplier"]
    positions = prod(spatial(output))
    macs = positions * between * (prod(attributes["kernel"]) + attributes["filters"])
    return Cost(macs=macs, bias_adds=bias_adds(attributes, output))


def _separable_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    kernel, filters = times(*attributes["kernel"]), str(attributes["filters"])
    between = times(inputs[0][-1], attributes["multiplier"])
    pointwise = _with_bias(between, filters, attributes["bias"])
    return window_formulas(inputs, attributes, output)._replace(
        weights=f"{kernel}·{between} + {pointwise}",
        macs=f"{times(*spatial(output))}·{between}·({kernel} + {filters})",
        bias_adds=bias_formula(attributes, output),
    )


def _separable_saved(context: OpContext) -> SavedTensors:
    """Two convolutions, each with its input."""
    between = context.inputs[0][-1] * context.attributes["multiplier"]
    return SavedTensors(inputs=(0,), values=prod(spatial(context.output)) * between)


OPERATIONS = (
    Op(
        name="conv",
        family="conv",
        doc="Convolution. Weights: kernel (kernel…, channels / groups, filters) and bias; MACs:"
        " output elements × kernel × channels / groups.",
        principal="filters",
        fields=(FILTERS, KERNEL, STRIDE, PADDING, DILATION, GROUPS, BIAS),
        fill_defaults=_fill_defaults,
        validate=_validate_conv,
        output_shape=_conv_output,
        weights=_conv_weights,
        cost=_conv_cost,
        windows=sliding_windows,
        traits=_WINDOW,
        saved=saves_input,
        formulas=_conv_formulas,
        symbols={"weights": "({k}·c/g + b)·f", "macs": "{m}·f·({k}·c/g)", "bias_adds": "{m}·f"},
    ),
    Op(
        name="depthwise_conv",
        family="conv",
        doc="Convolution of each channel on its own. Weights: kernel (kernel…, channels,"
        " multiplier) and bias; MACs: output elements × kernel.",
        principal="kernel",
        fields=(KERNEL, _MULTIPLIER, STRIDE, PADDING, DILATION, BIAS),
        fill_defaults=_fill_defaults,
        validate=_validate_depthwise,
        output_shape=_depthwise_output,
        weights=_depthwise_weights,
        cost=_depthwise_cost,
        windows=sliding_windows,
        traits=_WINDOW,
        saved=saves_input,
        formulas=_depthwise_formulas,
        symbols={"weights": "({k} + b)·c·r", "macs": "{m}·c·r·({k})", "bias_adds": "{m}·c·r"},
    ),
    Op(
        name="separable_conv",
        family="conv",
        doc="Depthwise convolution followed by a 1x1 convolution with bias; no bias between.",
        principal="filters",
        fields=(FILTERS, KERNEL, _MULTIPLIER, STRIDE, PADDING, DILATION, BIAS),
        fill_defaults=_fill_defaults,
        validate=_validate_separable,
        output_shape=_conv_output,
        weights=_separable_weights,
        cost=_separable_cost,
        windows=sliding_windows,
        traits=_WINDOW,
        saved=_separable_saved,
        formulas=_separable_formulas,
        symbols={
            "weights": "{k}·c·r + (c·r + b)·f",
            "macs": "{m}·c·r·({k} + f)",
            "bias_adds": "{m}·f",
        },
    ),
)
