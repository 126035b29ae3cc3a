"""The topics of a file's own keys: what may stand at the top level, each with an example."""

from collections.abc import Mapping

from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.parsing.architecture import TOP_LEVEL
from cnnaudit.parsing.training import OPTIMIZERS, PRECISIONS
from cnnaudit.quantities import CLAIMS
from cnnaudit.reference.keys import (
    BACKBONE_DOCS,
    BLOCK_DOCS,
    CHANGE_DOCS,
    DATASET_DOCS,
    EXPECT_DOCS,
    OPTIMIZER_DOCS,
    TOP_LEVEL_DOCS,
    TRAINING_DOCS,
    KeyDoc,
)
from cnnaudit.reference.other_names import file_key_names
from cnnaudit.reference.quantities import QUANTITY_DOCS
from cnnaudit.reference.topic import Topic, TopicAttribute, TopicEntry, capitalised, entry_of

_SMALL = """\
cnnaudit: 1
name: LeNet
description: a small network for digits
source: LeCun et al. 1998
framework: keras
input: 32x32x1
classes: 10
layers:
  - {conv: 6, kernel: 5, activation: relu}
  - {max_pool: 2}
  - {conv: 16, kernel: 5, activation: relu}
  - {max_pool: 2}
  - flatten
  - {dense: classes, activation: softmax}
"""

_INPUTS = """\
cnnaudit: 1
input: {left: 96x96x3, right: 96x96x3}
layers:
  - {name: one, conv: 32, kernel: 3, activation: relu, from: left}
  - {name: two, conv: 32, kernel: 3, activation: relu, from: right}
  - {concat: [one, two]}
"""

_VARIABLES = """\
cnnaudit: 1
input: 64x64x3
vars: {width: 1, deep: 2}
variants:
  wide: {width: 2}
  large: {width: 2, deep: 4}
layers:
  - {conv: 16*width, kernel: 3, padding: same, activation: relu, repeat: deep}
"""

_DEFAULTS = """\
cnnaudit: 1
input: 64x64x3
defaults:
  conv: {kernel: 3, padding: same, bias: false, batch_norm: true, activation: relu}
  max_pool: {stride: 2}
layers:
  - {conv: 16}
  - {max_pool: 3}
  - {conv: 32, kernel: 1, activation: none}
"""

_CLAIMS = """\
cnnaudit: 1
input: 32x32x1
classes: 10
layers:
  - {conv: 6, kernel: 5, activation: relu}
  - {avg_pool: global, keep_dims: false}
  - {dense: classes, activation: softmax}
training:
  batch_size: 64
  epochs: 10
  loss: categorical_crossentropy
  precision: mixed
  optimizer: {type: adam, lr: 0.001}
  dataset: {images: 60000, classes: 10}
expect: {params: 226, output: 10, max_macs: 1000000}
"""

_BLOCKS = """\
cnnaudit: 1
input: 56x56x64
blocks:
  bottleneck:
    params: [width, stride: 1]
    layers:
      - {conv: width, kernel: 1, activation: relu}
      - {conv: width, kernel: 3, stride: stride, padding: same, activation: relu}
      - {conv: 4*width, kernel: 1}
layers:
  - {name: stage1, bottleneck: 64, repeat: 2}
  - {name: stage2, bottleneck: [128, 2]}
"""

_ADAPTED = """\
cnnaudit: 1
name: AlexNet for 29 game actions
extends: zoo:alexnet
input: 270x480x3
classes: 29
vars: {width: 29/1000}
changes:
  - {remove: [norm1, norm2]}
  - {set: conv1, to: {stride: 2}}
  - {insert_after: pool5, layers: [{dropout: 0.25}]}
  - {freeze: "conv*"}
"""

_TRANSFER = """\
cnnaudit: 1
name: VGG-16 for two classes
backbone: {file: zoo:vgg-d, until: pool5, trainable: false}
classes: 2
layers:
  - {avg_pool: global, keep_dims: false}
  - {dense: classes, activation: softmax}
"""

_EXAMPLES: Mapping[str, str] = {
    "input": _INPUTS,
    "vars": _VARIABLES,
    "variants": _VARIABLES,
    "defaults": _DEFAULTS,
    "training": _CLAIMS,
    "expect": _CLAIMS,
    "blocks": _BLOCKS,
    "extends": _ADAPTED,
    "changes": _ADAPTED,
    "backbone": _TRANSFER,
}

_TEXTS: Mapping[str, tuple[str, ...]] = {
    "input": (
        "1-D and 3-D maps work the same: `16000x1`, `16x112x112x3`; `784` is a vector. Several"
        " inputs are a mapping, and layers read them by name: `input: {left: 96x96x3, right:"
        " 96x96x3}`.",
        "`--input` gives another size on the command line.",
    ),
    "framework": ("`cnnaudit explain frameworks` lists what differs.",),
    "vars": (
        "A value may be an expression over other variables and `classes`, in any order."
        " `report FILE --set width=1/2` gives another value, `sweep --vary width=1/4..1:1/4` many.",
    ),
    "variants": (
        "A variant is addressed as FILE@NAME wherever a file can stand: `report net.yaml@wide`."
        " What it does not name keeps the value that `vars` gives.",
    ),
    "defaults": (
        "An operation's entry takes its attributes, its modifiers and `init`. What a layer writes"
        " itself counts; `activation: none` or `batch_norm: false` on a layer takes a default"
        " away.",
    ),
    "blocks": (
        "A block is used like an operation: `- {bottleneck: 64}`, `[128, 2]` in the order of its"
        " parameters, or `{width: 128, stride: 2}`. Its layers have full names such as"
        " `stage1.2.conv3`; repetitions count from 1. Blocks may use each other.",
    ),
    "layers": (
        "A layer has one operation key whose value is its main argument, and attributes beside it;"
        " `batch_norm`, `activation` and `dropout` may stand on any layer and are applied behind"
        " it in that order. A bare word such as `- flatten` or `- relu` is a layer too.",
    ),
    "extends": (
        "A key of this file replaces that of the other one; `vars`, `variants`, `defaults`,"
        " `blocks` and `training` are merged name by name. Layers change by `changes`.",
        "Files are read relative to the file that names them, never outside its repository.",
    ),
    "changes": (
        "A layer is named by its full name, such as `conv4.2.main.conv2`, or by a pattern with"
        " `*`. A change that matches nothing is an error.",
    ),
    "backbone": (
        "`until` is the last layer that is taken; without it the network goes on from the output."
        " A backbone that is not trainable has its batch normalisation in evaluation mode.",
    ),
    "expect": (
        "A claim must hold exactly; `max_` before a quantity makes it a budget. Numbers take K, M,"
        " G in budgets of a configuration; `check` reports what does not hold.",
    ),
    "training": ("`optimizer: adam` is short for a mapping with its type.",),
}

_SEE_ALSO: Mapping[str, tuple[str, ...]] = {
    "input": ("in_channels", "classes"),
    "framework": ("frameworks", "padding", "rounding"),
    "vars": ("expressions", "variants"),
    "variants": ("vars", "operands"),
    "defaults": ("layers", "modifiers"),
    "blocks": ("repeat", "first", "expressions", "branches"),
    "layers": ("conv", "branches", "repeat", "from"),
    "extends": ("changes", "adapting"),
    "changes": ("extends", "name", "trainable"),
    "backbone": ("trainable", "extends"),
    "training": ("memory", "training_bytes"),
    "expect": ("budgets", "checking"),
    "classes": ("expressions", "framework"),
}

#: Words that a key, or one below it, takes.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "framework": tuple(FRAMEWORKS),
    "training": (*OPTIMIZERS, *PRECISIONS),
}


def file_key_entries() -> list[TopicEntry]:
    """An entry for each key of the top level; the keys below it lead to it too."""
    return [entry_of(_topic(name), _below(name)) for name in TOP_LEVEL]


def attribute_of_key(name: str, doc: KeyDoc) -> TopicAttribute:
    """A key as a line of a page."""
    return TopicAttribute(name, doc.doc, doc.type, doc.default, doc.is_required)


def attributes_of_keys(docs: Mapping[str, KeyDoc]) -> tuple[TopicAttribute, ...]:
    """Keys as the lines of a page."""
    return tuple(attribute_of_key(name, doc) for name, doc in docs.items())


def takes(doc: KeyDoc) -> str:
    """What a key takes and its default, in a sentence."""
    default = "it must be written" if doc.is_required else f"default {doc.default}"
    return f"Takes {doc.type}" + (f"; {default}." if doc.is_required or doc.default else ".")


_KEYS: Mapping[str, tuple[TopicAttribute, ...]] = {
    "blocks": attributes_of_keys(BLOCK_DOCS),
    "backbone": attributes_of_keys(BACKBONE_DOCS),
    "changes": attributes_of_keys(CHANGE_DOCS),
    "training": (
        *attributes_of_keys(TRAINING_DOCS),
        *(attribute_of_key(f"optimizer.{name}", doc) for name, doc in OPTIMIZER_DOCS.items()),
        *(attribute_of_key(f"dataset.{name}", doc) for name, doc in DATASET_DOCS.items()),
    ),
    "expect": (
        *attributes_of_keys(EXPECT_DOCS),
        *(TopicAttribute(name, QUANTITY_DOCS.get(name, ""), "a number") for name in CLAIMS),
        TopicAttribute("max_params …", "the most that a quantity may be, `max_` before its name"),
    ),
}


def _below(name: str) -> tuple[str, ...]:
    """The keys below a key of a key, and the words that it takes."""
    dotted = (attribute.name.rpartition(".") for attribute in _KEYS.get(name, ()))
    return (*(word for _, dot, word in dotted if dot), *_WORDS.get(name, ()))


def _topic(name: str) -> Topic:
    doc = TOP_LEVEL_DOCS.get(name, KeyDoc("", ""))
    return Topic(
        name,
        "top-level-key",
        capitalised(doc.doc),
        (takes(doc), *_TEXTS.get(name, ())),
        _KEYS.get(name, ()),
        "Keys",
        _EXAMPLES.get(name, _SMALL),
        other_names=file_key_names(name),
        see_also=_SEE_ALSO.get(name, ()),
    )
