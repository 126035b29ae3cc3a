"""Transposed convolution: every input position is spread over a window of the output.

Formulas: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from collections.abc import Iterator
from math import prod

from cnnaudit.errors import Problem
from cnnaudit.formatting import value_text
from cnnaudit.ops.conv import (
    BIAS,
    DILATION,
    FILTERS,
    GROUPS,
    KERNEL,
    PADDING,
    STRIDE,
    bias_adds,
    bias_formula,
    bias_weight,
    group_share,
    validate_groups,
    validate_map,
)
from cnnaudit.ops.conv_arithmetic import (
    effective_kernel,
    fixed_padding,
    is_unpadded,
    same_padding,
    spatial,
    transposed_output_size,
)
from cnnaudit.ops.formula import Formulas, size_formulas, times
from cnnaudit.ops.frameworks import Framework
from cnnaudit.ops.op import (
    Attributes,
    Cost,
    Field,
    FieldType,
    Op,
    Shape,
    Shapes,
    Weight,
    saves_input,
)
from cnnaudit.ops.windows import MAX_PERIOD, Unknown, Windows, transposed_window


def _fill_defaults(attributes: Attributes, framework: Framework) -> Attributes:
    """The padding and output padding that the framework means.

    Keras (``compute_conv_transpose_output_length``): without ``output_padding``, a stride larger
    than the kernel is filled up; with it, ``same`` takes half of the kernel away on both sides.
    """
    stride, extra = attributes["stride"], attributes["output_padding"]
    padding = fixed_padding(attributes)
    kernel = _effective_kernels(attributes)
    if extra is None:
        fills = framework.transpose_fills_stride and is_unpadded(padding)
        extra = tuple(max(s - k, 0) if fills else 0 for s, k in zip(stride, kernel, strict=True))
    elif padding == "same":
        padding = tuple((k // 2, k // 2) for k in kernel)
    return {**attributes, "padding": padding, "output_padding": extra}


def _effective_kernels(attributes: Attributes) -> Shape:
    pairs = zip(attributes["kernel"], attributes["dilation"], strict=True)
    return tuple(effective_kernel(k, d) for k, d in pairs)


def _validate(inputs: Shapes, attributes: Attributes) -> Problem | None:
    problem = validate_map("conv_transpose", inputs) or validate_groups(inputs, attributes)
    if problem or all(n > 0 for n in _output_sizes(spatial(inputs[0]), attributes)):
        return problem
    return Problem(
        "kernel-exceeds-input",
        f"padding {value_text(attributes['padding'])} leaves nothing of the output",
        "use less padding: a transposed convolution takes it away from its output",
    )


def _output_sizes(sizes: Shape, attributes: Attributes) -> Shape:
    stride, padding = attributes["stride"], attributes["padding"]
    if padding == "same":
        return tuple(n * s for n, s in zip(sizes, stride, strict=True))
    kernel, extra = _effective_kernels(attributes), attributes["output_padding"]
    axes = zip(sizes, kernel, stride, padding, extra, strict=True)
    return tuple(transposed_output_size(*axis) for axis in axes)


def _output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*_output_sizes(spatial(inputs[0]), attributes), attributes["filters"])


def _formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    share = group_share(attributes["filters"], attributes["groups"])
    kernel = times(*attributes["kernel"], share, inputs[0][-1])
    window = times(*attributes["kernel"], share)
    is_same = attributes["padding"] == "same"
    return Formulas(
        output=tuple(
            size._replace(symbols=symbols)
            for size, symbols in zip(
                size_formulas(output, _size_expressions(inputs, attributes)),
                _size_symbols(attributes),
                strict=False,
            )
        ),
        weights=f"{kernel} + {attributes['filters']}" if attributes["bias"] else kernel,
        macs=f"{times(*inputs[0])}·({window})",
        bias_adds=bias_formula(attributes, output),
        notes=() if is_same else ("Padding is taken away from the output.",),
    )


def _size_expressions(inputs: Shapes, attributes: Attributes) -> list[str]:
    """The inverse of a convolution's formula (Dumoulin & Visin 2016), for each spatial axis."""
    sizes, stride = spatial(inputs[0]), attributes["stride"]
    if attributes["padding"] == "same":
        return [times(n, s) for n, s in zip(sizes, stride, strict=True)]
    expressions = []
    for n, k, d, s, (before, after), extra in zip(
        sizes,
        attributes["kernel"],
        attributes["dilation"],
        stride,
        attributes["padding"],
        attributes["output_padding"],
        strict=True,
    ):
        kernel = str(k) if d == 1 else f"{d}·({k} − 1) + 1"
        padding = f"2·{before}" if before == after else f"{before} − {after}"
        expressions.append(f"({n} − 1)·{s} + {kernel} − {padding} + {extra}")
    return expressions


def _size_symbols(attributes: Attributes) -> Iterator[str]:
    """The formulas of ``_size_expressions`` before values are filled in."""
    if attributes["padding"] == "same":
        yield from ("n·s",) * len(attributes["kernel"])
        return
    for before, after in attributes["padding"]:
        padding = "2p" if before == after else "p₁ − p₂"
        yield f"(n − 1)·s + d(k − 1) + 1 − {padding} + q"


def _windows(_entering: Shape, attributes: Attributes, output: Shape) -> Windows:
    """``same`` takes away from the output what it would add to a convolution's input."""
    kernel, stride, padding = attributes["kernel"], attributes["stride"], attributes["padding"]
    dilation = attributes["dilation"]
    if max(stride) > MAX_PERIOD:
        return Unknown("its stride is too large to follow")
    if padding == "same":
        axes = zip(spatial(output), _effective_kernels(attributes), stride, strict=True)
        padding = tuple(same_padding(*axis) for axis in axes)
    before = (amounts[0] for amounts in padding)
    windows = zip(kernel, stride, dilation, before, strict=True)
    return tuple(transposed_window(*window) for window in windows)


def _weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    filters = attributes["filters"]
    kernel = (*attributes["kernel"], filters // attributes["groups"], inputs[0][-1])
    return (Weight("kernel", kernel), *bias_weight(attributes, filters))


def _cost(inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    filters = attributes["filters"] // attributes["groups"]
    macs = prod(inputs[0]) * prod(attributes["kernel"]) * filters
    return Cost(macs=macs, bias_adds=bias_adds(attributes, output))


_OUTPUT_PADDING = Field(
    "output_padding", FieldType.EXTRA, "rows and columns added at the end", None
)

OPERATIONS = (
    Op(
        name="conv_transpose",
        family="conv",
        doc="Transposed convolution, counted on its input: MACs are input elements × kernel ×"
        " filters / groups. `padding` is taken away from the output, `output_padding` added to its"
        " end.",
        principal="filters",
        fields=(FILTERS, KERNEL, STRIDE, PADDING, _OUTPUT_PADDING, DILATION, GROUPS, BIAS),
        fill_defaults=_fill_defaults,
        validate=_validate,
        output_shape=_output,
        weights=_weights,
        cost=_cost,
        windows=_windows,
        saved=saves_input,
        formulas=_formulas,
        symbols={"weights": "{k}·f/g·c + b·f", "macs": "{n}·c·({k}·f/g)", "bias_adds": "{m}·f"},
    ),
)
