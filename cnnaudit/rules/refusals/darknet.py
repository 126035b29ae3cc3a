"""What neither the original Darknet nor AlexeyAB's fork, the one in use, has."""

from itertools import chain

from cnnaudit.formatting import sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.rules.refusals.absent import (
    ADAPTIVE,
    NORM,
    PAD,
    SEPARABLE,
    SHUFFLE,
    lacks,
    lacks_function,
)
from cnnaudit.rules.refusals.refusal import (
    POOLS,
    TRANSPOSED,
    Amounts,
    Checks,
    Refusal,
    bilinear_window,
    cells_read,
    is_total,
    is_zero,
    no_output_padding,
    padding_advice,
    padding_around,
    padding_literal,
)

_ARITHMETIC = "`add`, or `concat` and a 1×1 `conv`"

#: What neither the original Darknet nor the fork of A. Bochkovskiy has (parser.c of both).
_LACKS = {
    "separable_conv": SEPARABLE,
    "layer_norm": NORM,
    "group_norm": NORM,
    "rms_norm": NORM,
    "adaptive_pool": ADAPTIVE,
    "pad": PAD,
    "channel_shuffle": SHUFFLE,
    "permute": "the weights of the layer after it in another order",
    "resize": "`upsample` or a `conv_transpose`",
    "subtract": _ARITHMETIC,
    "divide": _ARITHMETIC,
    "average": _ARITHMETIC,
    "maximum": _ARITHMETIC,
    "minimum": _ARITHMETIC,
}

#: activations.h of both: swish, mish, gelu and relu6 are in the fork.
_LACKS_FUNCTIONS = {
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


def _square(node: Node) -> Refusal | None:
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


def _padding(node: Node) -> Refusal | None:
    """convolutional_layer.c: one number for all sides."""
    amounts = padding_around(node)
    if len(amounts) != 2 or _is_alike(amounts):
        return None
    return Refusal(
        f"pads all sides alike, and {padding_literal(amounts)} is not",
        f"write {padding_advice('darknet', node, amounts)}",
    )


def _pool(node: Node) -> Refusal | None:
    """maxpool_layer.c: one padding for both sides in all, the smaller half first; rounded down."""
    amounts = padding_around(node)
    if node.attributes["rounding"] != "floor" and node.attributes["padding"] != "same":
        needed = cells_read(node)
        write = "write `rounding: floor`"
        if not is_zero(needed) and is_total(needed):
            write += f" and `padding: {padding_literal(needed)}`"
        return Refusal("has no pools that round up", write)
    if len(amounts) != 2 or is_total(amounts):
        return None
    return Refusal(
        f"pads both axes alike, the smaller half first, and {padding_literal(amounts)} is not so",
        f"write {padding_advice('darknet', node, amounts)}",
    )


def _is_alike(amounts: Amounts) -> bool:
    """Whether all sides of all axes are padded alike."""
    return len(set(chain.from_iterable(amounts))) == 1


def _transposed(node: Node) -> Refusal | None:
    """deconvolutional_layer.c: size, stride and padding."""
    if node.attributes["groups"] > 1:
        return Refusal("has no `groups` in transposed convolutions", "write `groups: 1`")
    if max(node.attributes["dilation"]) > 1:
        return Refusal("has no `dilation` in transposed convolutions", "write `dilation: 1`")
    padding = node.attributes["padding"]
    if padding == "same":
        return Refusal(
            "pads a transposed convolution by a number, and has no `same`",
            f"write {bilinear_window(node)}",
        )
    if _is_alike(padding):
        return None
    return Refusal(
        f"pads all sides alike, and {padding_literal(padding)} is not",
        f"write `padding: {max(map(max, padding))}`",
    )


def _slope(node: Node) -> Refusal | None:
    """activations.h: leaky_activate has the slope 0.1, written into the code."""
    alpha = node.attributes.get("alpha")
    if node.attributes["function"] != "leaky_relu" or alpha is None or float(alpha) == 0.1:
        return None
    return Refusal("has a leaky_relu with the slope 0.1 only", "write `alpha: 0.1`")


def _upsample(node: Node) -> Refusal | None:
    """upsample_layer.c copies the nearest."""
    if node.attributes["mode"] == "nearest":
        return None
    return Refusal(f"upsamples by copies, not `{node.attributes['mode']}`", "write `mode: nearest`")


#: The ops that a check reads, and the check.
CHECKS: Checks = (
    (tuple(_LACKS), lacks(_LACKS)),
    (("activation",), lacks_function(_LACKS_FUNCTIONS)),
    (("activation",), _slope),
    (("conv", "depthwise_conv", *POOLS, *TRANSPOSED), _square),
    (("conv", "depthwise_conv"), _padding),
    (POOLS, _pool),
    (TRANSPOSED, _transposed),
    (TRANSPOSED, no_output_padding),
    (("upsample",), _upsample),
)
