"""What each key of an architecture file means: the texts of the reference and of the schema."""

from collections.abc import Mapping
from typing import NamedTuple

from cnnaudit.ops.frameworks import DEFAULT_FRAMEWORK, FRAMEWORKS
from cnnaudit.ops.registry import MERGES
from cnnaudit.parsing.field_types import INITIALISERS
from cnnaudit.parsing.training import OPTIMIZERS, PRECISIONS

_LAYERS = "a list of layers"
_NAMES = "a name, or a list of names"
_EXPRESSION = "a number, or an expression"


class KeyDoc(NamedTuple):
    """A key: what it means, what it takes, and its default (None: none)."""

    doc: str
    type: str
    default: str | None = None
    is_required: bool = False


TOP_LEVEL_DOCS: Mapping[str, KeyDoc] = {
    "cnnaudit": KeyDoc(
        "version of the format, by which an architecture file is recognised", "1", is_required=True
    ),
    "name": KeyDoc("what the network is called", "text"),
    "description": KeyDoc("what the network is for, in a sentence", "text"),
    "source": KeyDoc("where the architecture comes from: a paper, a file, a page", "text"),
    "framework": KeyDoc(
        "the framework whose defaults hold: they differ silently",
        f"one of {', '.join(FRAMEWORKS)}",
        DEFAULT_FRAMEWORK,
    ),
    "input": KeyDoc(
        "size of one image, HEIGHTxWIDTHxCHANNELS, without a batch axis; of several inputs,"
        " a mapping of names to sizes",
        "sizes such as 224x224x3 or [224, 224, 3], or a mapping of them",
    ),
    "classes": KeyDoc(
        "how many classes the task has; the last layer must produce as many,"
        " and `classes` stands for them in expressions",
        "a whole number, 1 or more",
    ),
    "vars": KeyDoc(
        "named numbers for expressions; `--set NAME=VALUE` gives another value",
        "a mapping of names to numbers or expressions",
    ),
    "variants": KeyDoc(
        "sets of variables by name, each addressed as FILE@NAME; null drops those of the file"
        " that is extended",
        "a mapping of names to variables",
    ),
    "defaults": KeyDoc(
        "attributes that each layer of an operation starts with, by operation",
        "a mapping of operations to attributes",
    ),
    "blocks": KeyDoc(
        "groups of layers under a name, with parameters, that layers use like an operation",
        "a mapping of names to `params` and `layers`",
    ),
    "layers": KeyDoc("the network, from the input to the output", _LAYERS),
    "extends": KeyDoc(
        "the file that this one differs from: what this file does not say is said there",
        "a path relative to this file, or zoo:NAME, either with @VARIANT",
    ),
    "changes": KeyDoc(
        "what differs from the layers of the file that is extended, applied in order;"
        " each change must match a layer",
        "a list of changes",
    ),
    "backbone": KeyDoc(
        "the network of another file, up to a layer, from whose output `layers` go on",
        "a mapping",
    ),
    "training": KeyDoc(
        "how the network is trained: never required, and read by rules and by `report --optimizer`",
        "a mapping",
    ),
    "expect": KeyDoc(
        "claims about the totals, and budgets, that `check` verifies; they hold for this file, not"
        " for those that extend it",
        "a mapping of quantities to numbers",
    ),
}

LAYER_DOCS: Mapping[str, KeyDoc] = {
    "name": KeyDoc(
        "what other layers, changes and messages call it",
        "a word without blanks; not the name of another layer of its list",
        "the operation and a number, such as conv1",
    ),
    "from": KeyDoc(
        "the layer, or the layers, that this one reads: names of its own list, `previous` for"
        " the layer above, `in` for what enters the list",
        _NAMES,
        "the layer above",
    ),
    "repeat": KeyDoc(
        "how often the layer stands there, each time on the one before; `i` counts from 0",
        _EXPRESSION,
        "1",
    ),
    "first": KeyDoc(
        "attributes for the first repetition only, such as a stride", "a mapping of attributes"
    ),
    "when": KeyDoc(
        "a condition: false drops the layer", "true, false, or an expression such as i > 0", "true"
    ),
    "trainable": KeyDoc(
        "false freezes the weights: they count as non-trainable parameters",
        "true, false, or an expression",
        "true",
    ),
    "share": KeyDoc(
        "the layer whose weights this one uses; they count once, the work for each use",
        "the name of a layer above",
    ),
    "init": KeyDoc(
        "how the first weights are drawn, for `report --view signal` and the rules about it",
        f"one of {', '.join(INITIALISERS)}; with a number as normal(0.01) or {{normal: 0.01}}",
        "the framework's",
    ),
    "expect": KeyDoc(
        "the shape that the layer must give: another one is an error",
        "`same` (the shape of its input), or sizes such as 7x7x64",
    ),
    "note": KeyDoc("a remark for readers", "text"),
}

#: Keys of a layer that ``LAYER_DOCS`` does not hold: they say what the layer is.
FORM_DOCS: Mapping[str, KeyDoc] = {
    "op": KeyDoc(
        "the operation in the long form: `{op: conv, filters: 64}` is `{conv: 64}`",
        "the name of an operation",
    ),
    "branches": KeyDoc(
        "lists of layers by name that all start at the layer above; an empty list passes it on",
        "a mapping of names to lists of layers",
    ),
    "merge": KeyDoc(
        "how branches come together; `none` leaves them apart, to be named by `from`",
        f"one of {', '.join(MERGES)}",
        is_required=True,
    ),
    "head": KeyDoc("a list of layers beside the main line, such as a second classifier", "a name"),
}

HEAD_DOCS: Mapping[str, KeyDoc] = {
    "head": FORM_DOCS["head"],
    "from": LAYER_DOCS["from"],
    "auxiliary": KeyDoc(
        "true for a head that exists in training only: totals leave it out",
        "true or false",
        "false",
    ),
    "layers": KeyDoc("the layers of the head", _LAYERS, is_required=True),
    "when": LAYER_DOCS["when"],
    "trainable": LAYER_DOCS["trainable"],
    "note": LAYER_DOCS["note"],
}

BLOCK_DOCS: Mapping[str, KeyDoc] = {
    "params": KeyDoc(
        "the names of the arguments, in their order; `stride: 1` gives one a default", "a list"
    ),
    "layers": KeyDoc(
        "the layers of the block; `in` is what enters it, its last layer is its output",
        _LAYERS,
        is_required=True,
    ),
}

BACKBONE_DOCS: Mapping[str, KeyDoc] = {
    "file": KeyDoc(
        "the file of the network", "a path relative to this file, or zoo:NAME", is_required=True
    ),
    "until": KeyDoc("the last layer that is taken", "the name of a layer", "the last one"),
    "trainable": KeyDoc("false freezes all of it", "true, false, or an expression", "true"),
    "freeze": KeyDoc("the layers that are frozen", "a name, a pattern such as conv*, or a list"),
}

CHANGE_DOCS: Mapping[str, KeyDoc] = {
    "remove": KeyDoc("drops layers; what read them reads their input", _NAMES),
    "set": KeyDoc("gives layers other attributes, those below `to`", _NAMES),
    "to": KeyDoc("the attributes that `set` gives", "a mapping of attributes"),
    "replace": KeyDoc("puts the layers below `with` in the place of a layer", _NAMES),
    "with": KeyDoc("the layers that `replace` puts in", _LAYERS),
    "insert_after": KeyDoc("puts `layers` behind a layer", _NAMES),
    "insert_before": KeyDoc("puts `layers` in front of a layer", _NAMES),
    "layers": KeyDoc("the layers that are inserted", _LAYERS),
    "freeze": KeyDoc("makes layers non-trainable", _NAMES),
}

TRAINING_DOCS: Mapping[str, KeyDoc] = {
    "batch_size": KeyDoc("images of a step", "a whole number, 1 or more"),
    "epochs": KeyDoc("how often the data set is seen", "a whole number, 1 or more"),
    "loss": KeyDoc("the loss, such as categorical_crossentropy", "a word"),
    "precision": KeyDoc("the type of the numbers", f"one of {', '.join(PRECISIONS)}"),
    "optimizer": KeyDoc("its type, or a mapping with it", f"one of {', '.join(OPTIMIZERS)}"),
    "dataset": KeyDoc("how large the data set is", "a mapping of `images` and `classes`"),
}

OPTIMIZER_DOCS: Mapping[str, KeyDoc] = {
    "type": KeyDoc("which optimizer", f"one of {', '.join(OPTIMIZERS)}"),
    "lr": KeyDoc("learning rate", _EXPRESSION),
    "momentum": KeyDoc("momentum", _EXPRESSION),
    "weight_decay": KeyDoc("weight decay", _EXPRESSION),
}

DATASET_DOCS: Mapping[str, KeyDoc] = {
    "images": KeyDoc("how many images there are", "a whole number, 1 or more"),
    "classes": KeyDoc("how many classes they have", "a whole number, 1 or more"),
}

#: What ``expect`` takes beside the quantities.
EXPECT_DOCS: Mapping[str, KeyDoc] = {
    "output": KeyDoc("the shape of the network's output", "sizes such as 10 or 7x7x64"),
}
