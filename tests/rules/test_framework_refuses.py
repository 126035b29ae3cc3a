"""What each framework refuses of a layer, the advice written as told, and what it lets pass.

The frameworks' own words are quoted where they raise an error: none of them is installed here.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from cnnaudit.calculator import audit
from cnnaudit.errors import Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.rules.catalogue import RULES
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding
from cnnaudit.sources.files import FileResolver, SourceFile, open_path
from tests.support import ROOT


class Refused(NamedTuple):
    """A layer on an input, what is said and advised, and the layers that follow the advice.

    ``as_large`` says whether the advice keeps the size of the output.
    """

    input: str
    layer: str
    what: str
    write: str
    instead: str
    as_large: bool = True


#: base_conv.py, base_depthwise_conv.py, base_separable_conv.py, base_conv_transpose.py: "`strides >
#: 1` not supported in conjunction with `dilation_rate > 1`"; the last of them: "`output_padding`
#: must be < `strides`".
#: TensorFlow, depthwise_conv_op.cc: "Current implementation only supports equal length strides in
#: the row and column dimensions".
KERAS = [
    Refused(
        "57x57x4",
        "{conv: 8, kernel: 3, stride: 2, dilation: 2}",
        "takes no `dilation` together with a `stride` (2×2 and 2×2 here)",
        "write `stride: 1` or `dilation: 1`",
        "{conv: 8, kernel: 3, stride: 2, dilation: 1}",
        as_large=False,
    ),
    Refused(
        "57x57x4",
        "{depthwise_conv: 3, stride: 2, dilation: 2}",
        "takes no `dilation` together with a `stride`",
        "write `stride: 1` or `dilation: 1`",
        "{depthwise_conv: 3, dilation: 2}",
        as_large=False,
    ),
    Refused(
        "57x57x4",
        "{separable_conv: 8, kernel: 3, stride: 2, dilation: 2}",
        "takes no `dilation` together with a `stride`",
        "write `stride: 1` or `dilation: 1`",
        "{separable_conv: 8, kernel: 3, dilation: 2}",
        as_large=False,
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, dilation: 2}",
        "takes no `dilation` together with a `stride`",
        "write `stride: 1` or `dilation: 1`",
        "{conv_transpose: 8, kernel: 3, stride: 2}",
        as_large=False,
    ),
    Refused(
        "56x56x3",
        "{conv: 8, kernel: 7, stride: 2, padding: half}",
        "pads by `valid` and `same` only, and 3 is neither here",
        "write `- {pad: 3}` before it and `padding: valid` here",
        "{pad: 3}, {conv: 8, kernel: 7, stride: 2, padding: valid}",
    ),
    Refused(
        "56x56x3",
        "{conv: 8, kernel: 3, padding: [[0, 1], [2, 0]]}",
        "and [[0, 1], [2, 0]] is neither here",
        "write `- {pad: [[0, 1], [2, 0]]}` before it and `padding: valid` here",
        "{pad: [[0, 1], [2, 0]]}, {conv: 8, kernel: 3, padding: valid}",
    ),
    Refused(
        "56x56x4",
        "{depthwise_conv: 3, stride: 1x2}",
        "has no depthwise_conv with another stride on each axis (1×2 here)",
        "write `stride: 2`, or `{conv: 4, groups: 4}` with this stride",
        "{conv: 4, groups: 4, kernel: 3, stride: 1x2}",
    ),
    Refused(
        "56x56x4",
        "{separable_conv: 8, kernel: 3, stride: 1x2}",
        "has no separable_conv with another stride on each axis",
        "`{conv: 4, groups: 4, bias: false}` and a 1×1 `conv` with this stride",
        "{conv: 4, groups: 4, bias: false, kernel: 3, stride: 1x2}, {conv: 8, kernel: 1}",
    ),
    Refused(
        "8x8x8x4",
        "{depthwise_conv: 3}",
        "has no depthwise_conv on 3 axes",
        "write `{conv: 4, groups: 4}` with this kernel",
        "{conv: 4, groups: 4, kernel: 3}",
    ),
    Refused(
        "56x56x3",
        "{max_pool: 3, stride: 2, rounding: ceil}",
        "has no pools that round up",
        "write `padding: same` and `rounding: floor`",
        "{max_pool: 3, stride: 2, padding: same, rounding: floor}",
    ),
    Refused(
        "55x55x3",
        "{max_pool: 3, stride: 2, rounding: ceil_caffe}",
        "has no pools that round up",
        "write `rounding: floor`",
        "{max_pool: 3, stride: 2, rounding: floor}",
    ),
    Refused(
        "56x56x3",
        "{max_pool: 3, stride: 2, padding: 1, rounding: ceil}",
        "has no pools that round up",
        "`- {pad: [[1, 2], [1, 2]]}` before it and `padding: valid` here, with `rounding: floor`",
        "{pad: [[1, 2], [1, 2]]}, {max_pool: 3, stride: 2, padding: valid, rounding: floor}",
    ),
    Refused(
        "56x56x3",
        "{max_pool: 3, stride: 2, padding: 1}",
        "pads by `valid` and `same` only, and 1 is neither here",
        "write `- {pad: 1}` before it and `padding: valid` here",
        "{pad: 1}, {max_pool: 3, stride: 2, padding: valid}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, groups: 2}",
        "has no `groups` in transposed convolutions",
        "write `groups: 1`",
        "{conv_transpose: 8, kernel: 3, stride: 2, groups: 1}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 5, stride: 2, padding: 1}",
        "pads by `valid` and `same` only, and 1 is neither here",
        "write `padding: valid` here and `- {crop: 1}` after it",
        "{conv_transpose: 8, kernel: 5, stride: 2, padding: valid}, {crop: 1}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, output_padding: 2}",
        "takes an `output_padding` below the stride only (2×2 and 2×2 here)",
        "write `output_padding: 1`",
        "{conv_transpose: 8, kernel: 3, stride: 2, output_padding: 1}",
        as_large=False,
    ),
]

#: torch/nn/modules/conv.py: "padding='same' is not supported for strided convolutions";
#: ATen/native/Pool.h: "pad should be at most half of effective kernel size, but got pad=2,
#: kernel_size=3 and dilation=1"; ATen, conv_transpose: "output padding must be smaller than either
#: stride or dilation".
PYTORCH = [
    Refused(
        "57x57x3",
        "{conv: 8, kernel: 3, stride: 2, padding: same}",
        "takes no `padding: same` together with a stride",
        "write `padding: 1`",
        "{conv: 8, kernel: 3, stride: 2, padding: 1}",
    ),
    Refused(
        "56x56x3",
        "{depthwise_conv: 3, stride: 2, padding: same}",
        "takes no `padding: same` together with a stride",
        "write `- {pad: [[0, 1], [0, 1]]}` before it and `padding: valid` here",
        "{pad: [[0, 1], [0, 1]]}, {depthwise_conv: 3, stride: 2, padding: valid}",
    ),
    Refused(
        "56x56x3",
        "{conv: 8, kernel: 3, padding: [[0, 1], [0, 1]]}",
        "pads both sides of an axis alike, and [[0, 1], [0, 1]] is not",
        "write `- {pad: [[0, 1], [0, 1]]}` before it and `padding: valid` here",
        "{pad: [[0, 1], [0, 1]]}, {conv: 8, kernel: 3, padding: valid}",
    ),
    Refused(
        "56x56x3",
        "{max_pool: 3, stride: 2, padding: 2}",
        "pads a pool by half of its kernel at most, and 2 is more than half of 3×3",
        "write `- {pad: 2}` before it and `padding: valid` here",
        "{pad: 2}, {max_pool: 3, stride: 2, padding: valid}",
    ),
    Refused(
        "56x56x3",
        "{avg_pool: 3, stride: 1, padding: same}",
        "has no pools with `padding: same`",
        "write `padding: 1`",
        "{avg_pool: 3, stride: 1, padding: 1}",
    ),
    Refused(
        "56x56x3",
        "{max_pool: 2, stride: 1, padding: [[0, 1], [0, 1]]}",
        "pads both sides of an axis alike",
        "write `- {pad: [[0, 1], [0, 1]]}` before it and `padding: valid` here",
        "{pad: [[0, 1], [0, 1]]}, {max_pool: 2, stride: 1, padding: valid}",
    ),
    Refused(
        "7x7x3",
        "{max_pool: 1, stride: 4, rounding: ceil_caffe}",
        "rounds up to 2 × 2 here, and Caffe to 3 × 3",
        "write `rounding: ceil`",
        "{max_pool: 1, stride: 4, rounding: ceil}",
        as_large=False,
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, padding: same}",
        "has no transposed convolutions with `padding: same`",
        "write `padding: 1` and `output_padding: 1`",
        "{conv_transpose: 8, kernel: 3, stride: 2, padding: 1, output_padding: 1}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 4, stride: 2, padding: same}",
        "has no transposed convolutions with `padding: same`",
        "write `padding: 1`",
        "{conv_transpose: 8, kernel: 4, stride: 2, padding: 1}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 2, padding: same}",
        "has no transposed convolutions with `padding: same`",
        "write `padding: valid` here and `- {crop: [[0, 1], [0, 1]]}` after it",
        "{conv_transpose: 8, kernel: 2, padding: valid}, {crop: [[0, 1], [0, 1]]}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 4, stride: 2, padding: [[0, 1], [0, 1]]}",
        "pads both sides of an axis alike",
        "write `padding: valid` here and `- {crop: [[0, 1], [0, 1]]}` after it",
        "{conv_transpose: 8, kernel: 4, stride: 2}, {crop: [[0, 1], [0, 1]]}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, output_padding: 2}",
        "takes an `output_padding` below the stride or the dilation only (2×2, 2×2 and 1×1 here)",
        "write `output_padding: 1`",
        "{conv_transpose: 8, kernel: 3, stride: 2, output_padding: 1}",
        as_large=False,
    ),
]

#: pooling_layer.cpp: CHECK_LT(pad_h_, kernel_h_); caffe.proto.
CAFFE = [
    Refused(
        "56x56x3",
        "{conv: 8, kernel: 3, padding: same}",
        "pads by numbers, and has no `same`",
        "write `padding: 1`",
        "{conv: 8, kernel: 3, padding: 1}",
    ),
    Refused(
        "56x56x3",
        "{conv: 8, kernel: 3, stride: 2, padding: [[0, 1], [0, 1]]}",
        "pads both sides of an axis alike, and [[0, 1], [0, 1]] is not",
        "write `padding: 1`",
        "{conv: 8, kernel: 3, stride: 2, padding: 1}",
    ),
    Refused(
        "56x56x3",
        "{max_pool: 2, stride: 2, padding: 2}",
        "pads a pool by less than its kernel, and 2 is no less than 2×2",
        "write `padding: 1`",
        "{max_pool: 2, stride: 2, padding: 1}",
        as_large=False,
    ),
    Refused(
        "56x3",
        "{max_pool: 2, stride: 2}",
        "pools maps of two axes, and this one has 1 axis",
        "write a `conv` with a stride",
        "{conv: 3, kernel: 2, stride: 2}",
    ),
    Refused(
        "56x56x3",
        "{separable_conv: 8, kernel: 3}",
        "has no layer like `separable_conv`",
        "write a `depthwise_conv` without bias, and a 1×1 `conv` after it",
        "{depthwise_conv: 3, bias: false}, {conv: 8, kernel: 1}",
    ),
    Refused(
        "56x56x8",
        "{group_norm: 2}",
        "has no layer like `group_norm`",
        "write `batch_norm`",
        "batch_norm",
    ),
    Refused(
        "56x56x8",
        "{adaptive_pool: 7}",
        "has no layer like `adaptive_pool`",
        "`avg_pool: global`, or a pool with a kernel and a stride",
        "{avg_pool: 8, stride: 8}",
    ),
    Refused(
        "56x56x8",
        "{pad: 1}, {conv: 8, kernel: 3}",
        "has no layer like `pad`",
        "write its cells into the `padding` of the layer after it",
        "{conv: 8, kernel: 3, padding: 1}",
    ),
    Refused("56x8", "{gru: 8}", "has no layer like `gru`", "write `lstm`", "{lstm: 8}"),
    Refused("56x56x8", "gelu", "has no activation `gelu`", "write `swish`", "swish"),
    Refused("56x56x8", "mish", "has no activation `mish`", "write `swish`", "swish"),
    Refused("56x56x8", "selu", "has no activation `selu`", "write `elu`", "elu"),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, padding: same}",
        "pads by numbers, and has no `same`",
        "write `kernel: 4` and `padding: 1`",
        "{conv_transpose: 8, kernel: 4, stride: 2, padding: 1}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, output_padding: 1}",
        "has no `output_padding`",
        "write `output_padding: 0`, and a kernel larger by as much",
        "{conv_transpose: 8, kernel: 4, stride: 2, output_padding: 0}",
    ),
]

#: parser.c, maxpool_layer.c, activations.h, of the original and of AlexeyAB's fork.
DARKNET = [
    Refused(
        "56x56x3",
        "{conv: 8, kernel: 1x7}",
        "has square kernels only (1×7 here)",
        "write `kernel: 7`",
        "{conv: 8, kernel: 7}",
        as_large=False,
    ),
    Refused(
        "56x56x3",
        "{conv: 8, kernel: 3, stride: 2, padding: same}",
        "pads all sides alike, and [[0, 1], [0, 1]] is not",
        "write `padding: 1`",
        "{conv: 8, kernel: 3, stride: 2, padding: 1}",
    ),
    Refused(
        "56x56x3",
        "{conv: 8, kernel: 3, padding: [1, 2]}",
        "pads all sides alike, and [1, 2] is not",
        "write `padding: 2`",
        "{conv: 8, kernel: 3, padding: 2}",
        as_large=False,
    ),
    Refused(
        "56x56x3",
        "{max_pool: 3, stride: 2, padding: 0, rounding: ceil}",
        "has no pools that round up",
        "write `rounding: floor` and `padding: [[0, 1], [0, 1]]`",
        "{max_pool: 3, stride: 2, rounding: floor, padding: [[0, 1], [0, 1]]}",
    ),
    Refused(
        "56x56x3",
        "{max_pool: 3, stride: 2, padding: [[1, 0], [1, 0]]}",
        "pads both axes alike, the smaller half first, and [[1, 0], [1, 0]] is not so",
        "write `padding: 1`",
        "{max_pool: 3, stride: 2, padding: 1}",
    ),
    Refused(
        "56x3",
        "{conv: 8, kernel: 3}",
        "reads maps of two axes, and this one has 1 axis",
        "write an `input` of two axes",
        "{reshape: 8x7x3}, {conv: 8, kernel: 3}",
        as_large=False,
    ),
    Refused(
        "56x56x3",
        "{separable_conv: 8, kernel: 3}",
        "has no layer like `separable_conv`",
        "write a `depthwise_conv` without bias, and a 1×1 `conv` after it",
        "{depthwise_conv: 3, bias: false}, {conv: 8, kernel: 1}",
    ),
    Refused(
        "56x56x8",
        "hard_swish",
        "has no activation `hard_swish`",
        "write `swish`",
        "swish",
    ),
    Refused(
        "56x56x8",
        "{activation: leaky_relu, alpha: 0.2}",
        "has a leaky_relu with the slope 0.1 only",
        "write `alpha: 0.1`",
        "{activation: leaky_relu, alpha: 0.1}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 4, stride: 2, groups: 2}",
        "has no `groups` in transposed convolutions",
        "write `groups: 1`",
        "{conv_transpose: 8, kernel: 4, stride: 2}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, dilation: 2}",
        "has no `dilation` in transposed convolutions",
        "write `dilation: 1`",
        "{conv_transpose: 8, kernel: 3}",
        as_large=False,
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, padding: same}",
        "pads a transposed convolution by a number, and has no `same`",
        "write `kernel: 4` and `padding: 1`",
        "{conv_transpose: 8, kernel: 4, stride: 2, padding: 1}",
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 4, stride: 2, padding: [1, 0]}",
        "pads all sides alike, and [1, 0] is not",
        "write `padding: 1`",
        "{conv_transpose: 8, kernel: 4, stride: 2, padding: 1}",
        as_large=False,
    ),
    Refused(
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, output_padding: 1}",
        "has no `output_padding`",
        "write `output_padding: 0`, and a kernel larger by as much",
        "{conv_transpose: 8, kernel: 4, stride: 2}",
    ),
    Refused(
        "7x7x4",
        "{upsample: 2, mode: linear}",
        "upsamples by copies, not `linear`",
        "write `mode: nearest`",
        "{upsample: 2, mode: nearest}",
    ),
]

REFUSED = [
    pytest.param(framework, case, id=f"{framework} {case.layer}")
    for framework, cases in (
        ("keras", KERAS),
        ("pytorch", PYTORCH),
        ("caffe", CAFFE),
        ("darknet", DARKNET),
    )
    for case in cases
]

#: Near what is refused: other frameworks' limits, and other spellings of what a framework has.
PASSES = [
    ("keras", "57x57x4", "{conv: 8, kernel: 3, stride: 2}"),
    ("keras", "57x57x4", "{conv: 8, kernel: 3, dilation: 2}"),
    ("keras", "57x57x4", "{separable_conv: 8, kernel: 3, dilation: 2}"),
    ("keras", "56x56x4", "{conv: 8, kernel: 3, padding: half}"),
    ("keras", "56x56x4", "{conv: 8, kernel: 3, padding: 1}"),
    ("keras", "56x56x4", "{conv: 8, kernel: 3, stride: 2, padding: [[0, 1], [0, 1]]}"),
    ("keras", "56x56x4", "{conv: 8, kernel: 3, stride: 1x2, groups: 4}"),
    ("keras", "56x56x4", "{conv: 8, kernel: 3, padding: same, stride: 2}"),
    ("keras", "56x56x4", "{depthwise_conv: 3, stride: 2}"),
    ("keras", "56x4", "{depthwise_conv: 3, stride: 2}"),
    ("keras", "56x56x4", "{max_pool: 3, stride: 2, padding: same}"),
    ("keras", "56x56x4", "{max_pool: 3, stride: 2}"),
    ("keras", "56x56x4", "{avg_pool: global}"),
    ("keras", "7x7x4", "{conv_transpose: 8, kernel: 3, stride: 2, padding: same}"),
    ("keras", "7x7x4", "{conv_transpose: 8, kernel: 2, stride: 4}"),
    ("keras", "7x7x4", "{conv_transpose: 8, kernel: 4, stride: 2, padding: 1}"),
    (
        "keras",
        "7x7x4",
        "{conv_transpose: 8, kernel: 3, stride: 2, padding: same, output_padding: 1}",
    ),
    ("keras", "7x7x4", "{conv_transpose: 8, kernel: 3, dilation: 2}"),
    ("pytorch", "57x57x4", "{conv: 8, kernel: 3, stride: 2, dilation: 2}"),
    ("pytorch", "57x57x4", "{conv: 8, kernel: 4, padding: same}"),
    ("pytorch", "57x57x4", "{conv: 8, kernel: 3, dilation: 2, padding: same}"),
    ("pytorch", "56x56x4", "{conv: 8, kernel: 7, stride: 2, padding: [3, 2]}"),
    ("pytorch", "56x56x4", "{depthwise_conv: 3, stride: 1x2}"),
    ("pytorch", "56x56x4", "{max_pool: 3, stride: 2, padding: 1, rounding: ceil}"),
    ("pytorch", "56x56x4", "{max_pool: 4, stride: 2, padding: 2}"),
    ("pytorch", "56x56x4", "{max_pool: 3, stride: 2, rounding: ceil_caffe}"),
    ("pytorch", "7x7x4", "{conv_transpose: 8, kernel: 3, stride: 2, groups: 2}"),
    ("pytorch", "7x7x4", "{conv_transpose: 8, kernel: 3, stride: 2, output_padding: 1}"),
    ("pytorch", "7x7x4", "{conv_transpose: 8, kernel: 3, dilation: 3, output_padding: 2}"),
    ("caffe", "56x56x4", "{conv: 8, kernel: 1, padding: same}"),
    ("caffe", "56x56x4", "{conv: 8, kernel: 3, dilation: 2, padding: [1, 2]}"),
    ("caffe", "56x56x4", "{depthwise_conv: 3, stride: 2, padding: half}"),
    ("caffe", "56x4", "{conv: 8, kernel: 3}"),
    ("caffe", "56x56x4", "{max_pool: 3, stride: 2, padding: 2}"),
    ("caffe", "56x56x4", "{max_pool: 3, stride: 2, rounding: floor}"),
    (
        "caffe",
        "56x56x4",
        "{activation: leaky_relu, alpha: 0.2}, prelu, elu, sigmoid, tanh, softplus",
    ),
    ("caffe", "56x56x4", "relu6, swish, exponential, softmax, lrn, batch_norm"),
    ("caffe", "7x7x4", "{conv_transpose: 8, kernel: 4, stride: 2, padding: 1, groups: 2}"),
    ("darknet", "56x56x4", "{conv: 8, kernel: 3, dilation: 2, groups: 4, padding: half}"),
    ("darknet", "56x56x4", "{conv: 8, kernel: 3, padding: same}, {conv: 8, kernel: 1}"),
    ("darknet", "56x56x4", "{max_pool: 2, stride: 1}, {max_pool: 2, stride: 2}"),
    ("darknet", "56x56x4", "{max_pool: 2, stride: 2, padding: 0}, {avg_pool: global}"),
    ("darknet", "56x56x4", "mish, swish, gelu, relu6, leaky_relu, selu, {upsample: 2}"),
    ("darknet", "7x7x4", "{conv_transpose: 8, kernel: 4, stride: 2, padding: 1}"),
]


def subject_of(text: str, folder: Path) -> AuditedNetwork:
    source = SourceFile(Source("net.yaml", text), FileResolver(folder, folder.resolve()))
    document = load_architecture(source)
    return AuditedNetwork(audit(build_graph(document)), document)


def net(framework: str, size: str, layers: str) -> str:
    return f"cnnaudit: 1\nframework: {framework}\ninput: {size}\nlayers: [{layers}]\n"


def found(subject: AuditedNetwork) -> list[Finding]:
    check = RULES["framework-refuses"].check
    assert check is not None
    return list(check(subject, {}))


@pytest.mark.parametrize(("framework", "case"), REFUSED)
def test_it_is_refused_with_what_to_write(framework: str, case: Refused, tmp_path: Path) -> None:
    (finding,) = found(subject_of(net(framework, case.input, case.layer), tmp_path))
    name, _, what = finding.message.partition(" ")
    assert name.lower() == framework
    assert case.what in what
    assert case.write in str(finding.help)


@pytest.mark.parametrize(("framework", "case"), REFUSED)
def test_what_the_help_says_passes(framework: str, case: Refused, tmp_path: Path) -> None:
    before = subject_of(net(framework, case.input, case.layer), tmp_path)
    after = subject_of(net(framework, case.input, case.instead), tmp_path)
    assert found(after) == []
    shapes = before.nodes[-1].output_shape, after.nodes[-1].output_shape
    assert not case.as_large or shapes[0] == shapes[1]


@pytest.mark.parametrize(("framework", "size", "layers"), PASSES)
def test_what_the_framework_has_passes(
    framework: str, size: str, layers: str, tmp_path: Path
) -> None:
    assert found(subject_of(net(framework, size, layers), tmp_path)) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "configs").rglob("*.yaml")), ids=lambda path: path.stem
)
def test_the_zoo_is_refused_only_where_it_says_why(path: Path) -> None:
    document = load_architecture(open_path(path))
    refused = bool(found(AuditedNetwork(audit(build_graph(document)), document)))
    assert not refused or "ignore[framework-refuses]" in path.read_text()
