"""Pooling: every output position is the maximum or the mean of a window, channel by channel."""

from functools import partial
from math import gcd

from cnnaudit.errors import Problem
from cnnaudit.layers.conv import window_fault
from cnnaudit.layers.frameworks import Framework
from cnnaudit.layers.geometry import MAX_PERIOD, Windows, dividing, everything
from cnnaudit.layers.kind import Attributes, Field, Kind, Shape, Shapes, Type, Work, product
from cnnaudit.layers.windows import fixed_padding, output_sizes, sliding_windows, spatial


def _complete(attributes: Attributes, framework: Framework) -> Attributes:
    """The framework's stride, padding and rounding where none is written."""
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


def _fault(name: str, inputs: Shapes, attributes: Attributes) -> Problem | None:
    if len(inputs[0]) < 2:
        return Problem(
            "invalid-input",
            f"{name} reads a feature map, and its input is a vector of {inputs[0][0]}",
            "put it before `flatten`",
        )
    if attributes.get("kernel", "global") == "global":
        return None
    return window_fault(inputs, attributes)


def _output(inputs: Shapes, attributes: Attributes) -> Shape:
    shape = inputs[0]
    if attributes["kernel"] == "global":
        ones = (1,) * (len(shape) - 1) if attributes["keep_dims"] else ()
        return (*ones, shape[-1])
    return (*output_sizes(spatial(shape), attributes), shape[-1])


def _window(inputs: Shapes, attributes: Attributes) -> int:
    kernel = attributes["kernel"]
    return product(spatial(inputs[0]) if kernel == "global" else kernel)


def _max_work(inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    return Work(elementwise_ops=product(output) * (_window(inputs, attributes) - 1))


def _mean_work(inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    return Work(elementwise_ops=product(output) * _window(inputs, attributes))


def _windows(entering: Shape, attributes: Attributes, output: Shape) -> Windows:
    if attributes["kernel"] == "global":
        return tuple(map(everything, spatial(entering)))
    return sliding_windows(entering, attributes, output)


def _adaptive_windows(entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    if max(attributes["size"]) > MAX_PERIOD:
        return "its windows are too many to follow"
    sizes = zip(spatial(entering), attributes["size"], strict=True)
    return tuple(dividing(size, count) for size, count in sizes)


def _adaptive_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*attributes["size"], inputs[0][-1])


def adaptive_windows(size: int, count: int) -> int:
    """The sizes of the ``count`` windows of an adaptive pool, added up, on an axis of ``size``.

    Window i reads from floor(i·size/count) up to ceil((i + 1)·size/count) (torch.nn documentation).
    """
    # Neighbours overlap by one cell, except at the gcd(size, count) - 1 borders that coincide.
    return size + count - gcd(size, count)


def _adaptive_work(inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    cells = product(
        tuple(
            adaptive_windows(n, count)
            for n, count in zip(spatial(inputs[0]), attributes["size"], strict=True)
        )
    )
    reads = cells * inputs[0][-1]
    spared = product(output) if attributes["mode"] == "max" else 0
    return Work(elementwise_ops=reads - spared)


_FIELDS = (
    Field("kernel", Type.KERNEL, "size of the window, or `global` for the whole map"),
    Field("stride", Type.AXES, "step; the framework's default is the kernel, or 1", None),
    Field("padding", Type.PADDING, "cells added around the input", None),
    Field(
        "rounding",
        Type.CHOICE,
        "whether what is left over gets a window",
        None,
        ("floor", "ceil", "ceil_caffe"),
    ),
    Field("keep_dims", Type.FLAG, "a global pool keeps 1x1xC", True),
)

KINDS = (
    Kind(
        "max_pool",
        "pool",
        "Maximum of each window: kernel − 1 comparisons per output element.",
        _output,
        "kernel",
        _FIELDS,
        work=_max_work,
        fault=partial(_fault, "max_pool"),
        complete=_complete,
        windows=_windows,
    ),
    Kind(
        "avg_pool",
        "pool",
        "Mean of each window: kernel − 1 additions and a division per output element.",
        _output,
        "kernel",
        _FIELDS,
        work=_mean_work,
        fault=partial(_fault, "avg_pool"),
        complete=_complete,
        windows=_windows,
    ),
    Kind(
        "adaptive_pool",
        "pool",
        "Windows chosen so that the output has a given size, whatever the input has.",
        _adaptive_output,
        "size",
        (
            Field("size", Type.AXES, "output size"),
            Field("mode", Type.CHOICE, "mean or maximum", "avg", ("avg", "max")),
        ),
        work=_adaptive_work,
        fault=partial(_fault, "adaptive_pool"),
        windows=_adaptive_windows,
    ),
)
