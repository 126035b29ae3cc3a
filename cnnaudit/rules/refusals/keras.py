"""What Keras refuses: strides with dilation, and any padding but `valid` and `same`."""

from cnnaudit.formatting import sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.conv_arithmetic import same_output_size, spatial
from cnnaudit.rules.refusals.refusal import (
    CONVOLUTIONS,
    POOLS,
    TRANSPOSED,
    Amounts,
    Checks,
    Refusal,
    cells_read,
    crop_layer,
    effective_kernels,
    is_zero,
    pad_layer,
    padding_around,
    padding_literal,
    same_around,
    sizes_literal,
    transposed_same,
)


def _stride_with_dilation(node: Node) -> Refusal | None:
    """keras/src/layers/convolutional/base_conv.py, and its depthwise, separable, transposed kin."""
    stride, dilation = node.attributes["stride"], node.attributes["dilation"]
    if max(stride) == 1 or max(dilation) == 1:
        return None
    return Refusal(
        f"takes no `dilation` together with a `stride` ({sizes_text(dilation)} and"
        f" {sizes_text(stride)} here)",
        "write `stride: 1` or `dilation: 1`",
    )


def _padding(node: Node) -> Refusal | None:
    """`valid` and `same` are all there is (keras/src/utils/argument_validation.py)."""
    amounts = padding_around(node)
    if is_zero(amounts) or amounts == same_around(node):
        return None
    return Refusal(
        f"pads by `valid` and `same` only, and {padding_literal(amounts)} is neither here",
        f"write {pad_layer(amounts)}",
    )


def _pool(node: Node) -> Refusal | None:
    """Pools round down (keras/src/layers/pooling/base_pooling.py: there is no other choice)."""
    if node.attributes["rounding"] == "floor":
        return _padding(node)
    needed = cells_read(node)
    if is_zero(needed) or node.attributes["padding"] == "same":
        write = "`rounding: floor`"
    elif _is_same(node, needed):
        write = "`padding: same` and `rounding: floor`"
    else:
        write = f"{pad_layer(needed)}, with `rounding: floor`"
    return Refusal("has no pools that round up", f"write {write}")


def _is_same(node: Node, amounts: Amounts) -> bool:
    """Whether `same` gives these cells, and as many positions as there are."""
    axes = zip(spatial(node.input_shapes[0]), node.attributes["stride"], strict=True)
    sizes = tuple(same_output_size(size, stride) for size, stride in axes)
    return sizes == spatial(node.output_shape) and amounts == same_around(node)


def _depthwise(node: Node) -> Refusal | None:
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


def _transposed_groups(node: Node) -> Refusal | None:
    """keras/src/layers/convolutional/base_conv_transpose.py: no argument `groups`."""
    if node.attributes["groups"] == 1:
        return None
    return Refusal(
        "has no `groups` in transposed convolutions",
        "write `groups: 1`, or a `slice` and a `conv_transpose` for each group",
    )


def _transposed_padding(node: Node) -> Refusal | None:
    """`valid`, `same`, and `same` with an output padding: half of the kernel on both sides."""
    padding = node.attributes["padding"]
    if padding == "same" or is_zero(padding):
        return None
    kernels = effective_kernels(node)
    if padding == tuple((k // 2, k // 2) for k in kernels):
        return None
    if padding == transposed_same(node) and not any(node.attributes["output_padding"]):
        return None
    return Refusal(
        f"pads by `valid` and `same` only, and {padding_literal(padding)} is neither here",
        f"write {crop_layer(padding)}",
    )


def _output_padding(node: Node) -> Refusal | None:
    """base_conv_transpose.py: "`output_padding` must be < `strides`"."""
    extra, stride = node.attributes["output_padding"], node.attributes["stride"]
    if all(e < s for e, s in zip(extra, stride, strict=True)):
        return None
    less = [min(e, s - 1) for e, s in zip(extra, stride, strict=True)]
    return Refusal(
        f"takes an `output_padding` below the stride only ({sizes_text(extra)} and"
        f" {sizes_text(stride)} here)",
        f"write `output_padding: {sizes_literal(less)}`",
    )


#: The ops that a check reads, and the check.
CHECKS: Checks = (
    ((*CONVOLUTIONS, *TRANSPOSED), _stride_with_dilation),
    (CONVOLUTIONS, _padding),
    (("depthwise_conv", "separable_conv"), _depthwise),
    (POOLS, _pool),
    (TRANSPOSED, _transposed_groups),
    (TRANSPOSED, _transposed_padding),
    (TRANSPOSED, _output_padding),
)
