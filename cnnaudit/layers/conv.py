"""Convolutions: every output position is a dot product of a window with each filter.

Formulas: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from cnnaudit.errors import Problem
from cnnaudit.layers.frameworks import Framework
from cnnaudit.layers.geometry import MAX_PERIOD, Windows, spreading
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
)
from cnnaudit.layers.windows import (
    effective_kernel,
    fixed_padding,
    not_padded,
    output_sizes,
    same_padding,
    sliding_windows,
    spatial,
    transposed_positions,
)
from cnnaudit.text import shape_text, sizes_text, value_text

_KERNEL = Field("kernel", Type.AXES, "size of the window")
_STRIDE = Field("stride", Type.AXES, "step from one window to the next", 1)
_PADDING = Field("padding", Type.PADDING, "cells added around the input; valid adds none", "valid")
_DILATION = Field("dilation", Type.AXES, "distance between the cells that a window reads", 1)
_BIAS = Field("bias", Type.FLAG, "one learned addend per filter", True)
_FILTERS = Field("filters", Type.WHOLE, "output channels")
_GROUPS = Field("groups", Type.WHOLE, "filters read only their group's share of the channels", 1)
_MULTIPLIER = Field("multiplier", Type.WHOLE, "filters per input channel", 1)


def _complete(attributes: Attributes, _framework: Framework) -> Attributes:
    return {**attributes, "padding": fixed_padding(attributes)}


def _needs_map(name: str, inputs: Shapes) -> Problem | None:
    if len(inputs[0]) >= 2:
        return None
    return Problem(
        "invalid-input",
        f"{name} reads a feature map, and its input is a vector of {inputs[0][0]}",
        "put it before `flatten`, or give the input as HEIGHTxWIDTHxCHANNELS",
    )


def window_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    """The kernel does not fit the padded input on some axis."""
    sizes = spatial(inputs[0])
    if all(size > 0 for size in output_sizes(sizes, attributes)):
        return None
    dilation = attributes.get("dilation", (1,) * len(sizes))
    reach = tuple(
        effective_kernel(k, d) for k, d in zip(attributes["kernel"], dilation, strict=True)
    )
    padding = value_text(attributes["padding"])
    return Problem(
        "kernel-exceeds-input",
        f"the kernel {sizes_text(reach)} is larger than its input {shape_text(sizes)}"
        f" with padding {padding}",
        "use a smaller kernel, `padding: same`, or less downsampling before this layer",
    )


def _grouped(inputs: Shapes, attributes: Attributes) -> Problem | None:
    groups, channels = attributes["groups"], inputs[0][-1]
    for what, count in (("input channels", channels), ("filters", attributes["filters"])):
        if count % groups:
            return Problem(
                "invalid-input",
                f"{count} {what} cannot be divided into {groups} groups",
                f"use a number of groups that divides {count}",
            )
    return None


def _bias(attributes: Attributes, channels: int) -> tuple[Weight, ...]:
    return (Weight("bias", (channels,)),) if attributes["bias"] else ()


def _bias_adds(attributes: Attributes, output: Shape) -> int:
    return product(output) if attributes["bias"] else 0


# Convolution -------------------------------------------------------------------------------------


def _conv_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    return (
        _needs_map("conv", inputs)
        or _grouped(inputs, attributes)
        or window_fault(inputs, attributes)
    )


def _conv_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*output_sizes(spatial(inputs[0]), attributes), attributes["filters"])


def _conv_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    filters = attributes["filters"]
    kernel = (*attributes["kernel"], inputs[0][-1] // attributes["groups"], filters)
    return (Weight("kernel", kernel), *_bias(attributes, filters))


def _conv_work(inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    window = product(attributes["kernel"]) * (inputs[0][-1] // attributes["groups"])
    return Work(macs=product(output) * window, bias_adds=_bias_adds(attributes, output))


# Depthwise: one small set of filters per input channel (Howard et al. 2017, MobileNet) ----------


def _depthwise_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    return _needs_map("depthwise_conv", inputs) or window_fault(inputs, attributes)


def _depthwise_output(inputs: Shapes, attributes: Attributes) -> Shape:
    sizes = output_sizes(spatial(inputs[0]), attributes)
    return (*sizes, inputs[0][-1] * attributes["multiplier"])


def _depthwise_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    channels, multiplier = inputs[0][-1], attributes["multiplier"]
    kernel = (*attributes["kernel"], channels, multiplier)
    return (Weight("depthwise_kernel", kernel), *_bias(attributes, channels * multiplier))


def _depthwise_work(_inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    macs = product(output) * product(attributes["kernel"])
    return Work(macs=macs, bias_adds=_bias_adds(attributes, output))


# Separable: depthwise, then 1x1; no bias between (Chollet 2016, Xception; keras SeparableConv) ---


def _separable_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    return _needs_map("separable_conv", inputs) or window_fault(inputs, attributes)


def _separable_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    channels, multiplier = inputs[0][-1], attributes["multiplier"]
    filters, between = attributes["filters"], channels * multiplier
    ones = (1,) * len(attributes["kernel"])
    return (
        Weight("depthwise_kernel", (*attributes["kernel"], channels, multiplier)),
        Weight("pointwise_kernel", (*ones, between, filters)),
        *_bias(attributes, filters),
    )


def _separable_work(inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    between = inputs[0][-1] * attributes["multiplier"]
    positions = product(spatial(output))
    macs = positions * between * (product(attributes["kernel"]) + attributes["filters"])
    return Work(macs=macs, bias_adds=_bias_adds(attributes, output))


# Transposed: every input position is spread over a window of the output ---------------------------


def _complete_transpose(attributes: Attributes, framework: Framework) -> Attributes:
    """The padding and output padding that the framework means.

    Keras (``compute_conv_transpose_output_length``): without ``output_padding``, a stride larger
    than the kernel is filled up; with it, ``same`` takes half of the kernel away on both sides.
    """
    kernel, stride, extra = attributes["kernel"], attributes["stride"], attributes["output_padding"]
    padding = fixed_padding(attributes)
    reach = [effective_kernel(k, d) for k, d in zip(kernel, attributes["dilation"], strict=True)]
    if extra is None:
        fills = framework.transpose_fills_stride and not_padded(padding)
        extra = tuple(max(s - r, 0) if fills else 0 for s, r in zip(stride, reach, strict=True))
    elif padding == "same":
        padding = tuple((r // 2, r // 2) for r in reach)
    return {**attributes, "padding": padding, "output_padding": extra}


def _transpose_sizes(sizes: Shape, attributes: Attributes) -> Shape:
    stride, padding = attributes["stride"], attributes["padding"]
    if padding == "same":
        return tuple(n * s for n, s in zip(sizes, stride, strict=True))
    return tuple(
        transposed_positions(n, effective_kernel(k, d), s, p, extra)
        for n, k, d, s, p, extra in zip(
            sizes,
            attributes["kernel"],
            attributes["dilation"],
            stride,
            padding,
            attributes["output_padding"],
            strict=True,
        )
    )


def _transpose_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    problem = _needs_map("conv_transpose", inputs) or _grouped(inputs, attributes)
    if problem or all(n > 0 for n in _transpose_sizes(spatial(inputs[0]), attributes)):
        return problem
    return Problem(
        "kernel-exceeds-input",
        f"padding {value_text(attributes['padding'])} leaves nothing of the output",
        "use less padding: a transposed convolution takes it away from its output",
    )


def _transpose_windows(_entering: Shape, attributes: Attributes, output: Shape) -> Windows:
    """``same`` takes away from the output what it would add to a convolution's input."""
    kernel, stride, padding = attributes["kernel"], attributes["stride"], attributes["padding"]
    dilation = attributes["dilation"]
    if max(stride) > MAX_PERIOD:
        return "its stride is too large to follow"
    if padding == "same":
        padding = tuple(
            same_padding(n, effective_kernel(k, d), s)
            for n, k, d, s in zip(spatial(output), kernel, dilation, stride, strict=True)
        )
    before = (amounts[0] for amounts in padding)
    return tuple(spreading(*axis) for axis in zip(kernel, stride, dilation, before, strict=True))


def _transpose_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*_transpose_sizes(spatial(inputs[0]), attributes), attributes["filters"])


def _transpose_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    filters = attributes["filters"]
    kernel = (*attributes["kernel"], filters // attributes["groups"], inputs[0][-1])
    return (Weight("kernel", kernel), *_bias(attributes, filters))


def _transpose_work(inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    filters = attributes["filters"] // attributes["groups"]
    macs = product(inputs[0]) * product(attributes["kernel"]) * filters
    return Work(macs=macs, bias_adds=_bias_adds(attributes, output))


KINDS = (
    Kind(
        "conv",
        "conv",
        "Convolution. Weights: kernel (kernel…, channels / groups, filters) and bias; MACs: output"
        " elements × kernel × channels / groups.",
        _conv_output,
        "filters",
        (_FILTERS, _KERNEL, _STRIDE, _PADDING, _DILATION, _GROUPS, _BIAS),
        _conv_weights,
        _conv_work,
        _conv_fault,
        _complete,
        windows=sliding_windows,
    ),
    Kind(
        "depthwise_conv",
        "conv",
        "Convolution of each channel on its own. Weights: kernel (kernel…, channels, multiplier)"
        " and bias; MACs: output elements × kernel.",
        _depthwise_output,
        "kernel",
        (_KERNEL, _MULTIPLIER, _STRIDE, _PADDING, _DILATION, _BIAS),
        _depthwise_weights,
        _depthwise_work,
        _depthwise_fault,
        _complete,
        windows=sliding_windows,
    ),
    Kind(
        "separable_conv",
        "conv",
        "Depthwise convolution followed by a 1x1 convolution with bias; no bias between.",
        _conv_output,
        "filters",
        (_FILTERS, _KERNEL, _MULTIPLIER, _STRIDE, _PADDING, _DILATION, _BIAS),
        _separable_weights,
        _separable_work,
        _separable_fault,
        _complete,
        windows=sliding_windows,
    ),
    Kind(
        "conv_transpose",
        "conv",
        "Transposed convolution, counted on its input: MACs are input elements × kernel × filters"
        " / groups. `padding` is taken away from the output, `output_padding` added to its end.",
        _transpose_output,
        "filters",
        (
            _FILTERS,
            _KERNEL,
            _STRIDE,
            _PADDING,
            Field("output_padding", Type.EXTRA, "rows and columns added at the end", None),
            _DILATION,
            _GROUPS,
            _BIAS,
        ),
        _transpose_weights,
        _transpose_work,
        _transpose_fault,
        _complete_transpose,
        windows=_transpose_windows,
    ),
)
