"""Documentation of input errors and of findings about suppressions and baselines.

Input errors are found while a file is read and built, so they have no ``check``, no options and no
other level; ``kernel-exceeds-input`` goes on as a rule if a file can be built. Examples that begin
with ``cnnaudit: 1`` are complete files, and raise what they are an example of.
"""

from cnnaudit.errors import CODES, Level
from cnnaudit.rules.rule import Doc, Rule

#: The text of each input error.
DOCS: dict[str, Doc] = {
    "unknown-layer": Doc(
        "A name in `from`, a merge or `until` that no layer there has.",
        "Names are looked up in the layer list where they are written; inside a block or a branch"
        " `in` is what entered it. Layers further out or further in cannot be read, so that a block"
        " means the same wherever it is used.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n"
        "  - {name: conv1, conv: 8, kernel: 3}\n  - {conv: 8, kernel: 3, from: conv9}",
        "Correct the name; the message suggests one that is close.",
    ),
    "cyclic-layers": Doc(
        "Layers that need each other's output in a circle.",
        "A network is computed from its input to its output: a layer that waits for itself never"
        " starts. Recurrence is inside recurrent layers, not between layers.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n"
        "  - {name: a, from: b, conv: 8, kernel: 1}\n  - {name: b, from: a, conv: 8, kernel: 1}",
        "Let one of the layers that the message names read something else.",
    ),
    "duplicate-name": Doc(
        "Two layers with the same full name.",
        "References, comparisons, suppressions and budgets all go by name; with two layers of one"
        " name each of them would mean either.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n"
        "  - {name: a, conv: 8, kernel: 3}\n  - {name: a, conv: 8, kernel: 3}",
        "Rename one of them, or leave names out: layers are then numbered.",
    ),
    "unmatched-change": Doc(
        "A change or a `freeze` that meets no layer.",
        "A change that silently does nothing is worse than none: the file says that something is"
        " replaced or frozen, and it is not.",
        "extends: alexnet.yaml\nchanges:\n  - {remove: [norm9]}",
        "Use the full names that `cnnaudit report` shows; `*` stands for any part of one.",
    ),
    "ambiguous-input": Doc(
        "A layer of which it is not clear what it reads.",
        "A layer reads the one before it. Behind several inputs, or branches that stay apart"
        " (`merge: none`), there is no one layer before, and only merges read several.",
        "cnnaudit: 1\ninput: {left: 32x32x3, right: 32x32x3}\nlayers:\n  - {conv: 8, kernel: 3}",
        "Add `from: NAME`, or merge what several layers give.",
    ),
    "shared-weights": Doc(
        "A `share` that names no layer with weights that fit.",
        "Layers share weights only if these have the same shapes, that is the same operation on"
        " the same number of channels, and bias in both or in none.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {name: a, conv: 8, kernel: 3}\n"
        "  - {conv: 8, kernel: 3, share: a}",
        "Share with a layer that reads as many channels, or give the layer weights of its own.",
    ),
    "nested-blocks": Doc(
        "Blocks inside blocks, more than 16 deep.",
        "A block that uses itself, directly or through another, would be written out for ever.",
        "cnnaudit: 1\ninput: 32x32x3\nblocks: {b: {layers: [{b: true}]}}\nlayers:\n  - {b: true}",
        "Use `repeat` for repetition; flatten what is nested this deep.",
    ),
    "empty-network": Doc(
        "A network in which no layer is left.",
        "There is nothing to count; mostly every `when` is false, or `layers` was emptied.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {conv: 8, kernel: 3, when: false}",
        "Write at least one layer, or correct the condition.",
    ),
    "frozen-weights": Doc(
        "Frozen weights of a backbone that would need another shape on this input.",
        "Frozen weights stay as they were trained. Convolutions take any height and width, but a"
        " dense layer behind `flatten` is made for one input size and one number of channels.",
        "input: 128x128x3\nbackbone: {file: vgg-d.yaml, until: fc6, trainable: false}",
        "Stop before that layer with `until`, train it anew, or keep the backbone's input.",
    ),
    "missing-flatten": Doc(
        "A dense layer that reads a feature map.",
        "Frameworks disagree: Keras applies the layer at every position, PyTorch to the last axis"
        " (the width, channels first), others flatten. So it is written down here, never implied.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {conv: 8, kernel: 3}\n  - {dense: 10}",
        "Write `- flatten` before it, or `pointwise: true` for every position by itself.",
    ),
    "kernel-exceeds-input": Doc(
        "A window that is larger than its padded input.",
        "There is no position at which it fits, so the output has no height or width (Dumoulin &"
        " Visin 2016, arXiv:1603.07285). Mostly a network is used on images that are too small. A"
        " transposed convolution fails likewise when its padding takes away all of its output.",
        "cnnaudit: 1\ninput: 8x8x3\nlayers:\n  - {conv: 8, kernel: 11}",
        "Use a larger input, a smaller kernel, more padding, or less downsampling before.",
    ),
    "merge-mismatch": Doc(
        "Inputs of a merge whose shapes do not go together.",
        "Sums need equal shapes; concatenation needs equal sizes on every axis but its own;"
        " a product may also repeat axes of size 1. The message lists the shapes.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - branches: {main: [{conv: 8, kernel: 1}],"
        " skip: []}\n    merge: add",
        "Give the branches the same filters and the same total stride, or the shortcut a 1x1"
        " convolution.",
    ),
    "unexpected-shape": Doc(
        "A layer's `expect` that does not hold.",
        "`expect: same` or a shape on a layer is an assertion by the author. That it fails means"
        " that the layer or a layer before it is not what was meant.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {conv: 8, kernel: 3, expect: same}",
        "Correct the padding or stride, or the expectation.",
    ),
    "invalid-input": Doc(
        "An operation that cannot work on what enters it.",
        "A convolution needs a feature map, groups must divide the channels, an axis must exist, a"
        " reshape must keep the number of values.",
        "cnnaudit: 1\ninput: 784\nlayers:\n  - {conv: 8, kernel: 3}",
        "The message says what entered and what the operation needs.",
    ),
    "not-whole": Doc(
        "A fraction where a whole number is needed.",
        "Half a filter does not exist, and rounding it in silence would hide the decision:"
        " `int()` in the code and `floor` on paper build different networks.",
        "cnnaudit: 1\ninput: 32x32x3\nvars: {width: 29/1000}\nlayers:\n"
        "  - {conv: 96*width, kernel: 3}",
        "Say how to round: `floor()`, `ceil()`, `round_even()`, `ceil_to(x, 8)`.",
    ),
    "unreadable": Doc(
        "A file, folder or revision that cannot be read.",
        "It does not exist, is no file, may not be read, or git does not know it.",
        "cnnaudit report alexnte.yaml",
        "Correct the path; the message suggests a neighbour with a similar name.",
    ),
    "not-utf8": Doc(
        "A text that is not UTF-8.",
        "YAML files here are UTF-8, as editors write them; another encoding would turn names into"
        " other names. Often the file is not a text at all.",
        "a file saved as Latin-1 or UTF-16",
        "Save the file as UTF-8.",
    ),
    "yaml-syntax": Doc(
        "A text that is not YAML, or more of it than an architecture needs.",
        "Tags, several documents, lists as keys and control characters have no meaning in an"
        " architecture file, and a bracket that is not closed leaves it open what was meant.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers: [{conv: 8, kernel: 3}",
        "Close the bracket, indent with spaces, quote texts that hold `: `.",
    ),
    "not-an-architecture": Doc(
        "A file without the key `cnnaudit`, an empty one, or one of another kind.",
        "`cnnaudit: 1` is how an architecture file is recognised among all other YAML files; a"
        " folder's other files are passed over, one that is named must be one.",
        "input: 32x32x3\nlayers: [flatten]",
        "Start the file with `cnnaudit: 1`.",
    ),
    "unknown-key": Doc(
        "A key, operation, attribute or variant that has no meaning.",
        "A misspelt attribute that is ignored leaves its default in place and changes the network"
        " in silence, so every key must be known.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {conv: 8, kernel: 3, strides: 2}",
        "Correct the spelling; the message suggests a key that is close.",
    ),
    "invalid-value": Doc(
        "A value of the wrong kind, or outside its range.",
        "Each key takes one kind of value: a whole number, one of a few words, a list. What could"
        " be read in two ways (`yes`, `010`, `1_000`) is refused rather than guessed.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {conv: 8, kernel: 3, stride: -1}",
        "The message says what is expected in this place.",
    ),
    "duplicate-key": Doc(
        "A key that stands twice in one mapping.",
        "YAML forbids it (1.2, section 3.2.1.1), but most parsers keep the last one and say"
        " nothing: one of the two lines would have no effect.",
        "cnnaudit: 1\ninput: 32x32x3\ninput: 64x64x3\nlayers: [flatten]",
        "Remove one of the two.",
    ),
    "missing-key": Doc(
        "Something that must be written and is not.",
        "A network needs an input and layers, an operation its principal attributes; where no value"
        " is the usual one there is no default.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {conv: 8}",
        "Add the key that the message names; `defaults` can give it to all layers of an operation.",
    ),
    "invalid-expression": Doc(
        "An expression that cannot be read, or has no value.",
        "Texts in numeric fields are arithmetic over the names that are known there: `vars`,"
        " `classes`, a block's parameters, `in_channels` and the like. There are no other functions"
        " than those of the format, no powers, no attributes.",
        "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {conv: 8*widht, kernel: 3}",
        "Correct the name or the operator; declare names under `vars`.",
    ),
    "over-limit": Doc(
        "A file, text or network beyond the bounds of the format.",
        "Files of strangers are audited in CI: a few lines that unfold into millions of layers must"
        " not stop it. The bounds are far above what networks need: 4 MiB a file, 64 levels,"
        " 100,000 layers (those of all its variants together, in a check), numbers up to 2^63 - 1.",
        "cnnaudit: 1\ninput: 10000000000x10000000000x3\nlayers:\n  - flatten",
        "Write less; the message says which bound it is.",
    ),
    "outside-repository": Doc(
        "A file in `extends` or `backbone` that lies outside the repository.",
        "A file must not make the program read others of the machine that checks it: references"
        " stay inside the repository, or the file's folder where there is none.",
        "cnnaudit: 1\nextends: /etc/alexnet.yaml",
        "Copy the file into the repository and name it relative to this one, or use `zoo:NAME`.",
    ),
    "extends-cycle": Doc(
        "Files that extend each other in a circle.",
        "A file takes everything that it does not say from its base; in a circle nobody says it.",
        "cnnaudit: 1\nextends: net.yaml    # which is this file",
        "Let one of the files stand alone.",
    ),
    "foreign-syntax": Doc(
        "A Keras file whose JSON, archive or HDF5 cannot be read.",
        "The file is cut off, damaged or not what its name says; nothing of it is executed or"
        " guessed.",
        "cnnaudit report model.json    # which ends in the middle",
        "Save the model again with `model.save(…)` or `model.to_json()`.",
    ),
    "foreign-model": Doc(
        "A model of another program that is not read, or a Keras file that contradicts itself.",
        "The message names the format by the file's content, and whether it holds an architecture"
        " at all or weights alone. In a Keras file a layer lacks a setting, reads one that does not"
        " exist, or its shape is not the one that the file itself says; or the model is a class of"
        " its own, whose layers only its code knows.",
        "cnnaudit report subclassed.keras",
        "Save a functional or Sequential model, or write the architecture down as YAML.",
    ),
    "open-input": Doc(
        "A Keras model whose input leaves a size open.",
        "With `None` for height or width nothing behind it has a size, and neither activations nor"
        " MACs can be counted.",
        "cnnaudit report fully_convolutional.keras",
        "Give the size: `--input 224x224x3`.",
    ),
    "inexpressible": Doc(
        "A network that the format cannot write down.",
        "`convert` writes a YAML file that builds the same network again, or nothing: layers that"
        " nobody knows and graphs that no layer list can say are named instead.",
        "cnnaudit convert model_with_a_lambda.keras",
        "Replace the layer by one of the format, or leave the file as it is: `report` reads it.",
    ),
}

#: The input errors by name, in the order of their codes.
INPUT_ERRORS: dict[str, Rule] = {
    name: Rule(code, name, "error", DOCS[name], (), None, {}) for name, code in CODES.items()
}


def _check_rule(code: str, name: str, level: Level, doc: Doc) -> Rule:
    return Rule(code, name, level, doc, (), None, {})


_CHECK_RULES = (
    _check_rule(
        "CA931",
        "unused-suppression",
        "warning",
        Doc(
            "A comment that silences a rule which finds nothing there.",
            "The network has changed, or the rule has; what the comment says is no longer true, and"
            " it would hide the next finding.",
            "- {conv: 64, kernel: 3}  # cnnaudit: ignore[narrow-layer] four colours are enough",
            "Remove the comment.",
        ),
    ),
    _check_rule(
        "CA932",
        "unknown-rule",
        "warning",
        Doc(
            "A comment that names no rule there is.",
            "A misspelt name silences nothing, and its author believes that it does.",
            "- {conv: 4, kernel: 3}  # cnnaudit: ignore[narow-layer]",
            "Write the name or code as `cnnaudit rules` lists it.",
        ),
    ),
    _check_rule(
        "CA933",
        "unexplained-suppression",
        "note",
        Doc(
            "A comment that silences a rule and does not say why.",
            "Whoever reads the file next cannot tell a decision from an oversight.",
            "- {conv: 4, kernel: 3}  # cnnaudit: ignore[narrow-layer]",
            "Write the reason behind the bracket: `# cnnaudit: ignore[narrow-layer] grey images`.",
        ),
    ),
    _check_rule(
        "CA934",
        "stale-baseline",
        "note",
        Doc(
            "A finding of the baseline that no longer occurs.",
            "What has been repaired can come back unseen as long as the baseline excuses it.",
            '{"path": "alexnet.yaml", "layer": "conv1", "rule": "narrow-layer"}',
            "Take it out with `cnnaudit check … --baseline FILE --prune-baseline`.",
        ),
    ),
)

#: The rules of the check itself, on suppressions and baselines, by name.
CHECK_RULES: dict[str, Rule] = {rule.name: rule for rule in _CHECK_RULES}
