"""What the layers of each framework refuse or cannot express, as a table of small checks.

A check reads one node and says what is refused and what to write. Only what cannot be built stands
here: what another spelling expresses (Keras: explicit padding that comes to `same`) passes.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

from cnnaudit.formatting import shape_text, sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.conv_arithmetic import (
    effective_kernel,
    output_sizes,
    padding_amounts,
    same_output_size,
    same_padding,
    spatial,
)
from cnnaudit.ops.op import Shape
from cnnaudit.ops.window_axis import window_axes


class Refusal(NamedTuple):
    """What a framework refuses, as the rest of a sentence that begins with it; what to write."""

    what: str
    write: str


Check: TypeAlias = Callable[[Node], Refusal | None]

#: The cells before and after on each axis.
Amounts: TypeAlias = Sequence[tuple[int, int]]

#: How the frameworks spell themselves.
LABELS = {"keras": "Keras", "pytorch": "PyTorch", "caffe": "Caffe", "darknet": "Darknet"}

_CONVOLUTIONS = ("conv", "depthwise_conv", "separable_conv")
_POOLS = ("max_pool", "avg_pool")
_WINDOWS = (*_CONVOLUTIONS, *_POOLS)
_TRANSPOSED = ("conv_transpose",)


# How amounts are written -------------------------------------------------------------------------


def padding_literal(amounts: Amounts) -> str:
    """Padding as a file writes it: ``1``, ``[1, 2]``, ``[[0, 1], [0, 1]]``."""
    if _is_unlike(amounts):
        return sides_literal(amounts)
    return _sizes_literal([before for before, _ in amounts])


def sides_literal(amounts: Amounts) -> str:
    """Padding as a file writes it side by side: ``[[0, 1], [0, 1]]``."""
    return "[" + ", ".join(f"[{before}, {after}]" for before, after in amounts) + "]"


def _sizes_literal(sizes: Sequence[int]) -> str:
    """Numbers by axis as a file writes them: ``1``, ``[1, 2]``."""
    return str(sizes[0]) if len(set(sizes)) == 1 else str(list(sizes))


def padding_advice(framework: str, node: Node, amounts: Amounts) -> str:
    """How a layer gets ``amounts`` around its input in a framework, as code to write.

    Returns a text that gives more cells where the framework pads both sides alike only.
    """
    padding = f"`padding: {padding_literal(amounts)}`"
    is_pool = node.op in _POOLS
    if framework == "keras":
        return _pad_layer(amounts)
    if framework == "pytorch":
        lacks = _is_unlike(amounts) or (is_pool and _exceeds_half(node, amounts))
        return _pad_layer(amounts) if lacks else padding
    if framework == "darknet" and is_pool and _is_darknet_total(amounts):
        return padding
    larger = [(max(pair), max(pair)) for pair in amounts]
    if framework == "darknet":
        larger = [max(larger)] * len(larger)
    return f"`padding: {padding_literal(larger)}`"


def _pad_layer(amounts: Amounts) -> str:
    return f"`- {{pad: {padding_literal(amounts)}}}` before it and `padding: valid` here"


def _padding_around(node: Node) -> Amounts:
    """The cells that a layer with windows adds around its input."""
    return padding_amounts(spatial(node.input_shapes[0]), node.attributes)


def _same_around(node: Node) -> Amounts:
    """The cells that `same` would add."""
    attributes = {**node.attributes, "padding": "same"}
    return padding_amounts(spatial(node.input_shapes[0]), attributes)


def _exceeds_half(node: Node, amounts: Amounts) -> bool:
    kernel = node.attributes["kernel"]
    return any(before > k // 2 for k, (before, _) in zip(kernel, amounts, strict=True))


def _is_unlike(amounts: Amounts) -> bool:
    """Whether an axis is padded otherwise before than after."""
    return any(before != after for before, after in amounts)


def _is_zero(amounts: Amounts) -> bool:
    return not any(before or after for before, after in amounts)


# Keras -------------------------------------------------------------------------------------------


def _keras_stride_with_dilation(node: Node) -> Refusal | None:
    """keras/src/layers/convolutional/base_conv.py, and its depthwise, separable, transposed kin."""
    stride, dilation = node.attributes["stride"], node.attributes["dilation"]
    if max(stride) == 1 or max(dilation) == 1:
        return None
    return Refusal(
        f"takes no `dilation` together with a `stride` ({sizes_text(dilation)} and"
        f" {sizes_text(stride)} here)",
        "write `stride: 1` or `dilation: 1`",
    )


def _keras_padding(node: Node) -> Refusal | None:
    """`valid` and `same` are all there is (keras/src/utils/argument_validation.py)."""
    amounts = _padding_around(node)
    if _is_zero(amounts) or amounts == _same_around(node):
        return None
    return Refusal(
        f"pads by `valid` and `same` only, and {padding_literal(amounts)} is neither here",
        f"write {_pad_layer(amounts)}",
    )


def _keras_pool(node: Node) -> Refusal | None:
    """Pools round down (keras/src/layers/pooling/base_pooling.py: there is no other choice)."""
    if node.attributes["rounding"] == "floor":
        return _keras_padding(node)
    needed = _cells_read(node)
    if _is_zero(needed) or node.attributes["padding"] == "same":
        write = "`rounding: floor`"
    elif _is_same(node, needed):
        write = "`padding: same` and `rounding: floor`"
    else:
        write = f"{_pad_layer(needed)}, with `rounding: floor`"
    return Refusal("has no pools that round up", f"write {write}")


def _cells_read(node: Node) -> Amounts:
    """The cells around the input with which a pool that rounds up gives the same, rounded down."""
    axes = window_axes(node.input_shapes[0], node.attributes, node.output_shape)
    return tuple((axis.before, max(axis.last - axis.before - axis.size, 0)) for axis in axes)


def _is_same(node: Node, amounts: Amounts) -> bool:
    """Whether `same` gives these cells, and as many positions as there are."""
    axes = zip(spatial(node.input_shapes[0]), node.attributes["stride"], strict=True)
    sizes = tuple(same_output_size(size, stride) for size, stride in axes)
    return sizes == spatial(node.output_shape) and amounts == _same_around(node)


def _keras_depthwise(node: Node) -> Refusal | None:
    """tf.nn.depthwise_conv2d: one stride; Keras has DepthwiseConv1D and 2D, and no third."""
    stride, kernel = node.attributes["stride"], node.attributes["kernel"]
    channels = node.input_shapes[0][-1]
    filters = channels * node.attributes["multiplier"]
    grouped = f"`{{conv: {filters}, groups: {channels}, bias: false}}` and a 1×1 `conv`"
    if node.op == "depthwise_conv":
        grouped = f"`{{conv: {filters}, groups: {channels}}}`"
    if len(kernel) > 2:
        return Refusal(
            f"has no {node.op} on {len(kernel)} axes", f"write {grouped} with this kernel"
        )
    if len(set(stride)) == 1:
        return None
    return Refusal(
        f"has no {node.op} with another stride on each axis ({sizes_text(stride)} here)",
        f"write `stride: {max(stride)}`, or {grouped} with this stride",
    )


def _keras_transposed_groups(node: Node) -> Refusal | None:
    """keras/src/layers/convolutional/base_conv_transpose.py: no argument `groups`."""
    if node.attributes["groups"] == 1:
        return None
    return Refusal(
        "has no `groups` in transposed convolutions",
        "write `groups: 1`, or a `slice` and a `conv_transpose` for each group",
    )


def _keras_transposed_padding(node: Node) -> Refusal | None:
    """`valid`, `same`, and `same` with an output padding: half of the kernel on both sides."""
    padding = node.attributes["padding"]
    if padding == "same" or _is_zero(padding):
        return None
    kernels = _effective_kernels(node)
    if padding == tuple((k // 2, k // 2) for k in kernels):
        return None
    if padding == _transposed_same(node) and not any(node.attributes["output_padding"]):
        return None
    return Refusal(
        f"pads by `valid` and `same` only, and {padding_literal(padding)} is neither here",
        f"write {_crop_layer(padding)}",
    )


def _crop_layer(amounts: Amounts) -> str:
    return f"`padding: valid` here and `- {{crop: {padding_literal(amounts)}}}` after it"


def _effective_kernels(node: Node) -> Shape:
    pairs = zip(node.attributes["kernel"], node.attributes["dilation"], strict=True)
    return tuple(effective_kernel(k, d) for k, d in pairs)


def _keras_output_padding(node: Node) -> Refusal | None:
    """base_conv_transpose.py: "`output_padding` must be < `strides`"."""
    extra, stride = node.attributes["output_padding"], node.attributes["stride"]
    if all(e < s for e, s in zip(extra, stride, strict=True)):
        return None
    less = [min(e, s - 1) for e, s in zip(extra, stride, strict=True)]
    return Refusal(
        f"takes an `output_padding` below the stride only ({sizes_text(extra)} and"
        f" {sizes_text(stride)} here)",
        f"write `output_padding: {_sizes_literal(less)}`",
    )


# PyTorch -----------------------------------------------------------------------------------------


def _torch_convolution(node: Node) -> Refusal | None:
    """torch/nn/modules/conv.py: "padding='same' is not supported for strided convolutions"."""
    amounts = _padding_around(node)
    if node.attributes["padding"] == "same":
        if max(node.attributes["stride"]) == 1:
            return None
        return Refusal(
            "takes no `padding: same` together with a stride",
            f"write {padding_advice('pytorch', node, amounts)}",
        )
    return _padding_unlike("pytorch", node)


def _padding_unlike(framework: str, node: Node) -> Refusal | None:
    """Another padding before than after."""
    amounts = _padding_around(node)
    if not _is_unlike(amounts):
        return None
    return Refusal(
        f"pads both sides of an axis alike, and {padding_literal(amounts)} is not",
        f"write {padding_advice(framework, node, amounts)}",
    )


def _torch_pool(node: Node) -> Refusal | None:
    """ATen/native/Pool.h: "pad should be at most half of effective kernel size"."""
    amounts = _padding_around(node)
    advice = f"write {padding_advice('pytorch', node, amounts)}"
    if node.attributes["padding"] == "same":
        return Refusal("has no pools with `padding: same`", advice)
    if not _is_unlike(amounts) and _exceeds_half(node, amounts):
        kernel = sizes_text(node.attributes["kernel"])
        return Refusal(
            "pads a pool by half of its kernel at most, and"
            f" {padding_literal(amounts)} is more than half of {kernel}",
            advice,
        )
    return _padding_unlike("pytorch", node)


def _torch_rounding(node: Node) -> Refusal | None:
    """ATen/native/Pool.h drops a window that would start behind the input; Caffe may keep it."""
    attributes = node.attributes
    if attributes["rounding"] != "ceil_caffe":
        return None
    sizes = output_sizes(spatial(node.input_shapes[0]), {**attributes, "rounding": "ceil"})
    if sizes == spatial(node.output_shape):
        return None
    return Refusal(
        f"rounds up to {shape_text(sizes)} here, and Caffe to"
        f" {shape_text(spatial(node.output_shape))}",
        "write `rounding: ceil`",
    )


def _torch_transposed_padding(node: Node) -> Refusal | None:
    """torch/nn/modules/conv.py: a transposed convolution takes numbers, one for both sides."""
    if node.attributes["padding"] == "same":
        what = "has no transposed convolutions with `padding: same`"
        return Refusal(what, f"write {_transposed_same_in_numbers(node)}")
    return _transposed_padding_unlike(node)


def _transposed_same_in_numbers(node: Node) -> str:
    """The padding and output padding, or the crop, with which the output is as large."""
    kernels, strides = _effective_kernels(node), node.attributes["stride"]
    pairs = list(zip(kernels, strides, strict=True))
    less = [max(k - s + 1, 0) // 2 for k, s in pairs]
    extra = [2 * p - k + s for p, (k, s) in zip(less, pairs, strict=True)]
    if not any(extra):
        return f"`padding: {_sizes_literal(less)}`"
    if all(e < s for e, s in zip(extra, strides, strict=True)):
        return f"`padding: {_sizes_literal(less)}` and `output_padding: {_sizes_literal(extra)}`"
    return _crop_layer(_transposed_same(node))


def _transposed_same(node: Node) -> Amounts:
    """The cells that `same` takes away from the output."""
    axes = zip(
        spatial(node.input_shapes[0]),
        _effective_kernels(node),
        node.attributes["stride"],
        strict=True,
    )
    return tuple(same_padding(n * s, k, s) for n, k, s in axes)


def _transposed_padding_unlike(node: Node) -> Refusal | None:
    padding = node.attributes["padding"]
    if padding == "same" or not _is_unlike(padding):
        return None
    return Refusal(
        f"pads both sides of an axis alike, and {padding_literal(padding)} is not",
        f"write {_crop_layer(padding)}",
    )


def _torch_output_padding(node: Node) -> Refusal | None:
    """ATen, conv_transpose: "output padding must be smaller than either stride or dilation"."""
    attributes = node.attributes
    extra, stride, dilation = (attributes[k] for k in ("output_padding", "stride", "dilation"))
    limits = [max(pair) for pair in zip(stride, dilation, strict=True)]
    if all(e < limit for e, limit in zip(extra, limits, strict=True)):
        return None
    less = [min(e, limit - 1) for e, limit in zip(extra, limits, strict=True)]
    return Refusal(
        f"takes an `output_padding` below the stride or the dilation only ({sizes_text(extra)},"
        f" {sizes_text(stride)} and {sizes_text(dilation)} here)",
        f"write `output_padding: {_sizes_literal(less)}`",
    )


# Caffe and Darknet: layers that are not there ----------------------------------------------------


def _lacks(layers: Mapping[str, str]) -> Check:
    """No layer of this kind; ``layers`` says by op what to write in its place."""
    return lambda node: Refusal(f"has no layer like `{node.op}`", f"write {layers[node.op]}")


def _lacks_function(functions: Mapping[str, str]) -> Check:
    """No such activation; ``functions`` names for each the nearest that is there."""

    def check(node: Node) -> Refusal | None:
        function = node.attributes["function"]
        if function not in functions:
            return None
        return Refusal(f"has no activation `{function}`", f"write `{functions[function]}`")

    return check


_SEPARABLE = "a `depthwise_conv` without bias, and a 1×1 `conv` after it"
_NORM = "`batch_norm`"
_PAD = "its cells into the `padding` of the layer after it"
_SHUFFLE = "a 1×1 `conv` without groups, which mixes all channels"
_ADAPTIVE = "`avg_pool: global`, or a pool with a kernel and a stride"

#: What BVLC's master has no layer for (caffe/src/caffe/layers), and what to write. Its depthwise
#: convolutions are grouped ones.
_CAFFE_LACKS = {
    "separable_conv": _SEPARABLE,
    "layer_norm": _NORM,
    "group_norm": _NORM,
    "rms_norm": _NORM,
    "adaptive_pool": _ADAPTIVE,
    "pad": _PAD,
    "channel_shuffle": _SHUFFLE,
    "permute": "the weights of the layer after it in another order",
    "resize": "`upsample` or a `conv_transpose`",
    "gru": "`lstm`",
}

#: ReLU (with a slope), PReLU, ELU, Sigmoid, TanH, BNLL (softplus), Exp, Swish and Clip (relu6,
#: hard_tanh) are there.
_CAFFE_LACKS_FUNCTIONS = {
    "selu": "elu",
    "celu": "elu",
    "gelu": "swish",
    "hard_sigmoid": "sigmoid",
    "log_sigmoid": "sigmoid",
    "softsign": "tanh",
    "hard_swish": "swish",
    "mish": "swish",
    "hard_shrink": "relu",
    "soft_shrink": "relu",
    "tanh_shrink": "tanh",
    "squareplus": "softplus",
    "sparse_plus": "softplus",
    "sparse_sigmoid": "sigmoid",
}

_ARITHMETIC = "`add`, or `concat` and a 1×1 `conv`"

#: What neither the original Darknet nor the fork of A. Bochkovskiy has (parser.c of both).
_DARKNET_LACKS = {
    "separable_conv": _SEPARABLE,
    "layer_norm": _NORM,
    "group_norm": _NORM,
    "rms_norm": _NORM,
    "adaptive_pool": _ADAPTIVE,
    "pad": _PAD,
    "channel_shuffle": _SHUFFLE,
    "permute": "the weights of the layer after it in another order",
    "resize": "`upsample` or a `conv_transpose`",
    "subtract": _ARITHMETIC,
    "divide": _ARITHMETIC,
    "average": _ARITHMETIC,
    "maximum": _ARITHMETIC,
    "minimum": _ARITHMETIC,
}

#: activations.h of both: swish, mish, gelu and relu6 are in the fork.
_DARKNET_LACKS_FUNCTIONS = {
    "prelu": "leaky_relu",
    "celu": "elu",
    "hard_sigmoid": "sigmoid",
    "log_sigmoid": "sigmoid",
    "softplus": "relu",
    "softsign": "tanh",
    "hard_swish": "swish",
    "exponential": "elu",
    "hard_shrink": "relu",
    "soft_shrink": "relu",
    "tanh_shrink": "tanh",
    "threshold": "relu",
    "squareplus": "relu",
    "sparse_plus": "relu",
    "sparse_sigmoid": "sigmoid",
    "log_softmax": "softmax",
}


# Caffe -------------------------------------------------------------------------------------------


def _caffe_padding(node: Node) -> Refusal | None:
    """caffe.proto, ConvolutionParameter and PoolingParameter: one number an axis."""
    amounts = _padding_around(node)
    if node.attributes["padding"] == "same" and not _is_zero(amounts):
        write = f"write {padding_advice('caffe', node, amounts)}"
        return Refusal("pads by numbers, and has no `same`", write)
    return _padding_unlike("caffe", node)


def _caffe_pool(node: Node) -> Refusal | None:
    """pooling_layer.cpp: CHECK_LT(pad_h_, kernel_h_), and maps of two axes."""
    kernel = node.attributes["kernel"]
    if len(kernel) != 2:
        axes = "1 axis" if len(kernel) == 1 else f"{len(kernel)} axes"
        return Refusal(
            f"pools maps of two axes, and this one has {axes}",
            f"write a `conv` with a stride, or `{node.op}: global` at the end",
        )
    amounts = _padding_around(node)
    pairs = list(zip(kernel, amounts, strict=True))
    if all(max(pair) < k for k, pair in pairs):
        return _caffe_padding(node)
    less = [min(max(pair), k - 1) for k, pair in pairs]
    return Refusal(
        f"pads a pool by less than its kernel, and {padding_literal(amounts)} is no less than"
        f" {sizes_text(kernel)}",
        f"write `padding: {_sizes_literal(less)}`",
    )


def _caffe_transposed(node: Node) -> Refusal | None:
    """deconv_layer.cpp: the output of a convolution turned round, one padding an axis."""
    if node.attributes["padding"] == "same":
        return Refusal("pads by numbers, and has no `same`", f"write {_bilinear_window(node)}")
    return _transposed_padding_unlike(node)


def _bilinear_window(node: Node) -> str:
    """The window that enlarges exactly by the stride (filler.hpp, BilinearFiller)."""
    stride = node.attributes["stride"]
    kernel = _sizes_literal([2 * s - s % 2 for s in stride])
    return f"`kernel: {kernel}` and `padding: {_sizes_literal([s // 2 for s in stride])}`"


def _no_output_padding(node: Node) -> Refusal | None:
    """No such parameter in caffe.proto, nor in Darknet's deconvolutional_layer.c."""
    if not any(node.attributes["output_padding"]):
        return None
    return Refusal(
        "has no `output_padding`", "write `output_padding: 0`, and a kernel larger by as much"
    )


# Darknet -----------------------------------------------------------------------------------------


def _darknet_square(node: Node) -> Refusal | None:
    """parser.c: `size` is one number, and maps have two axes."""
    kernel = node.attributes["kernel"]
    if len(kernel) != 2:
        axes = "1 axis" if len(kernel) == 1 else f"{len(kernel)} axes"
        return Refusal(
            f"reads maps of two axes, and this one has {axes}", "write an `input` of two axes"
        )
    if len(set(kernel)) == 1:
        return None
    return Refusal(
        f"has square kernels only ({sizes_text(kernel)} here)", f"write `kernel: {max(kernel)}`"
    )


def _darknet_padding(node: Node) -> Refusal | None:
    """convolutional_layer.c: one number for all sides."""
    amounts = _padding_around(node)
    if len(amounts) != 2 or _is_alike(amounts):
        return None
    return Refusal(
        f"pads all sides alike, and {padding_literal(amounts)} is not",
        f"write {padding_advice('darknet', node, amounts)}",
    )


def _darknet_pool(node: Node) -> Refusal | None:
    """maxpool_layer.c: one padding for both sides in all, the smaller half first; rounded down."""
    amounts = _padding_around(node)
    if node.attributes["rounding"] != "floor" and node.attributes["padding"] != "same":
        needed = _cells_read(node)
        write = "write `rounding: floor`"
        if not _is_zero(needed) and _is_darknet_total(needed):
            write += f" and `padding: {padding_literal(needed)}`"
        return Refusal("has no pools that round up", write)
    if len(amounts) != 2 or _is_darknet_total(amounts):
        return None
    return Refusal(
        f"pads both axes alike, the smaller half first, and {padding_literal(amounts)} is not so",
        f"write {padding_advice('darknet', node, amounts)}",
    )


def _is_alike(amounts: Amounts) -> bool:
    """Whether all sides of all axes are padded alike."""
    return len(set(chain.from_iterable(amounts))) == 1


def _is_darknet_total(amounts: Amounts) -> bool:
    return len(set(amounts)) == 1 and amounts[0][1] - amounts[0][0] in (0, 1)


def _darknet_transposed(node: Node) -> Refusal | None:
    """deconvolutional_layer.c: size, stride and padding."""
    if node.attributes["groups"] > 1:
        return Refusal("has no `groups` in transposed convolutions", "write `groups: 1`")
    if max(node.attributes["dilation"]) > 1:
        return Refusal("has no `dilation` in transposed convolutions", "write `dilation: 1`")
    padding = node.attributes["padding"]
    if padding == "same":
        return Refusal(
            "pads a transposed convolution by a number, and has no `same`",
            f"write {_bilinear_window(node)}",
        )
    if _is_alike(padding):
        return None
    return Refusal(
        f"pads all sides alike, and {padding_literal(padding)} is not",
        f"write `padding: {max(map(max, padding))}`",
    )


def _darknet_slope(node: Node) -> Refusal | None:
    """activations.h: leaky_activate has the slope 0.1, written into the code."""
    alpha = node.attributes.get("alpha")
    if node.attributes["function"] != "leaky_relu" or alpha is None or float(alpha) == 0.1:
        return None
    return Refusal("has a leaky_relu with the slope 0.1 only", "write `alpha: 0.1`")


def _darknet_upsample(node: Node) -> Refusal | None:
    """upsample_layer.c copies the nearest."""
    if node.attributes["mode"] == "nearest":
        return None
    return Refusal(f"upsamples by copies, not `{node.attributes['mode']}`", "write `mode: nearest`")


#: By framework: the ops that a check reads, and the check.
REFUSALS: Mapping[str, tuple[tuple[tuple[str, ...], Check], ...]] = {
    "keras": (
        ((*_CONVOLUTIONS, *_TRANSPOSED), _keras_stride_with_dilation),
        (_CONVOLUTIONS, _keras_padding),
        (("depthwise_conv", "separable_conv"), _keras_depthwise),
        (_POOLS, _keras_pool),
        (_TRANSPOSED, _keras_transposed_groups),
        (_TRANSPOSED, _keras_transposed_padding),
        (_TRANSPOSED, _keras_output_padding),
    ),
    "pytorch": (
        (_CONVOLUTIONS, _torch_convolution),
        (_POOLS, _torch_pool),
        (_POOLS, _torch_rounding),
        (_TRANSPOSED, _torch_transposed_padding),
        (_TRANSPOSED, _torch_output_padding),
    ),
    "caffe": (
        (tuple(_CAFFE_LACKS), _lacks(_CAFFE_LACKS)),
        (("activation",), _lacks_function(_CAFFE_LACKS_FUNCTIONS)),
        (("conv", "depthwise_conv"), _caffe_padding),
        (_POOLS, _caffe_pool),
        (_TRANSPOSED, _caffe_transposed),
        (_TRANSPOSED, _no_output_padding),
    ),
    "darknet": (
        (tuple(_DARKNET_LACKS), _lacks(_DARKNET_LACKS)),
        (("activation",), _lacks_function(_DARKNET_LACKS_FUNCTIONS)),
        (("activation",), _darknet_slope),
        (("conv", "depthwise_conv", *_POOLS, *_TRANSPOSED), _darknet_square),
        (("conv", "depthwise_conv"), _darknet_padding),
        (_POOLS, _darknet_pool),
        (_TRANSPOSED, _darknet_transposed),
        (_TRANSPOSED, _no_output_padding),
        (("upsample",), _darknet_upsample),
    ),
}
