"""What PyTorch refuses: `same` with a stride, and padding that is uneven or too wide for a pool."""

from cnnaudit.formatting import shape_text, sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.conv_arithmetic import output_sizes, spatial
from cnnaudit.rules.refusals.refusal import (
    CONVOLUTIONS,
    POOLS,
    TRANSPOSED,
    Checks,
    Refusal,
    crop_layer,
    effective_kernels,
    exceeds_half,
    is_unlike,
    padding_advice,
    padding_around,
    padding_literal,
    padding_unlike,
    sizes_literal,
    transposed_padding_unlike,
    transposed_same,
)


def _convolution(node: Node) -> Refusal | None:
    """torch/nn/modules/conv.py: "padding='same' is not supported for strided convolutions"."""
    amounts = padding_around(node)
    if node.attributes["padding"] == "same":
        if max(node.attributes["stride"]) == 1:
            return None
        return Refusal(
            "takes no `padding: same` together with a stride",
            f"write {padding_advice('pytorch', node, amounts)}",
        )
    return padding_unlike("pytorch", node)


def _pool(node: Node) -> Refusal | None:
    """ATen/native/Pool.h: "pad should be at most half of effective kernel size"."""
    amounts = padding_around(node)
    advice = f"write {padding_advice('pytorch', node, amounts)}"
    if node.attributes["padding"] == "same":
        return Refusal("has no pools with `padding: same`", advice)
    if not is_unlike(amounts) and exceeds_half(node, amounts):
        kernel = sizes_text(node.attributes["kernel"])
        return Refusal(
            "pads a pool by half of its kernel at most, and"
            f" {padding_literal(amounts)} is more than half of {kernel}",
            advice,
        )
    return padding_unlike("pytorch", node)


def _rounding(node: Node) -> Refusal | None:
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


def _transposed_padding(node: Node) -> Refusal | None:
    """torch/nn/modules/conv.py: a transposed convolution takes numbers, one for both sides."""
    if node.attributes["padding"] == "same":
        what = "has no transposed convolutions with `padding: same`"
        return Refusal(what, f"write {_transposed_same_in_numbers(node)}")
    return transposed_padding_unlike(node)


def _transposed_same_in_numbers(node: Node) -> str:
    """The padding and output padding, or the crop, with which the output is as large."""
    kernels, strides = effective_kernels(node), node.attributes["stride"]
    pairs = list(zip(kernels, strides, strict=True))
    less = [max(k - s + 1, 0) // 2 for k, s in pairs]
    extra = [2 * p - k + s for p, (k, s) in zip(less, pairs, strict=True)]
    if not any(extra):
        return f"`padding: {sizes_literal(less)}`"
    if all(e < s for e, s in zip(extra, strides, strict=True)):
        return f"`padding: {sizes_literal(less)}` and `output_padding: {sizes_literal(extra)}`"
    return crop_layer(transposed_same(node))


def _output_padding(node: Node) -> Refusal | None:
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
        f"write `output_padding: {sizes_literal(less)}`",
    )


#: The ops that a check reads, and the check.
CHECKS: Checks = (
    (CONVOLUTIONS, _convolution),
    (POOLS, _pool),
    (POOLS, _rounding),
    (TRANSPOSED, _transposed_padding),
    (TRANSPOSED, _output_padding),
)
