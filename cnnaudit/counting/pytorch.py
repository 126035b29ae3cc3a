"""Conventions of the counters for PyTorch, each read from its source and measured layer by layer.

Every count is of a model in evaluation mode at batch 1, unless its note says otherwise. An
architecture file does not state how the model's code is written: if a tool sees modules but not
function calls (or the reverse), the total is that of modules, and the other totals are
alternatives. A softmax at the output is part of the loss in PyTorch (``nn.CrossEntropyLoss``), so
counting it is an alternative too.
"""

from collections.abc import Container
from math import prod

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
from cnnaudit.ops.conv_arithmetic import effective_kernel, spatial
from cnnaudit.ops.op import Attributes

_POOLS = ("max_pool", "avg_pool", "adaptive_pool")
_OPERATORS = (*ARITHMETIC, *MOVES, "embedding")
_OTHER_OPS = (*_POOLS, *NORMS, "lrn", "activation", "upsample", *_OPERATORS)
#: Further empty rows of the tools that count matrix products only.
_ONLY_PRODUCTS = uncounted(("rms_norm", "resize"))
_CONVS_AND_DENSE = {**uncounted(_OTHER_OPS), **rows((*CONVS, "dense"), MACS)}


def _if(condition: bool, number: int) -> int:
    return number if condition else 0


def _inner_softmax_elements(node: CountedNode) -> int:
    """Elements of a softmax that is not at an output of the network."""
    is_inner = node.attributes["function"] == "softmax" and not node.is_output
    return _if(is_inner, node.output_elements)


def _merge_additions(node: CountedNode) -> int:
    return _if(node.op == "add", (len(node.input_shapes) - 1) * node.output_elements)


def _activations_of(node: CountedNode, functions: Container[str]) -> int:
    is_one = node.op == "activation" and node.attributes["function"] in functions
    return _if(is_one, node.output_elements)


def _transposed_as_conv(node: CountedNode) -> int:
    """Output elements × window of a transposed convolution, as if it were a convolution."""
    window: int = (
        prod(node.attributes["kernel"]) * node.input_shapes[0][-1] // node.attributes["groups"]
    )
    return node.output_elements * window


_TRANSPOSED = Countable("outputs × window of transposed convolutions", 1, _transposed_as_conv)

# torchvision --------------------------------------------------------------------------------------

TORCHVISION = Preset(
    "torchvision",
    "torchvision",
    "0.28.0: torch.utils.flop_counter of torch 2.13.0, halved",
    "MACs",
    {**_CONVS_AND_DENSE, **_ONLY_PRODUCTS},
    "The figures of its model tables, there called GFLOPS and rounded down.",
)

# fvcore: jit_handles.py ---------------------------------------------------------------------------


def _fvcore_adaptive(node: CountedNode) -> int:
    return _if(is_adaptive_mean(node) and node.spatial_rank == 2, node.input_elements)


def _fvcore_global_as_mean(node: CountedNode) -> int:
    return -_if(is_global_average(node) and node.spatial_rank == 2, node.input_elements)


def _fvcore_upsampling(mode: str, factor: int) -> Countable:
    def measure(node: CountedNode) -> int:
        return _if(node.attributes["mode"] == mode and node.spatial_rank == 2, node.output_elements)

    return Countable(f"outputs of {mode} upsampling", factor, measure)


_FVCORE = {
    **_CONVS_AND_DENSE,
    **rows(("batch_norm",), *norm_elements("elements of batch norms", 2, 1)),
    **rows(("layer_norm", "group_norm"), *norm_elements("elements of layer and group norms", 5, 4)),
    **rows(
        ("avg_pool", "adaptive_pool"),
        Countable("elements read by adaptive average pools", 1, _fvcore_adaptive),
    ),
    "upsample": (_fvcore_upsampling("nearest", 1), _fvcore_upsampling("linear", 4)),
}
_AS_MEAN = "the global average is written x.mean() instead of as a pool"

FVCORE = Preset(
    "fvcore",
    "fvcore (and timm's benchmark)",
    "0.1.5.post20221221",
    "MACs",
    _FVCORE,
    "It calls them flops. Activations, additions, max and windowed average pools count for"
    " nothing; a batch norm is a factor and an addend.",
    (Alternative(_AS_MEAN, _fvcore_global_as_mean),),
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
    {**_CONVS_AND_DENSE, **_ONLY_PRODUCTS, **rows((*CONVS, "dense"), MACS, BIAS)},
    "An addition for every output of a layer with a bias; nothing else.",
)

#: Functions that count one per element; every other function counts as nothing.
_HOOKED = dict.fromkeys(("relu", "relu6", "leaky_relu", "prelu", "elu", "gelu"), 1)

PTFLOPS_HOOKS = Preset(
    "ptflops-hooks",
    "ptflops, pytorch backend",
    "0.6.6 to 0.7.0",
    "MACs",
    {
        **uncounted(_OTHER_OPS),
        **rows(CONVS[:3], MACS, BIAS),
        "conv_transpose": (_TRANSPOSED, BIAS),
        "dense": (
            MACS,
            Countable(
                "biases of dense layers",
                1,
                lambda node: _if(node.attributes["bias"], node.attributes["units"]),
            ),
        ),
        **rows(
            ("batch_norm", "group_norm"), *norm_elements("elements of batch and group norms", 2, 1)
        ),
        **rows(_POOLS, Countable("elements read by pools", 1, lambda node: node.input_elements)),
        "activation": activation_elements(_HOOKED),
        "upsample": (Countable("outputs of upsampling", 1, lambda node: node.output_elements),),
    },
    "It sees modules only. A transposed convolution is counted on its output (stride² times too"
    " much). Releases from 0.7.2 count relus and pools twice, as modules and as functions:"
    " 4,132,436,968 for ResNet-50.",
    (
        Alternative("additions of branches are counted too", _merge_additions),
        Alternative(
            "activations are function calls (F.relu)",
            lambda node: -_activations_of(node, _HOOKED),
        ),
        Alternative(
            "global pools are function calls (F.adaptive_avg_pool2d)",
            lambda node: -_if(is_global_average(node), node.input_elements),
        ),
    ),
)

# thop: vision/calc_func.py ------------------------------------------------------------------------


def _thop_adaptive(node: CountedNode) -> int:
    """Outputs × (window + 1), where window is input size / output size and may be fractional."""
    return _if(is_adaptive_mean(node), node.input_elements + node.output_elements)


def _thop_windowed_mean(node: CountedNode) -> int:
    return _if(node.op == "avg_pool" and not is_global_average(node), node.output_elements)


def _thop_softmax(node: CountedNode) -> int:
    """Exponentials, sums and divisions of vectors along the channels: 3n − 1 each."""
    return node.output_positions * (3 * node.output_shape[-1] - 1)


def _thop_upsampling(factors: dict[tuple[str, int], int]) -> tuple[Countable, ...]:
    """Return the outputs of upsampling, with the factor of each mode and spatial rank."""

    def countable(mode: str, rank: int, factor: int) -> Countable:
        def measure(node: CountedNode) -> int:
            matches = node.attributes["mode"] == mode and node.spatial_rank == rank
            return _if(matches, node.output_elements)

        return Countable(f"outputs of {rank}-D {mode} upsampling", factor, measure)

    return tuple(countable(mode, rank, factor) for (mode, rank), factor in factors.items())


THOP = Preset(
    "thop",
    "thop (pytorch-OpCounter)",
    "0.1.1.post2209072238",
    "MACs",
    {
        **_CONVS_AND_DENSE,
        "conv_transpose": (_TRANSPOSED,),
        **rows(
            ("batch_norm", "layer_norm"), *norm_elements("elements of batch and layer norms", 4, 2)
        ),
        **rows(
            ("avg_pool", "adaptive_pool"),
            Countable("elements read and written by adaptive average pools", 1, _thop_adaptive),
            Countable("outputs of windowed average pools", 1, _thop_windowed_mean),
        ),
        "activation": (
            *activation_elements({"prelu": 1}),
            Countable(
                "operations of inner softmaxes",
                1,
                lambda node: _if(_inner_softmax_elements(node) > 0, _thop_softmax(node)),
            ),
        ),
        "upsample": _thop_upsampling(
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
            lambda node: -_if(is_global_average(node), _thop_adaptive(node)),
        ),
        Alternative(
            "windowed average pools are function calls (F.avg_pool2d), as in torchvision's"
            " Inception-v3",
            lambda node: -_thop_windowed_mean(node),
        ),
        Alternative(
            "the softmax at the end is a module of the model",
            lambda node: _if(is_final_softmax(node), _thop_softmax(node)),
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
        **uncounted(_OTHER_OPS),
        **rows(
            CONVS,
            Countable(
                "weights and biases of convolutions × output positions",
                1,
                lambda node: node.learned_weights * node.output_positions,
            ),
        ),
        **rows(
            ("dense", *NORMS, "activation", "embedding"),
            Countable("parameters of other layers", 1, lambda node: node.learned_weights),
        ),
    },
    "Wrong for a dense layer on a feature map: it counts the weights once, whatever the number of"
    " positions (ConvNeXt comes out 93 % low). Wrong for a transposed convolution: the weights are"
    " multiplied by the output's positions. Biases are MACs, and so are a norm's parameters.",
)

# calflops: pytorch_ops.py -------------------------------------------------------------------------


def _calflops_transposed(node: CountedNode) -> int:
    groups: int = node.attributes["groups"]
    return node.macs // groups


def _calflops_transposed_bias(node: CountedNode) -> int:
    """Bias additions on the output that an ordinary convolution would have."""
    attributes: Attributes = node.attributes
    if not attributes["bias"]:
        return 0
    sizes = zip(
        *(
            spatial(node.input_shapes[0]),
            attributes["kernel"],
            attributes["stride"],
            attributes["dilation"],
            _symmetric_padding(attributes),
        ),
        strict=True,
    )
    counts = ((n + 2 * p - effective_kernel(k, d)) // s + 1 for n, k, s, d, p in sizes)
    positions: int = prod(counts)
    filters: int = attributes["filters"] // attributes["groups"]
    return positions * filters


def _symmetric_padding(attributes: Attributes) -> tuple[int, ...]:
    """Padding as PyTorch's single number an axis; 0 for ``same``, which is not a number."""
    padding = attributes["padding"]
    if padding == "same":
        return (0,) * len(attributes["kernel"])
    return tuple(before for before, _ in padding)


def _calflops_lrn(node: CountedNode) -> int:
    """Square, factor and addend of each element, plus the padded channels that its pool reads."""
    size: int = node.attributes["size"]
    return 3 * node.output_elements + node.output_positions * (node.output_shape[-1] + size - 1)


_CALFLOPS_READ = Countable(
    "elements read by pools and upsampling", 1, lambda node: node.input_elements
)

CALFLOPS = Preset(
    "calflops",
    "calflops (after DeepSpeed's profiler)",
    "0.3.2",
    "FLOPs",
    {
        **uncounted(_OPERATORS),
        **rows(
            CONVS[:3], MACS.as_flops(), BIAS._replace(label="outputs of convolutions with bias")
        ),
        "conv_transpose": (
            MACS._replace(measure=_calflops_transposed).as_flops(),
            Countable("biases of transposed convolutions", 1, _calflops_transposed_bias),
        ),
        "dense": (MACS.as_flops(),),
        **rows(("batch_norm",), *norm_elements("elements of batch norms", 2, 1)),
        **rows(
            ("layer_norm", "group_norm"), *norm_elements("elements of layer and group norms", 5, 4)
        ),
        "lrn": (Countable("operations of local response norms", 1, _calflops_lrn),),
        **rows((*_POOLS, "upsample"), _CALFLOPS_READ),
        "activation": (
            *activation_elements(
                dict.fromkeys(("relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "swish"), 1)
            ),
            Countable("elements through inner softmaxes", 1, _inner_softmax_elements),
        ),
    },
    "Its MACs are torchvision's; these are its FLOPs. Biases of dense layers, relu6, sigmoids and"
    " additions written with + count for nothing. Wrong for transposed convolutions with groups"
    " (divided by them twice) or a bias (on the wrong output), and for upsampling (the input"
    " instead of the output).",
    (
        Alternative(_AS_MEAN, lambda node: -_if(is_global_average(node), node.input_elements)),
        Alternative(
            "relu6 is a function call (F.relu6) instead of a module",
            lambda node: _activations_of(node, ("relu6",)),
        ),
        Alternative("branches are added by torch.add() instead of +", _merge_additions),
        Alternative(
            "the softmax at the end is part of the model",
            lambda node: _if(is_final_softmax(node), node.output_elements),
        ),
    ),
)

PRESETS = (TORCHVISION, FVCORE, MMENGINE, PTFLOPS, PTFLOPS_HOOKS, THOP, TORCHINFO, CALFLOPS)
