"""Pooling: every output position is the maximum or the mean of a window, channel by channel."""

from functools import partial
from math import gcd, prod

from cnnaudit.errors import Problem
from cnnaudit.ops.conv import validate_window
from cnnaudit.ops.conv_arithmetic import fixed_padding, output_sizes, sliding_windows, spatial
from cnnaudit.ops.formula import Formulas, size_formulas, times
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
    saves_input,
    saves_nothing,
)
from cnnaudit.ops.window_formula import window_formulas
from cnnaudit.ops.windows import MAX_PERIOD, Unknown, Windows, adaptive_window, global_window


def _validate(name: str, inputs: Shapes, attributes: Attributes) -> Problem | None:
    if len(inputs[0]) < 2:
        return Problem(
            "invalid-input",
            f"{name} reads a feature map, and its input is a vector of {inputs[0][0]}",
            "put it before `flatten`",
        )
    if attributes.get("kernel", "global") == "global":
        return None
    return validate_window(inputs, attributes)


# Pooling with a kernel ---------------------------------------------------------------------------


def _fill_defaults(attributes: Attributes, framework: Framework) -> Attributes:
    """The framework's stride, padding and rounding if none is written."""
    kernel = attributes["kernel"]
    if kernel == "global":
        # Stride, padding and rounding may come from `defaults`; they have no meaning here.
        return {"kernel": kernel, "keep_dims": attributes["keep_dims"]}
    stride, padding = attributes["stride"], attributes["padding"]
    rounding = attributes["rounding"] or framework.pool_rounding
    if stride is None:
        stride = kernel if framework.pool_stride == "kernel" else (1,) * len(kernel)
    if padding is None and framework.pool_padding == "kernel-1":
        padding = tuple(((k - 1) // 2, k - 1 - (k - 1) // 2) for k in kernel)
    elif padding is None:
        padding = ((0, 0),) * len(kernel)
    else:
        padding = fixed_padding(attributes)
    return {
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
        "rounding": framework.ceil if rounding == "ceil" else rounding,
    }


def _output(inputs: Shapes, attributes: Attributes) -> Shape:
    shape = inputs[0]
    if attributes["kernel"] == "global":
        ones = (1,) * (len(shape) - 1) if attributes["keep_dims"] else ()
        return (*ones, shape[-1])
    return (*output_sizes(spatial(shape), attributes), shape[-1])


def _output_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    if attributes["kernel"] != "global":
        return window_formulas(inputs, attributes, output)
    positions = times(*spatial(inputs[0]))
    return Formulas(notes=(f"Global: one window over all {positions} positions of a channel.",))


def _windows(input_shape: Shape, attributes: Attributes, output: Shape) -> Windows:
    if attributes["kernel"] == "global":
        return tuple(map(global_window, spatial(input_shape)))
    return sliding_windows(input_shape, attributes, output)


def _kernel(inputs: Shapes, attributes: Attributes) -> Shape:
    """The sizes of the window, which is the whole map if the pool is global."""
    if attributes["kernel"] == "global":
        return spatial(inputs[0])
    kernel: Shape = attributes["kernel"]
    return kernel


def _max_cost(inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    return Cost(elementwise_ops=prod(output) * (prod(_kernel(inputs, attributes)) - 1))


def _max_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    """Comparisons: one less than a window has positions."""
    comparisons = f"{times(*output)}·({times(*_kernel(inputs, attributes))} − 1)"
    return _output_formulas(inputs, attributes, output)._replace(elementwise_ops=comparisons)


def _max_saved(context: OpContext) -> SavedTensors:
    return SavedTensors(inputs=(0,), indices=prod(context.output))


def _mean_cost(inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    return Cost(elementwise_ops=prod(output) * prod(_kernel(inputs, attributes)))


def _mean_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    """Additions, and a division."""
    steps = f"{times(*output)}·({times(*_kernel(inputs, attributes))})"
    return _output_formulas(inputs, attributes, output)._replace(elementwise_ops=steps)


def _mean_saved(context: OpContext) -> SavedTensors:
    """The input, of which only the size is read; a mean over everything keeps nothing."""
    is_global = context.attributes["kernel"] == "global"
    return saves_nothing(context) if is_global else saves_input(context)


_FIELDS = (
    Field("kernel", FieldType.KERNEL, "size of the window, or `global` for the whole map"),
    Field("stride", FieldType.AXES, "step; the framework's default is the kernel, or 1", None),
    Field("padding", FieldType.PADDING, "cells added around the input", None),
    Field(
        "rounding",
        FieldType.CHOICE,
        "whether what is left over gets a window",
        None,
        ("floor", "ceil", "ceil_caffe"),
    ),
    Field("keep_dims", FieldType.FLAG, "a global pool keeps 1x1xC", True),
)


# Adaptive pooling --------------------------------------------------------------------------------


def _adaptive_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*attributes["size"], inputs[0][-1])


def _adaptive_windows(input_shape: Shape, attributes: Attributes, _output: Shape) -> Windows:
    if max(attributes["size"]) > MAX_PERIOD:
        return Unknown("its windows are too many to follow")
    sizes = zip(spatial(input_shape), attributes["size"], strict=True)
    return tuple(adaptive_window(size, count) for size, count in sizes)


def adaptive_windows(size: int, count: int) -> int:
    """The sizes of the ``count`` windows of an adaptive pool, added up, on an axis of ``size``.

    Window i reads from floor(i·size/count) up to ceil((i + 1)·size/count) (torch.nn documentation).
    """
    # Neighbours overlap by one cell, except at the gcd(size, count) - 1 borders that coincide.
    return size + count - gcd(size, count)


def _adaptive_cost(inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    axes = zip(spatial(inputs[0]), attributes["size"], strict=True)
    reads = prod(adaptive_windows(n, count) for n, count in axes) * inputs[0][-1]
    outputs = prod(output) if attributes["mode"] == "max" else 0
    return Cost(elementwise_ops=reads - outputs)


def _adaptive_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    """The sizes of all windows: neighbours share a cell, but where their borders coincide."""
    axes = [
        f"({n} + {count} − {gcd(n, count)})"
        for n, count in zip(spatial(inputs[0]), attributes["size"], strict=True)
    ]
    reads = times(*axes, inputs[0][-1])
    outputs = f" − {times(*output)}" if attributes["mode"] == "max" else ""
    return Formulas(
        output=size_formulas(output, map(str, attributes["size"])),
        elementwise_ops=f"{reads}{outputs}",
        notes=("The output has this size whatever enters.",),
    )


def _adaptive_saved(context: OpContext) -> SavedTensors:
    if context.attributes["mode"] == "max":
        return _max_saved(context)
    is_global = set(context.attributes["size"]) == {1}
    return saves_nothing(context) if is_global else saves_input(context)


OPERATIONS = (
    Op(
        name="max_pool",
        family="pool",
        doc="Maximum of each window: kernel − 1 comparisons per output element.",
        principal="kernel",
        fields=_FIELDS,
        fill_defaults=_fill_defaults,
        validate=partial(_validate, "max_pool"),
        output_shape=_output,
        cost=_max_cost,
        windows=_windows,
        traits=frozenset({"sliding window"}),
        saved=_max_saved,
        formulas=_max_formulas,
        symbols={"elementwise_ops": "{m}·c·({k} − 1)"},
    ),
    Op(
        name="avg_pool",
        family="pool",
        doc="Mean of each window: kernel − 1 additions and a division per output element.",
        principal="kernel",
        fields=_FIELDS,
        fill_defaults=_fill_defaults,
        validate=partial(_validate, "avg_pool"),
        output_shape=_output,
        cost=_mean_cost,
        windows=_windows,
        traits=frozenset({"sliding window"}),
        saved=_mean_saved,
        formulas=_mean_formulas,
        symbols={"elementwise_ops": "{m}·c·({k})"},
    ),
    Op(
        name="adaptive_pool",
        family="pool",
        doc="Windows chosen so that the output has a given size, whatever the input has.",
        principal="size",
        fields=(
            Field("size", FieldType.AXES, "output size"),
            Field("mode", FieldType.CHOICE, "mean or maximum", "avg", ("avg", "max")),
        ),
        validate=partial(_validate, "adaptive_pool"),
        output_shape=_adaptive_output,
        cost=_adaptive_cost,
        windows=_adaptive_windows,
        saved=_adaptive_saved,
        formulas=_adaptive_formulas,
    ),
)
