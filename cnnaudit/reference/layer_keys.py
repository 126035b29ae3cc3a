"""The topics of what a layer may carry beside its operation, and of branches, heads, modifiers."""

from collections.abc import Mapping

from cnnaudit.ops.registry import MERGES, MODIFIERS, OPS
from cnnaudit.parsing.field_types import INITIALISERS
from cnnaudit.parsing.layer_settings import COMMON
from cnnaudit.reference.file_keys import attributes_of_keys, takes
from cnnaudit.reference.keys import FORM_DOCS, HEAD_DOCS, LAYER_DOCS, KeyDoc
from cnnaudit.reference.other_names import layer_key_names
from cnnaudit.reference.topic import Topic, TopicAttribute, TopicEntry, capitalised, entry_of

_RESIDUAL = """\
cnnaudit: 1
input: 56x56x64
layers:
  - branches:
      main:
        - {conv: 64, kernel: 3, padding: same, bias: false, batch_norm: true, activation: relu}
        - {conv: 64, kernel: 3, padding: same, bias: false, batch_norm: true}
      skip: []
    merge: add
    activation: relu
"""

_NAMES = """\
cnnaudit: 1
input: 64x64x3
layers:
  - {name: a, conv: 16, kernel: 3, padding: same, activation: relu, note: read by two layers}
  - {name: b, conv: 16, kernel: 5, padding: same, activation: relu, from: a}
  - {name: c, conv: 16, kernel: 1, activation: relu, from: a}
  - {name: joined, concat: [b, c]}
  - {conv: 32, kernel: 3, padding: same, init: he, expect: 64x64x32}
"""

_ABOVE = """\
cnnaudit: 1
input: 56x56x64
layers:
  - {name: a, conv: 64, kernel: 3, padding: same, activation: relu}
  - {conv: 64, kernel: 3, padding: same}
  - {add: [a, previous], activation: relu}
"""

_REPEAT = """\
cnnaudit: 1
input: 56x56x64
vars: {deep: 1}
defaults:
  conv: {kernel: 3, padding: same, activation: relu}
layers:
  - {name: stage, conv: 128, repeat: 4, first: {stride: 2}}
  - {name: extra, conv: 128, when: deep > 0}
"""

_SHARED = """\
cnnaudit: 1
input: {left: 96x96x3, right: 96x96x3}
layers:
  - {name: one, conv: 32, kernel: 3, activation: relu, from: left, trainable: false}
  - {name: two, conv: 32, kernel: 3, activation: relu, from: right, share: one}
  - {subtract: [one, two]}
"""

_LONG = """\
cnnaudit: 1
input: 32x32x3
layers:
  - {op: conv, filters: 64, kernel: 3}
"""

_HEAD = """\
cnnaudit: 1
input: 28x28x192
classes: 10
layers:
  - {name: 4a, conv: 64, kernel: 3, padding: same, activation: relu}
  - head: aux1
    from: 4a
    auxiliary: true
    layers:
      - {avg_pool: global, keep_dims: false}
      - {dense: classes, activation: softmax}
  - {name: 4b, conv: 128, kernel: 3, padding: same, activation: relu, from: 4a}
  - {avg_pool: global, keep_dims: false}
  - {dense: classes, activation: softmax}
"""

_MODIFIERS = """\
cnnaudit: 1
input: 32x32x3
layers:
  - {conv: 32, kernel: 3, bias: false, batch_norm: true, activation: relu, dropout: 0.25}
  - {max_pool: 2}
  - {batch_norm: {scale: false}, activation: relu}
"""

_EXAMPLES: Mapping[str, str] = {
    "repeat": _REPEAT,
    "first": _REPEAT,
    "when": _REPEAT,
    "share": _SHARED,
    "trainable": _SHARED,
    "op": _LONG,
    "branches": _RESIDUAL,
    "merge": _RESIDUAL,
    "head": _HEAD,
}

_TEXTS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "Full names are paths: `3a.3x3.reduce`, `conv4.2.main.conv2`, where repetitions count from"
        " 1. Messages, `explain FILE LAYER` and `changes` use them.",
    ),
    "from": (
        "`from` sees the names of its own list. Inside a block or a branch, `in` is what entered"
        " it.",
    ),
    "repeat": (
        "Each repetition reads the one before it. `first` gives the first one other attributes, and"
        " the name `i` in expressions tells them apart.",
    ),
    "share": ("Attributes that decide the weights' shapes must be equal.",),
    "expect": (
        "At a layer it is an assertion about its shape; at the top level of a file, claims about"
        " totals.",
    ),
    "branches": (
        "Every branch starts at the layer before; an empty list is the identity. A mismatch names"
        " every branch with its shape. Modifiers beside `merge` are applied behind it.",
    ),
    "merge": ("`concat` joins the channels unless `axis` says another axis.",),
    "head": (
        "A head is a list of layers of its own: the main line goes on from the layer above it."
        " Auxiliary heads exist in training only: they are listed in brackets and not part of the"
        " totals.",
    ),
}

_SEE_ALSO: Mapping[str, tuple[str, ...]] = {
    "name": ("from", "changes"),
    "from": ("previous", "name", "branches", "add", "concat"),
    "repeat": ("first", "i", "blocks"),
    "first": ("repeat", "i"),
    "when": ("expressions", "variants"),
    "trainable": ("backbone", "changes", "params"),
    "share": ("params", "from"),
    "init": ("signal",),
    "expect": ("shape",),
    "op": ("layers",),
    "branches": ("merge", "add", "concat", "from"),
    "merge": ("branches", *(name for name in MERGES if name != "none")),
    "head": ("branches", "from"),
}

#: Words that a key takes.
_WORDS: Mapping[str, tuple[str, ...]] = {"init": INITIALISERS, "merge": MERGES}


def layer_key_entries() -> list[TopicEntry]:
    """The keys of any layer, then those that say what a layer is."""
    docs = {**{name: LAYER_DOCS.get(name, KeyDoc("", "")) for name in COMMON}, **FORM_DOCS}
    return [
        *(entry_of(_topic(name, doc), _WORDS.get(name, ())) for name, doc in docs.items()),
        entry_of(_MODIFIER_TOPIC, ("modifier",)),
        entry_of(_PREVIOUS, ("in",)),
    ]


def _topic(name: str, doc: KeyDoc) -> Topic:
    return Topic(
        name,
        "layer-key",
        capitalised(doc.doc),
        (takes(doc), *_TEXTS.get(name, ())),
        attributes_of_keys(HEAD_DOCS) if name == "head" else (),
        "Keys of a head",
        _EXAMPLES.get(name, _NAMES),
        other_names=layer_key_names(name),
        see_also=_SEE_ALSO.get(name, ()),
    )


_MODIFIER_TOPIC = Topic(
    "modifiers",
    "layer-key",
    "Batch normalisation, an activation and dropout on any layer, applied behind it in that order.",
    (
        "Each takes its value, a mapping of its attributes, or `false`, `none` or `null`, which"
        " takes away what `defaults` gave. A mapping of modifiers alone is a layer too. Another"
        " order is written as separate layers.",
        "Each modifier is a node of the graph; a table shows one row per written layer, and"
        " `report --expand` shows the nodes. Totals do not depend on that.",
    ),
    tuple(TopicAttribute(name, OPS[name].doc) for name in MODIFIERS),
    "Modifiers",
    _MODIFIERS,
    see_also=(*MODIFIERS, "defaults"),
)

_PREVIOUS = Topic(
    "previous",
    "layer-key",
    "The layer above, in `from` and in merges, in every list of layers.",
    (
        "It stands for a layer without a name of its own, and no layer can be called so. `in` is"
        " what enters the list: the input of a block or of a branch.",
    ),
    example=_ABOVE,
    see_also=("from", "name", "add", "branches"),
)
