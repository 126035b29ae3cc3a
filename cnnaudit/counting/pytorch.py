"""Conventions of the counters for PyTorch, each read from its source and measured layer by layer.

All of them look at a model in evaluation mode, batch 1, unless said. The file does not tell how
the model's code is written; where a tool sees modules but not function calls (or the other way
round), the total is that of modules, and what else it may be is an alternative. A softmax at the
end is part of the loss in PyTorch (``nn.CrossEntropyLoss``), so it is counted as an alternative.
"""

from cnnaudit.counting.preset import (
    ARITHMETIC,
    BIAS,
    CONVS,
    MACS,
    MOVES,
    NORMS,
    Alternative,
    Countable,
    CountedNode,
    Preset,
    activation_elements,
    is_adaptive_mean,
    is_final_softmax,
    is_global_average,
    norm_elements,
    rows,
    uncounted,
)
from cnnaudit.layers.kind import Attributes, product
from cnnaudit.layers.windows import effective_kernel, spatial

_POOLS = ("max_pool", "avg_pool", "adaptive_pool")
_SINGLE = (*ARITHMETIC, *MOVES, "embedding")
_REST = (*_POOLS, *NORMS, "lrn", "activation", "upsample", *_SINGLE)
#: Of counters of matrix products only, whatever else there is.
_PRODUCTS = uncounted(("rms_norm", "resize"))
_WORK = {**uncounted(_REST), **rows((*CONVS, "dense"), MACS)}


def _if(holds: bool, count: int) -> int:
    return count if holds else 0


def _through_softmax(use: CountedNode) -> int:
    """Elements of a softmax that is not the end of the network."""
    softmax = use.attributes["function"] == "softmax" and not use.is_output
    return _if(softmax, use.output_elements)


def _on_outputs(use: CountedNode) -> int:
    """A transposed convolution counted as if it were a convolution: every output, every window."""
    window: int = (
        product(use.attributes["kernel"]) * use.input_shapes[0][-1] // use.attributes["groups"]
    )
    return use.output_elements * window


_TRANSPOSED = Countable("outputs × window of transposed convolutions", 1, _on_outputs)

# torchvision --------------------------------------------------------------------------------------

TORCHVISION = Preset(
    "torchvision",
    "torchvision",
    "0.28.0: torch.utils.flop_counter of torch 2.13.0, halved",
    "MACs",
    {**_WORK, **_PRODUCTS},
    "The figures of its model tables, there called GFLOPS and rounded down.",
)

# fvcore: jit_handles.py ---------------------------------------------------------------------------

_ADAPTIVE = Countable(
    "elements read by adaptive average pools",
    1,
    lambda use: _if(is_adaptive_mean(use) and use.rank == 2, use.entering),
)


def _up(mode: str) -> Countable:
    each = {"nearest": 1, "linear": 4}[mode]

    def count(use: CountedNode) -> int:
        return _if(use.attributes["mode"] == mode and use.spatial_rank == 2, use.output_elements)

    return Countable(f"outputs of {mode} upsampling", each, count)


_FVCORE = {
    **_WORK,
    **rows(("batch_norm",), *norm_elements("elements of batch norms", 2, 1)),
    **rows(("layer_norm", "group_norm"), *norm_elements("elements of layer and group norms", 5, 4)),
    **rows(("avg_pool", "adaptive_pool"), _ADAPTIVE),
    **rows(("upsample",), _up("nearest"), _up("linear")),
}
_MEAN = "the global average is written x.mean() instead of as a pool"

FVCORE = Preset(
    "fvcore",
    "fvcore (and timm's benchmark)",
    "0.1.5.post20221221",
    "MACs",
    _FVCORE,
    "It calls them flops. Activations, additions, max and windowed average pools count for"
    " nothing; a batch norm is a factor and an addend.",
    (Alternative(_MEAN, lambda use: -_if(is_global_average(use) and use.rank == 2, use.entering)),),
)

MMENGINE = Preset(
    "mmengine",
    "mmengine's get_model_complexity_info, as in its example",
    "fvcore's rules, model in training mode",
    "MACs",
    {
        **_FVCORE,
        **rows(("batch_norm",), *norm_elements("elements of batch norms in training", 5, 4)),
    },
    "The model of its example was not put into evaluation mode, so that every batch norm also"
    " works out its statistics: 5 per element instead of fvcore's 2.",
    FVCORE.alternatives,
)

# ptflops: aten_ops.py, and the module hooks of its earlier releases ------------------------------

PTFLOPS = Preset(
    "ptflops",
    "ptflops, aten backend",
    "0.7.5",
    "MACs",
    {**_WORK, **_PRODUCTS, **rows((*CONVS, "dense"), MACS, BIAS)},
    "An addition for every output of a layer with a bias; nothing else.",
)

#: One per element each; every other function counts for nothing.
_HOOKED = dict.fromkeys(("relu", "relu6", "leaky_relu", "prelu", "elu", "gelu"), 1)

PTFLOPS_HOOKS = Preset(
    "ptflops-hooks",
    "ptflops, pytorch backend",
    "0.6.6 to 0.7.0",
    "MACs",
    {
        **uncounted(_REST),
        **rows(CONVS[:3], MACS, BIAS),
        "conv_transpose": (_TRANSPOSED, BIAS),
        "dense": (
            MACS,
            Countable(
                "biases of dense layers",
                1,
                lambda use: _if(use.attributes["bias"], use.attributes["units"]),
            ),
        ),
        **rows(
            ("batch_norm", "group_norm"), *norm_elements("elements of batch and group norms", 2, 1)
        ),
        **rows(_POOLS, Countable("elements read by pools", 1, lambda use: use.entering)),
        "activation": activation_elements(_HOOKED),
        "upsample": (Countable("outputs of upsampling", 1, lambda use: use.elements),),
    },
    "It sees modules only. A transposed convolution is counted on its output (stride² times too"
    " much). Releases from 0.7.2 count relus and pools twice, as modules and as functions:"
    " 4,132,436,968 for ResNet-50.",
    (
        Alternative(
            "additions of branches are counted too",
            lambda use: _if(use.kind == "add", (len(use.inputs) - 1) * use.elements),
        ),
        Alternative(
            "activations are function calls (F.relu)",
            lambda use: (
                -_if(
                    use.kind == "activation" and use.attributes["function"] in _HOOKED, use.elements
                )
            ),
        ),
        Alternative(
            "global pools are function calls (F.adaptive_avg_pool2d)",
            lambda use: -_if(is_global_average(use), use.entering),
        ),
    ),
)

# thop: vision/calc_func.py ------------------------------------------------------------------------


def _adaptive_thop(use: CountedNode) -> int:
    """Outputs × (window + 1), where the window is input size / output size, even if fractional."""
    return _if(is_adaptive_mean(use), use.input_elements + use.output_elements)


def _mean_thop(use: CountedNode) -> int:
    return _if(use.kind == "avg_pool" and not is_global_average(use), use.output_elements)


def _softmax_thop(use: CountedNode) -> int:
    """Exponentials, sums and divisions of vectors along the channels: 3n − 1 each."""
    return use.output_positions * (3 * use.output_shape[-1] - 1)


def _up_thop(modes: dict[tuple[str, int], int]) -> tuple[Countable, ...]:
    def item(mode: str, rank: int, each: int) -> Countable:
        def count(use: CountedNode) -> int:
            return _if(
                (use.attributes["mode"], use.spatial_rank) == (mode, rank), use.output_elements
            )

        return Countable(f"outputs of {rank}-D {mode} upsampling", each, count)

    return tuple(item(mode, rank, each) for (mode, rank), each in modes.items())


THOP = Preset(
    "thop",
    "thop (pytorch-OpCounter)",
    "0.1.1.post2209072238",
    "MACs",
    {
        **_WORK,
        "conv_transpose": (_TRANSPOSED,),
        **rows(
            ("batch_norm", "layer_norm"), *norm_elements("elements of batch and layer norms", 4, 2)
        ),
        **rows(
            ("avg_pool", "adaptive_pool"),
            Countable("elements read and written by adaptive average pools", 1, _adaptive_thop),
            Countable("outputs of windowed average pools", 1, _mean_thop),
        ),
        "activation": (
            *activation_elements({"prelu": 1}),
            Countable(
                "operations of inner softmaxes",
                1,
                lambda use: _if(_through_softmax(use) > 0, _softmax_thop(use)),
            ),
        ),
        "upsample": _up_thop(
            {
                ("nearest", 1): 1,
                ("nearest", 2): 1,
                ("nearest", 3): 1,
                ("linear", 1): 5,
                ("linear", 2): 11,
                ("cubic", 2): 259,
            }
        ),
    },
    "It sees modules only, and adds 4 single operations per element of a batch norm to MACs. A"
    " transposed convolution is counted on its output (stride² times too much); group norms count"
    " for nothing.",
    (
        Alternative(
            "global average pools are function calls (F.adaptive_avg_pool2d), as in torchvision's"
            " DenseNets and MobileNet-v2",
            lambda use: -_if(is_global_average(use), _adaptive_thop(use)),
        ),
        Alternative(
            "windowed average pools are function calls (F.avg_pool2d), as in torchvision's"
            " Inception-v3",
            lambda use: -_mean_thop(use),
        ),
        Alternative(
            "the softmax at the end is a module of the model",
            lambda use: _if(is_final_softmax(use), _softmax_thop(use)),
        ),
    ),
)

# torchinfo: layer_info.py -------------------------------------------------------------------------

TORCHINFO = Preset(
    "torchinfo",
    "torchinfo",
    "1.8.0",
    "MACs",
    {
        **uncounted(_REST),
        **rows(
            CONVS,
            Countable(
                "weights and biases of convolutions × output positions",
                1,
                lambda use: use.learned * use.positions,
            ),
        ),
        **rows(
            ("dense", *NORMS, "activation", "embedding"),
            Countable("parameters of other layers", 1, lambda use: use.learned),
        ),
    },
    "Wrong for a dense layer on a feature map: it counts the weights once, whatever the number of"
    " positions (ConvNeXt comes out 93 % low). Wrong for a transposed convolution: the weights are"
    " multiplied by the output's positions. Biases are MACs, and so are a norm's parameters.",
)

# calflops: pytorch_ops.py -------------------------------------------------------------------------


def _transposed_calflops(use: CountedNode) -> int:
    groups: int = use.attributes["groups"]
    return use.macs // groups


def _transposed_bias_calflops(use: CountedNode) -> int:
    """Biases on the output that a convolution, not a transposed one, would have."""
    a: Attributes = use.attributes
    if not a["bias"]:
        return 0
    sizes = zip(
        *(spatial(use.input_shapes[0]), a["kernel"], a["stride"], a["dilation"], _pads(a)),
        strict=True,
    )
    positions = product(
        tuple((n + 2 * p - effective_kernel(k, d)) // s + 1 for n, k, s, d, p in sizes)
    )
    filters: int = a["filters"] // a["groups"]
    return positions * filters


def _pads(attributes: Attributes) -> tuple[int, ...]:
    """PyTorch's padding has one number an axis; ``same`` is not among them and adds none."""
    padding = attributes["padding"]
    if padding == "same":
        return (0,) * len(attributes["kernel"])
    return tuple(before for before, _ in padding)


def _lrn_calflops(use: CountedNode) -> int:
    """Square, factor and addend per element, and the padded channels that its pool reads."""
    size: int = use.attributes["size"]
    return 3 * use.output_elements + use.output_positions * (use.output_shape[-1] + size - 1)


_CALFLOPS_READ = Countable("elements read by pools and upsampling", 1, lambda use: use.entering)

CALFLOPS = Preset(
    "calflops",
    "calflops (after DeepSpeed's profiler)",
    "0.3.2",
    "FLOPs",
    {
        **uncounted(_SINGLE),
        **rows(CONVS[:3], MACS.as_flops(), BIAS._replace(what="outputs of convolutions with bias")),
        "conv_transpose": (
            MACS._replace(measure=_transposed_calflops).as_flops(),
            Countable("biases of transposed convolutions", 1, _transposed_bias_calflops),
        ),
        "dense": (MACS.as_flops(),),
        **rows(("batch_norm",), *norm_elements("elements of batch norms", 2, 1)),
        **rows(
            ("layer_norm", "group_norm"), *norm_elements("elements of layer and group norms", 5, 4)
        ),
        "lrn": (Countable("operations of local response norms", 1, _lrn_calflops),),
        **rows((*_POOLS, "upsample"), _CALFLOPS_READ),
        "activation": (
            *activation_elements(
                dict.fromkeys(("relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "swish"), 1)
            ),
            Countable("elements through inner softmaxes", 1, _through_softmax),
        ),
    },
    "Its MACs are torchvision's; these are its FLOPs. Biases of dense layers, relu6, sigmoids and"
    " additions written with + count for nothing. Wrong for transposed convolutions with groups"
    " (divided by them twice) or a bias (on the wrong output), and for upsampling (the input"
    " instead of the output).",
    (
        Alternative(_MEAN, lambda use: -_if(is_global_average(use), use.entering)),
        Alternative(
            "relu6 is a function call (F.relu6) instead of a module",
            lambda use: _if(
                use.kind == "activation" and use.attributes["function"] == "relu6", use.elements
            ),
        ),
        Alternative(
            "branches are added by torch.add() instead of +",
            lambda use: _if(use.kind == "add", (len(use.inputs) - 1) * use.elements),
        ),
        Alternative(
            "the softmax at the end is part of the model",
            lambda use: _if(is_final_softmax(use), use.elements),
        ),
    ),
)

PRESETS = (
    TORCHVISION,
    FVCORE,
    MMENGINE,
    PTFLOPS,
    PTFLOPS_HOOKS,
    THOP,
    TORCHINFO,
    CALFLOPS,
)
