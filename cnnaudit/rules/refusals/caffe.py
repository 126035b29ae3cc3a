"""What BVLC's Caffe refuses, and the layers that its master does not have."""

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
    Checks,
    Refusal,
    bilinear_window,
    is_zero,
    no_output_padding,
    padding_advice,
    padding_around,
    padding_literal,
    padding_unlike,
    sizes_literal,
    transposed_padding_unlike,
)

#: What BVLC's master has no layer for (caffe/src/caffe/layers), and what to write. Its depthwise
#: convolutions are grouped ones.
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
    "gru": "`lstm`",
}

#: ReLU (with a slope), PReLU, ELU, Sigmoid, TanH, BNLL (softplus), Exp, Swish and Clip (relu6,
#: hard_tanh) are there.
_LACKS_FUNCTIONS = {
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


def _padding(node: Node) -> Refusal | None:
    """caffe.proto, ConvolutionParameter and PoolingParameter: one number an axis."""
    amounts = padding_around(node)
    if node.attributes["padding"] == "same" and not is_zero(amounts):
        write = f"write {padding_advice('caffe', node, amounts)}"
        return Refusal("pads by numbers, and has no `same`", write)
    return padding_unlike("caffe", node)


def _pool(node: Node) -> Refusal | None:
    """pooling_layer.cpp: CHECK_LT(pad_h_, kernel_h_), and maps of two axes."""
    kernel = node.attributes["kernel"]
    if len(kernel) != 2:
        axes = "1 axis" if len(kernel) == 1 else f"{len(kernel)} axes"
        return Refusal(
            f"pools maps of two axes, and this one has {axes}",
            f"write a `conv` with a stride, or `{node.op}: global` at the end",
        )
    amounts = padding_around(node)
    pairs = list(zip(kernel, amounts, strict=True))
    if all(max(pair) < k for k, pair in pairs):
        return _padding(node)
    less = [min(max(pair), k - 1) for k, pair in pairs]
    return Refusal(
        f"pads a pool by less than its kernel, and {padding_literal(amounts)} is no less than"
        f" {sizes_text(kernel)}",
        f"write `padding: {sizes_literal(less)}`",
    )


def _transposed(node: Node) -> Refusal | None:
    """deconv_layer.cpp: the output of a convolution turned round, one padding an axis."""
    if node.attributes["padding"] == "same":
        return Refusal("pads by numbers, and has no `same`", f"write {bilinear_window(node)}")
    return transposed_padding_unlike(node)


#: The ops that a check reads, and the check.
CHECKS: Checks = (
    (tuple(_LACKS), lacks(_LACKS)),
    (("activation",), lacks_function(_LACKS_FUNCTIONS)),
    (("conv", "depthwise_conv"), _padding),
    (POOLS, _pool),
    (TRANSPOSED, _transposed),
    (TRANSPOSED, no_output_padding),
)
