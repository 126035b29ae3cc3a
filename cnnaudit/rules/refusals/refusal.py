"""The vocabulary of refusals: layers that a framework cannot build, and how padding is written."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from cnnaudit.graph.graph import Node
from cnnaudit.ops.conv_arithmetic import effective_kernel, padding_amounts, same_padding, spatial
from cnnaudit.ops.op import Shape
from cnnaudit.ops.window_axis import window_axes


class Refusal(NamedTuple):
    """The refusal of a layer: the rest of a sentence about the framework, and what to write."""

    what: str
    write: str


Check: TypeAlias = Callable[[Node], Refusal | None]

#: The checks of a framework, each with the ops that it applies to.
Checks: TypeAlias = tuple[tuple[tuple[str, ...], Check], ...]

#: The cells before and after on each axis.
Amounts: TypeAlias = Sequence[tuple[int, int]]

CONVOLUTIONS = ("conv", "depthwise_conv", "separable_conv")
POOLS = ("max_pool", "avg_pool")
TRANSPOSED = ("conv_transpose",)


def padding_literal(amounts: Amounts) -> str:
    """Padding as a file writes it: ``1``, ``[1, 2]``, ``[[0, 1], [0, 1]]``."""
    if is_unlike(amounts):
        return sides_literal(amounts)
    return sizes_literal([before for before, _ in amounts])


def sides_literal(amounts: Amounts) -> str:
    """Padding as a file writes it side by side: ``[[0, 1], [0, 1]]``."""
    return "[" + ", ".join(f"[{before}, {after}]" for before, after in amounts) + "]"


def sizes_literal(sizes: Sequence[int]) -> str:
    """Numbers by axis as a file writes them: ``1``, ``[1, 2]``."""
    return str(sizes[0]) if len(set(sizes)) == 1 else str(list(sizes))


def padding_advice(framework: str, node: Node, amounts: Amounts) -> str:
    """The code that pads a layer's input by ``amounts`` in a framework.

    A framework that only pads symmetrically gets the larger amount on both sides.
    """
    padding = f"`padding: {padding_literal(amounts)}`"
    is_pool = node.op in POOLS
    if framework == "keras":
        return pad_layer(amounts)
    if framework == "pytorch":
        lacks = is_unlike(amounts) or (is_pool and exceeds_half(node, amounts))
        return pad_layer(amounts) if lacks else padding
    if framework == "darknet" and is_pool and is_total(amounts):
        return padding
    larger = [(max(pair), max(pair)) for pair in amounts]
    if framework == "darknet":
        larger = [max(larger)] * len(larger)
    return f"`padding: {padding_literal(larger)}`"


def pad_layer(amounts: Amounts) -> str:
    """The code of a padding layer before a layer that has no padding itself."""
    return f"`- {{pad: {padding_literal(amounts)}}}` before it and `padding: valid` here"


def padding_around(node: Node) -> Amounts:
    """The cells that a layer with windows adds around its input."""
    return padding_amounts(spatial(node.input_shapes[0]), node.attributes)


def same_around(node: Node) -> Amounts:
    """The cells that padding `same` would add."""
    attributes = {**node.attributes, "padding": "same"}
    return padding_amounts(spatial(node.input_shapes[0]), attributes)


def exceeds_half(node: Node, amounts: Amounts) -> bool:
    """Whether the padding before is more than half of the kernel on some axis."""
    kernel = node.attributes["kernel"]
    return any(before > k // 2 for k, (before, _) in zip(kernel, amounts, strict=True))


def is_unlike(amounts: Amounts) -> bool:
    """Whether the padding before differs from the padding after on some axis."""
    return any(before != after for before, after in amounts)


def is_zero(amounts: Amounts) -> bool:
    """Whether there is no padding."""
    return not any(before or after for before, after in amounts)


def is_total(amounts: Amounts) -> bool:
    """Whether the amounts are half of one number each, the smaller half first (Darknet)."""
    return len(set(amounts)) == 1 and amounts[0][1] - amounts[0][0] in (0, 1)


def cells_read(node: Node) -> Amounts:
    """The padding with which a pool that rounds up gives the same if it rounds down."""
    axes = window_axes(node.input_shapes[0], node.attributes, node.output_shape)
    return tuple((axis.before, max(axis.last - axis.before - axis.size, 0)) for axis in axes)


def padding_unlike(framework: str, node: Node) -> Refusal | None:
    """A refusal of asymmetric padding."""
    amounts = padding_around(node)
    if not is_unlike(amounts):
        return None
    return Refusal(
        f"pads both sides of an axis alike, and {padding_literal(amounts)} is not",
        f"write {padding_advice(framework, node, amounts)}",
    )


def transposed_padding_unlike(node: Node) -> Refusal | None:
    """A refusal of asymmetric padding of a transposed convolution."""
    padding = node.attributes["padding"]
    if padding == "same" or not is_unlike(padding):
        return None
    return Refusal(
        f"pads both sides of an axis alike, and {padding_literal(padding)} is not",
        f"write {crop_layer(padding)}",
    )


def crop_layer(amounts: Amounts) -> str:
    """The code of a cropping layer after a layer that has no padding itself."""
    return f"`padding: valid` here and `- {{crop: {padding_literal(amounts)}}}` after it"


def effective_kernels(node: Node) -> Shape:
    """The sizes that a dilated kernel spans."""
    pairs = zip(node.attributes["kernel"], node.attributes["dilation"], strict=True)
    return tuple(effective_kernel(k, d) for k, d in pairs)


def transposed_same(node: Node) -> Amounts:
    """The cells that padding `same` removes from the output."""
    axes = zip(
        spatial(node.input_shapes[0]),
        effective_kernels(node),
        node.attributes["stride"],
        strict=True,
    )
    return tuple(same_padding(n * s, k, s) for n, k, s in axes)


def bilinear_window(node: Node) -> str:
    """The window that enlarges exactly by the stride (filler.hpp, BilinearFiller)."""
    stride = node.attributes["stride"]
    kernel = sizes_literal([2 * s - s % 2 for s in stride])
    return f"`kernel: {kernel}` and `padding: {sizes_literal([s // 2 for s in stride])}`"


def no_output_padding(node: Node) -> Refusal | None:
    """No such parameter in caffe.proto, nor in Darknet's deconvolutional_layer.c."""
    if not any(node.attributes["output_padding"]):
        return None
    return Refusal(
        "has no `output_padding`", "write `output_padding: 0`, and a kernel larger by as much"
    )
