"""One layer at a time, against what each tool printed for the framework's own layer.

Measured with torch 2.13.0 (CPU, evaluation mode, batch 1) and with TensorFlow 2.21.0 under Keras
3.15.1; a channels-first input CxHxW of PyTorch is HxWxC here.
"""

import pytest

from cnnaudit.calculator import Audit
from cnnaudit.counting.count import PRESETS, count
from cnnaudit.ops.registry import OPS
from tests.support import audit_text, chain

TOOLS = ("torchvision", "fvcore", "ptflops", "ptflops-hooks", "thop", "torchinfo", "calflops")

# fmt: off
#: The count of each of TOOLS, by input and layer.
PYTORCH = {
    ("8x10x6", "conv: 5, kernel: 3"):
        (12_960, 12_960, 13_200, 13_200, 12_960, 13_200, 26_160),
    ("8x10x6", "conv: 4, kernel: 3, groups: 2, stride: 2, padding: 1, bias: false"):
        (2160, 2160, 2160, 2160, 2160, 2160, 4320),
    ("20x6", "conv: 5, kernel: 3"):
        (1620, 1620, 1710, 1710, 1620, 1710, 3330),
    ("6x7x8x3", "conv: 5, kernel: 3"):
        (48_600, 48_600, 49_200, 49_200, 48_600, 49_200, 97_800),
    ("8x10x6", "conv_transpose: 5, kernel: 3, stride: 2, padding: 1, output_padding: 1"):
        (21_600, 21_600, 23_200, 88_000, 86_400, 88_000, 43_300),
    ("8x10x6", "conv_transpose: 4, kernel: 2, stride: 2, groups: 2, bias: false"):
        (3840, 3840, 3840, 15_360, 15_360, 15_360, 3840),
    ("8x10x6", "conv_transpose: 4, kernel: 3, dilation: 2, groups: 2"):
        (8640, 8640, 9312, 18_816, 18_144, 18_816, 8688),
    ("8x10x6", "depthwise_conv: 3, multiplier: 2"):
        (5184, 5184, 5760, 5760, 5184, 5760, 10_944),
    ("8x10x6", "separable_conv: 5, kernel: 3"):
        (4032, 4032, 4272, 4272, 4032, 4272, 8304),
    ("30", "dense: 7"):
        (210, 210, 217, 217, 210, 217, 420),
    ("6x8x10", "dense: 7, pointwise: true"):
        (3360, 3360, 3696, 3367, 3360, 77, 6720),
    ("6x8x10", "dense: 7, pointwise: true, bias: false"):
        (3360, 3360, 3360, 3360, 3360, 70, 6720),
    ("8x10x6", "batch_norm: true"):
        (0, 960, 0, 960, 1920, 12, 960),
    ("8x10x6", "batch_norm: true, scale: false, center: false"):
        (0, 480, 0, 480, 960, 0, 480),
    ("30", "batch_norm: true"):
        (0, 60, 0, 60, 120, 60, 60),
    ("8x10x6", "layer_norm: 1"):
        (0, 2400, 0, 0, 1920, 20, 2400),
    ("8x10x6", "layer_norm: 1, scale: false, center: false"):
        (0, 1920, 0, 0, 960, 0, 1920),
    ("8x10x6", "group_norm: 3"):
        (0, 2400, 0, 960, 0, 12, 2400),
    ("8x10x6", "group_norm: 3, scale: false, center: false"):
        (0, 1920, 0, 480, 0, 0, 1920),
    ("8x10x6", "lrn: 5"):
        (0, 0, 0, 0, 0, 0, 2240),
    ("8x10x6", "max_pool: 3, stride: 2, padding: 1"):
        (0, 0, 0, 480, 0, 0, 480),
    ("8x10x6", "avg_pool: 3, stride: 2, padding: 1"):
        (0, 0, 0, 480, 120, 0, 480),
    ("8x10x6", "avg_pool: global"):
        (0, 480, 0, 480, 486, 0, 480),
    ("8x10x6", "adaptive_pool: 3"):
        (0, 480, 0, 480, 534, 0, 480),
    ("8x10x6", "adaptive_pool: 3, mode: max"):
        (0, 0, 0, 480, 0, 0, 480),
    ("20x6", "avg_pool: 2"):
        (0, 0, 0, 120, 60, 0, 120),
    ("20x6", "avg_pool: global"):
        (0, 0, 0, 120, 126, 0, 120),
    ("6x7x8x3", "avg_pool: global"):
        (0, 0, 0, 1008, 1011, 0, 1008),
    ("6x7x8x3", "max_pool: 2"):
        (0, 0, 0, 1008, 0, 0, 1008),
    ("8x10x6", "upsample: 2"):
        (0, 1920, 0, 1920, 1920, 0, 480),
    ("8x10x6", "upsample: 2, mode: linear"):
        (0, 7680, 0, 1920, 21_120, 0, 480),
    ("8x10x6", "upsample: 2, mode: cubic"):
        (0, 0, 0, 1920, 497_280, 0, 480),
    ("20x6", "upsample: 2, mode: linear"):
        (0, 0, 0, 240, 1200, 0, 120),
    ("6x7x8x3", "upsample: 2, mode: linear"):
        (0, 0, 0, 8064, 0, 0, 1008),
    ("8x10x6", "activation: relu"):
        (0, 0, 0, 480, 0, 0, 480),
    ("8x10x6", "activation: relu6"):
        (0, 0, 0, 480, 0, 0, 0),
    ("8x10x6", "activation: leaky_relu"):
        (0, 0, 0, 480, 0, 0, 480),
    ("8x10x6", "activation: elu"):
        (0, 0, 0, 480, 0, 0, 480),
    ("8x10x6", "activation: selu"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: celu"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: gelu"):
        (0, 0, 0, 480, 0, 0, 480),
    ("8x10x6", "activation: sigmoid"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: hard_sigmoid"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: log_sigmoid"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: tanh"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: hard_tanh"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: softplus"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: softsign"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: silu"):
        (0, 0, 0, 0, 0, 0, 480),
    ("8x10x6", "activation: hard_swish"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: mish"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: log_softmax"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "activation: prelu"):
        (0, 0, 0, 480, 480, 1, 480),
    ("8x10x6", "activation: prelu, slopes: channel"):
        (0, 0, 0, 480, 480, 6, 480),
    ("8x10x6", "activation: softmax"):
        (0, 0, 0, 0, 1360, 0, 480),
    ("30", "activation: softmax"):
        (0, 0, 0, 0, 89, 0, 30),
    ("8x10x6", "dropout: 0.5"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "pad: 1"):
        (0, 0, 0, 0, 0, 0, 0),
    ("8x10x6", "channel_shuffle: 2"):
        (0, 0, 0, 0, 0, 0, 0),
}
#: The count of TensorFlow's profiler, by input and layer.
KERAS = {
    ("8x10x6", "conv: 5, kernel: 3, bias: false"): 25_920,
    ("8x10x6", "conv: 5, kernel: 3"): 26_160,
    ("8x10x6", "conv: 6, kernel: 3, groups: 2"): 288,
    ("8x10x6", "conv: 5, kernel: 3, dilation: 2"): 13_080,
    ("8x10x6", "conv: 5, kernel: 3, stride: 2, padding: same"): 10_900,
    ("20x6", "conv: 5, kernel: 3"): 3330,
    ("6x7x8x3", "conv: 5, kernel: 3"): 97_800,
    ("8x10x6", "depthwise_conv: 3"): 5472,
    ("8x10x6", "depthwise_conv: 3, multiplier: 2, bias: false"): 10_368,
    ("8x10x6", "separable_conv: 5, kernel: 3"): 8304,
    ("8x10x6", "conv_transpose: 5, kernel: 3, stride: 2"): 49_980,
    ("8x10x6", "conv_transpose: 5, kernel: 2, stride: 2, bias: false"): 19_200,
    ("8x10x6", "conv_transpose: 5, kernel: 3, stride: 2, padding: same"): 44_800,
    ("20x6", "conv_transpose: 5, kernel: 3, stride: 2"): 3895,
    ("6x7x8x3", "conv_transpose: 5, kernel: 3, stride: 2"): 16_575,
    ("30", "dense: 7"): 427,
    ("8x10x6", "dense: 7, pointwise: true"): 7280,
    ("8x10x6", "max_pool: 2"): 480,
    ("8x10x6", "max_pool: 3, stride: 2, padding: same"): 1080,
    ("8x10x6", "max_pool: global"): 0,
    ("6x7x8x3", "max_pool: 2"): 0,
    ("20x6", "max_pool: 2"): 120,
    ("8x10x6", "avg_pool: 3, stride: 2, padding: same"): 1080,
    ("8x10x6", "avg_pool: global"): 480,
    ("6x7x8x3", "avg_pool: 2"): 0,
    ("6x7x8x3", "avg_pool: global"): 1008,
    ("8x10x6", "batch_norm: true"): 996,
    ("8x10x6", "batch_norm: true, scale: false"): 990,
    ("8x10x6", "batch_norm: true, center: false"): 996,
    ("8x10x6", "batch_norm: true, scale: false, center: false"): 990,
    ("30", "batch_norm: true"): 240,
    ("8x10x6", "layer_norm: -1"): 4640,
    ("8x10x6", "layer_norm: [0, 1, 2]"): 4324,
    ("8x10x6", "layer_norm: -1, scale: false"): 3760,
    ("8x10x6", "layer_norm: -1, center: false"): 4160,
    ("8x10x6", "layer_norm: -1, scale: false, center: false"): 3280,
    ("8x10x6", "group_norm: 3"): 2910,
    ("8x10x6", "group_norm: 3, scale: false"): 2901,
    ("8x10x6", "group_norm: 3, center: false"): 2904,
    ("8x10x6", "group_norm: 3, scale: false, center: false"): 2895,
    ("8x10x6", "activation: relu"): 0,
    ("8x10x6", "activation: relu6"): 0,
    ("8x10x6", "activation: leaky_relu"): 0,
    ("8x10x6", "activation: elu"): 0,
    ("8x10x6", "activation: selu"): 0,
    ("8x10x6", "activation: celu"): 2400,
    ("8x10x6", "activation: gelu"): 1920,
    ("8x10x6", "activation: sigmoid"): 0,
    ("8x10x6", "activation: hard_sigmoid"): 960,
    ("8x10x6", "activation: log_sigmoid"): 960,
    ("8x10x6", "activation: tanh"): 0,
    ("8x10x6", "activation: hard_tanh"): 960,
    ("8x10x6", "activation: softplus"): 0,
    ("8x10x6", "activation: softsign"): 0,
    ("8x10x6", "activation: silu"): 960,
    ("8x10x6", "activation: hard_swish"): 1440,
    ("8x10x6", "activation: mish"): 480,
    ("8x10x6", "activation: exponential"): 0,
    ("8x10x6", "activation: softmax"): 2400,
    ("8x10x6", "activation: log_softmax"): 0,
    ("8x10x6", "activation: prelu"): 1920,
    ("8x10x6", "activation: prelu, slopes: channel"): 1446,
    ("8x10x6", "activation: prelu, slopes: layer"): 1441,
    ("8x10x6", "upsample: 2"): 2,
    ("8x10x6", "upsample: 3"): 2,
    ("20x6", "upsample: 2"): 1,
    ("8x10x6", "upsample: 2, mode: linear"): 0,
    ("8x10x6", "dropout: 0.5"): 0,
    ("8x10x6", "pad: 1"): 0,
    ("8x10x6", "crop: 1"): 0,
}
# fmt: on
RECURRENT = {"rnn", "lstm", "gru"}
KERAS_UNKNOWN = {"adaptive_pool", "average", "embedding", "resize", "rms_norm", "standardize"}


def layer(text: str, input: str, framework: str) -> Audit:
    """A layer that is not the end of its network, where a softmax is part of the loss."""
    return audit_text(chain(f"{{{text}}}", "flatten", input=input, more=f"framework: {framework}"))


def total(name: str, audit: Audit) -> int:
    counted = count(audit, PRESETS[name])
    assert counted.unknown_ops == ()
    return counted.total


@pytest.mark.parametrize(("input", "text"), PYTORCH)
def test_a_layer_of_pytorch(input: str, text: str) -> None:
    audit = layer(text, input, "pytorch")
    expected = dict(zip(TOOLS, PYTORCH[input, text], strict=True))
    assert {tool: total(tool, audit) for tool in TOOLS} == expected


@pytest.mark.parametrize(("input", "text"), KERAS)
def test_a_layer_of_keras(input: str, text: str) -> None:
    assert total("keras", layer(text, input, "keras")) == KERAS[input, text]


@pytest.mark.parametrize(("name", "operations"), [("keras", 480), ("calflops", 0), ("fvcore", 0)])
def test_a_sum_of_two_inputs(name: str, operations: int) -> None:
    """x + x, and in Keras ``Add``; the product and the concatenation likewise."""
    for op in ("add", "multiply"):
        text = chain("{name: a, dropout: 0.1}", f"{{{op}: [in, a]}}", input="8x10x6")
        assert total(name, audit_text(text)) == operations
    both = chain("{name: a, dropout: 0.1}", "{concat: [in, a]}", input="8x10x6")
    assert total(name, audit_text(both)) == 0


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_knows_the_kinds_of_layers(name: str) -> None:
    """A new kind is unknown to a preset until it has a row; these are left open."""
    open_to = {
        "paper": set(),
        "seed-table": set(),
        **dict.fromkeys(("torchvision", "ptflops", "darknet"), RECURRENT),
        "keras": KERAS_UNKNOWN | RECURRENT,
    }
    unknown = open_to.get(name, {"rms_norm", "resize"} | RECURRENT)
    assert OPS.keys() - PRESETS[name].table.keys() == unknown


def test_an_unknown_kind_makes_a_lower_bound() -> None:
    audit = layer("adaptive_pool: 3", "8x10x6", "keras")
    assert count(audit, PRESETS["keras"]).unknown_ops == ("adaptive_pool",)
