"""An example of every operation, where its formulas come from, and what to read beside it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

_DUMOULIN = "Dumoulin & Visin 2016, A guide to convolution arithmetic for deep learning"


class OpExample(NamedTuple):
    """A short network that uses an operation.

    ``sample`` are the values for which the defaults of the frameworks are shown, if those of the
    example would not show the difference. ``sources`` are publications.
    """

    layers: tuple[str, ...]
    input: str = "32x32x3"
    sources: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    sample: Mapping[str, Any] = {}

    @property
    def text(self) -> str:
        """The architecture file."""
        lines = (f"  - {layer}" for layer in self.layers)
        return "\n".join(("cnnaudit: 1", f"input: {self.input}", "layers:", *lines)) + "\n"


_CONV = "{name: a, conv: 8, kernel: 3, padding: same}"
_FEATURES = "{conv: 64, kernel: 3, padding: same, activation: relu}"
_POOLS = ("padding", "rounding", "frameworks", "receptive-field")
_WINDOWS = ("padding", "groups", "frameworks", "receptive-field")
_NORMS = ("batch_norm", "layer_norm", "group_norm", "frameworks")
_MERGES = ("branches", "from", "broadcast")
_RECURRENT = ("rnn", "lstm", "gru", "embedding")


def _two_maps(merge: str, *, last: str = "") -> OpExample:
    """Two feature maps of one shape, joined."""
    return OpExample(
        (
            _CONV,
            "{name: b, conv: 8, kernel: 3, padding: same, activation: relu}",
            f"{{{merge}: [a, b]{last}}}",
        ),
        see_also=_MERGES,
    )


#: By the name of the operation.
EXAMPLES: Mapping[str, OpExample] = {
    "conv": OpExample(
        ("{conv: 64, kernel: 3, stride: 2, padding: same, activation: relu}",),
        "224x224x3",
        (_DUMOULIN,),
        _WINDOWS,
    ),
    "depthwise_conv": OpExample(
        ("{depthwise_conv: 3, padding: same, bias: false}",),
        "112x112x32",
        ("Howard et al. 2017, MobileNets", _DUMOULIN),
        ("separable_conv", *_WINDOWS),
    ),
    "separable_conv": OpExample(
        ("{separable_conv: 128, kernel: 3, padding: same}",),
        "112x112x64",
        ("Chollet 2017, Xception", _DUMOULIN),
        ("depthwise_conv", *_WINDOWS),
    ),
    "conv_transpose": OpExample(
        ("{conv_transpose: 32, kernel: 2, stride: 2}",),
        "28x28x64",
        (_DUMOULIN,),
        ("upsample", "output_padding", *_WINDOWS),
        {"kernel": 2, "stride": 3},
    ),
    "max_pool": OpExample(
        ("{max_pool: 3, stride: 2}",), "112x112x64", (_DUMOULIN,), ("avg_pool", *_POOLS)
    ),
    "avg_pool": OpExample(
        (_FEATURES, "{avg_pool: global, keep_dims: false}", "{dense: 10}"),
        "28x28x64",
        ("Lin et al. 2014, Network in Network (global pooling)", _DUMOULIN),
        ("max_pool", "adaptive_pool", *_POOLS),
        {"kernel": 3},
    ),
    "adaptive_pool": OpExample(
        ("{adaptive_pool: 7, mode: avg}",),
        "20x31x64",
        ("torch.nn.AdaptiveAvgPool2d",),
        ("avg_pool", "resize"),
    ),
    "dense": OpExample(
        ("flatten", "{dense: 10, activation: softmax}"), "7x7x64", (), ("flatten", "pointwise")
    ),
    "batch_norm": OpExample(
        ("{conv: 64, kernel: 3, padding: same, bias: false}", "{batch_norm: true}", "relu"),
        sources=("Ioffe & Szegedy 2015, Batch normalization",),
        see_also=(*_NORMS, "modifiers"),
    ),
    "layer_norm": OpExample(
        ("{layer_norm: -1}",), "14x14x96", ("Ba et al. 2016, Layer normalization",), _NORMS
    ),
    "group_norm": OpExample(
        ("{group_norm: 32}",), "28x28x64", ("Wu & He 2018, Group normalization",), _NORMS
    ),
    "rms_norm": OpExample(
        ("{rms_norm: -1}",),
        "14x14x96",
        ("Zhang & Sennrich 2019, Root mean square layer normalization",),
        _NORMS,
    ),
    "standardize": OpExample(
        ("{standardize: -1}", _FEATURES), sources=("keras.layers.Normalization",), see_also=_NORMS
    ),
    "lrn": OpExample(
        ("{lrn: 5}",),
        "55x55x96",
        ("Krizhevsky et al. 2012, ImageNet classification, section 3.3",),
        _NORMS,
    ),
    "activation": OpExample(
        ("{conv: 64, kernel: 3, padding: same}", "{activation: leaky_relu, alpha: 0.1}"),
        sources=("He et al. 2015, Delving deep into rectifiers (PReLU)",),
        see_also=("modifiers", "signal", "init"),
        sample={"function": "prelu"},
    ),
    "dropout": OpExample(
        ("flatten", "{dense: 128, activation: relu}", "{dropout: 0.5}", "{dense: 10}"),
        "7x7x64",
        ("Srivastava et al. 2014, Dropout",),
        ("modifiers",),
    ),
    "add": _two_maps("add", last=", activation: relu"),
    "multiply": OpExample(
        (
            _CONV,
            "{name: squeeze, avg_pool: global}",
            "{name: gate, conv: 8, kernel: 1, activation: sigmoid}",
            "{multiply: [a, gate]}",
        ),
        sources=("Hu et al. 2018, Squeeze-and-excitation networks",),
        see_also=_MERGES,
    ),
    "concat": _two_maps("concat")._replace(see_also=("branches", "from", "axis")),
    "subtract": _two_maps("subtract"),
    "divide": _two_maps("divide"),
    "average": _two_maps("average"),
    "maximum": _two_maps("maximum"),
    "minimum": _two_maps("minimum"),
    "flatten": OpExample(("flatten", "{dense: 10}"), "7x7x64", (), ("dense", "reshape")),
    "reshape": OpExample(("{reshape: [7, 7, -1]}",), "3136", (), ("flatten", "permute")),
    "permute": OpExample(("{permute: [2, 0, 1]}",), "28x28x64", (), ("reshape",)),
    "pad": OpExample(
        ("{pad: 3}", "{conv: 64, kernel: 7, stride: 2}"), "224x224x3", (), ("padding", "crop")
    ),
    "crop": OpExample(("{crop: [[1, 1], [2, 2]]}",), "28x28x64", (), ("pad", "slice")),
    "upsample": OpExample(
        ("{upsample: 2, mode: linear}",), "28x28x64", (), ("resize", "conv_transpose")
    ),
    "resize": OpExample(("{resize: 64x96}",), "28x28x64", (), ("upsample", "adaptive_pool")),
    "slice": OpExample(
        ("{name: left, slice: [0, 32], from: in}", "{name: right, slice: [32, 64], from: in}"),
        "28x28x64",
        (),
        ("crop", "concat"),
    ),
    "channel_shuffle": OpExample(
        ("{conv: 48, kernel: 1, groups: 3}", "{channel_shuffle: 3}"),
        "28x28x24",
        ("Zhang et al. 2018, ShuffleNet",),
        ("groups",),
    ),
    "scale": OpExample(
        ("{scale: 1e-6}",),
        "14x14x96",
        ("Touvron et al. 2021, Going deeper with image transformers (layer scale)",),
        ("rescale", "layer_norm"),
    ),
    "rescale": OpExample(
        ("{rescale: 1/127.5, offset: -1}", _FEATURES), see_also=("scale", "standardize")
    ),
    "identity": OpExample((_FEATURES, "identity"), see_also=("branches", "dropout")),
    "embedding": OpExample(
        ("{embedding: 64, vocabulary: 10000}", "{lstm: 128}", "{dense: 2}"), "100", (), _RECURRENT
    ),
    "rnn": OpExample(
        ("{rnn: 64}",), "100x16", ("Elman 1990, Finding structure in time",), _RECURRENT
    ),
    "lstm": OpExample(
        ("{lstm: 64, sequences: true}", "{lstm: 64}", "{dense: 10}"),
        "100x16",
        ("Hochreiter & Schmidhuber 1997, Long short-term memory",),
        _RECURRENT,
    ),
    "gru": OpExample(
        ("{gru: 64}",),
        "100x16",
        ("Cho et al. 2014, Learning phrase representations using RNN encoder-decoder",),
        _RECURRENT,
    ),
}
