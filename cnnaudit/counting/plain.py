"""Conventions of texts and of Darknet: arithmetic of convolutions and dense layers only."""

from cnnaudit.counting.preset import (
    ARITHMETIC,
    BIAS,
    CONV_MACS,
    CONVS,
    MACS,
    MOVES,
    NORMS,
    RECURRENT,
    Preset,
    rows,
    uncounted,
)

_NOTHING = (
    *("max_pool", "avg_pool", "adaptive_pool"),
    *(*NORMS, "rms_norm", "lrn", "activation", "upsample", "resize", "embedding"),
    *(*ARITHMETIC, *MOVES),
)
_WORK = {**uncounted(_NOTHING), **rows((*CONVS, "dense", *RECURRENT), MACS)}

PRESETS = (
    Preset(
        "paper",
        "papers",
        "He et al. 2015, table 1",
        "MACs",
        _WORK,
        "What papers call FLOPs are multiply-adds of convolutions and dense layers. Counted for"
        " the network of the file: ResNet-50 of the paper strides in a 1x1 convolution,"
        " torchvision's in the 3x3, which makes 3.86 of 4.09 billion.",
    ),
    Preset(
        "seed-table",
        "structure tables of tutorials",
        "forward computation",
        "MACs",
        {**_WORK, **rows(CONVS, MACS, BIAS._replace(what="outputs of convolutions with bias"))},
        "A convolution counts (window × channels + 1) × outputs, so its bias is a"
        " multiply-accumulate; a dense layer counts its weights only.",
    ),
    Preset(
        "darknet",
        "Darknet",
        "convolutional_layer.c",
        "FLOPs",
        {
            **uncounted((*_NOTHING, "dense", "conv_transpose")),
            **rows(CONVS[:3], CONV_MACS.as_flops()),
        },
        "The sum of what it prints by layer as BFLOPs (10^9), two for each multiply-accumulate of"
        " a convolution; it prints none for other layers, dense ones included.",
    ),
)
