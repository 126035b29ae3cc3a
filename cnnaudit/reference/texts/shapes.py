"""Padding, rounding, what frameworks make of them, and the receptive field."""

from collections.abc import Mapping

from cnnaudit.ops.frameworks import DEFAULT_FRAMEWORK, FRAMEWORKS, Framework
from cnnaudit.reference.framework_defaults import attribute_text
from cnnaudit.reference.topic import Topic, TopicAttribute

_PADDINGS = """\
cnnaudit: 1
input: 224x224x3
layers:
  - {name: valid, conv: 8, kernel: 3, stride: 2, from: in}
  - {name: same, conv: 8, kernel: 3, stride: 2, padding: same, from: in}
  - {name: half, conv: 8, kernel: 3, stride: 2, padding: half, from: in}
  - {name: sides, conv: 8, kernel: 3, stride: 2, padding: [[0, 1], [0, 1]], from: in}
"""

_ROUNDING = """\
cnnaudit: 1
framework: pytorch
input: 112x112x64
layers:
  - {name: floor, max_pool: 3, stride: 2, from: in}
  - {name: ceil, max_pool: 3, stride: 2, rounding: ceil, from: in}
"""

_FRAMEWORK = """\
cnnaudit: 1
framework: caffe
input: 112x112x64
layers:
  - {max_pool: 3, stride: 2}
"""

#: What the fields of ``Framework`` decide.
_DIFFERENCES: Mapping[str, str] = {
    "pool_rounding": "whether a pool rounds up: `rounding` of a pool that writes none",
    "ceil": "what `rounding: ceil` means",
    "pool_padding": "`padding` of a pool that writes none; kernel-1 is in all, the smaller half"
    " first",
    "pool_stride": "`stride` of a pool that writes none: its kernel, or one",
    "prelu_slopes": "how many slopes a prelu learns: one for each element, channel or layer",
    "transpose_fills_stride": "whether a transposed convolution without padding fills up a stride"
    " that is larger than its kernel",
    "statistics_are_params": "whether the total of parameters counts the running statistics of"
    " batch normalisation",
}


def _difference(field: str) -> TopicAttribute:
    """One line of the page about frameworks: what each of them does."""
    values = tuple(
        (name, attribute_text(getattr(framework, field))) for name, framework in FRAMEWORKS.items()
    )
    return TopicAttribute(field, _DIFFERENCES.get(field, ""), frameworks=values)


TOPICS = (
    Topic(
        "padding",
        "convention",
        "Cells that are added around a feature map before a window slides over it.",
        (
            "- `valid`: none\n"
            "- `same`: TensorFlow's: the output has ⌈n/stride⌉ positions, the odd cell is at bottom"
            " and right\n"
            "- `half`: half of the effective kernel (rounded down) on both sides, as PyTorch code"
            " pads\n"
            "- a whole number: so many cells on every side; `[v, h]`: above and below, left and"
            " right\n"
            "- `[[top, bottom], [left, right]]`: each side",
            "`same` and `half` differ at stride 2 and are never aliases: the sizes are equal, the"
            " windows read other cells.",
        ),
        example=_PADDINGS,
        commands=("cnnaudit explain zoo:resnet-50 conv1",),
        see_also=("conv", "rounding", "frameworks"),
    ),
    Topic(
        "rounding",
        "convention",
        "What becomes of the cells at the end of an axis that no whole window reads.",
        (
            "- `floor`: they are not read; convolutions always do this\n"
            "- `ceil`: they get a window of their own, unless it would start in the padding behind"
            " (PyTorch, ATen/native/Pool.h)\n"
            "- `ceil_caffe`: the same, but that window is only dropped if any axis is padded"
            " (Caffe, pooling_layer.cpp)",
        ),
        example=_ROUNDING,
        see_also=("max_pool", "frameworks", "padding"),
    ),
    Topic(
        "frameworks",
        "convention",
        "What differs silently between keras, pytorch, caffe and darknet.",
        (
            "`framework` says whose defaults hold; without it they are those of"
            f" {DEFAULT_FRAMEWORK}. Where a file names none and the answer would differ, `check`"
            " says so with both sizes.",
            "Sources: Keras 3 ops documentation; torch.nn documentation and ATen/native/Pool.h;"
            " Caffe pooling_layer.cpp; Darknet parser.c and maxpool_layer.c.",
        ),
        tuple(_difference(field) for field in Framework._fields if field != "name"),
        "Differences",
        _FRAMEWORK,
        see_also=("framework", "max_pool", "conv_transpose", "batch_norm", "activation"),
    ),
    Topic(
        "receptive-field",
        "convention",
        "The part of the input that one position of a layer sees.",
        (
            "A field is exact on the graph, per axis, the union over branches, with padding as if"
            " the input went on. `narrowest` is the field on the path that sees least, `path` how"
            " many layers with weights the shortest and the longest way have. Behind a flatten, a"
            " dense layer or a global pool every position sees the same: `global`. Where branches"
            " of different strides meet, or an operation mixes positions, it is `undefined`, and"
            " the reason stands below the table.",
            "In JSON each layer has `receptive_field`, `stride`, `receptive_field_offset` (the"
            " centre of the first field; 0 is the centre of the first cell),"
            " `receptive_field_misalignment` (how far the middle of all fields is from the middle"
            " of the input) and `narrowest_receptive_field`, lists with an entry per spatial axis"
            ' of the input, or `null`, and then `receptive_field_note` is `"global"` or says why;'
            " `input_seen` is the share of the input that the middle position sees, `path_lengths`"
            " the shortest and the longest.",
            "Receptive fields are exact, at borders too, but for dilated windows that step over a"
            " border and windows that read nothing but padding: there the part of the input that"
            " is seen may be given too wide.",
        ),
        commands=("cnnaudit report zoo:resnet-50 --view receptive-field",),
        see_also=("conv", "views"),
    ),
)

#: Words that lead to a page beside its name.
WORDS = {
    "padding": ("same", "valid", "half"),
    "rounding": ("floor", "ceil", "ceil_mode"),
    "frameworks": ("keras", "pytorch", "caffe", "darknet"),
    "receptive-field": ("field", "input_seen", "path_lengths", "offset"),
}
