"""Names of other programs: each is an error that says what to write, and what it says works.

Every name of the tables is written into a file; the text that the help quotes is written in its
place, and the file is audited.
"""

import re

import pytest

from cnnaudit.errors import AuditError, Diagnostic
from cnnaudit.ops.registry import MODIFIERS, OPS
from cnnaudit.parsing import other_attributes, other_keys, other_names, other_words
from cnnaudit.parsing.layer_settings import COMMON
from cnnaudit.parsing.other_names import Form
from tests.support import audit_text, chain

#: A layer of each op, behind 32x32x8, with the attributes that it needs.
LAYERS = {
    "conv": "{conv: 8, kernel: 3}",
    "depthwise_conv": "{depthwise_conv: 3}",
    "separable_conv": "{separable_conv: 8, kernel: 3}",
    "conv_transpose": "{conv_transpose: 8, kernel: 3}",
    "max_pool": "{max_pool: 2}",
    "avg_pool": "{avg_pool: 2}",
    "adaptive_pool": "{adaptive_pool: 2}",
    "dense": "{dense: 8}",
    "lrn": "{lrn: 5}",
    "activation": "{activation: relu}",
    "dropout": "{dropout: 0.5}",
    "batch_norm": "{batch_norm: true}",
    "reshape": "{reshape: 32x32x8}",
    "permute": "{permute: [1, 0, 2]}",
    "pad": "{pad: 1}",
    "crop": "{crop: 1}",
    "upsample": "{upsample: 2}",
    "resize": "{resize: 8}",
    "scale": "{scale: 1}",
    "rescale": "{rescale: 2}",
    "group_norm": "{group_norm: 4}",
    "embedding": "{embedding: 8, vocabulary: 9}",
    "rnn": "{rnn: 8, sequences: true}",
    "lstm": "{lstm: 8, sequences: true}",
    "gru": "{gru: 8, sequences: true}",
}
#: A value of an attribute as another program writes it, by its form.
VALUES = {
    Form.SAME: "8",
    Form.SIZES: "[3, 3]",
    Form.SHAPE: "[32, 32, 8]",
    Form.PADDING: "[1, 1]",
    Form.FLAG: "true",
    Form.OPPOSITE: "false",
    Form.NORMALISES: "1",
    Form.ACTIVATION: "ReLU",
    Form.INITIALISER: "kaiming_normal_",
    Form.COMPLEMENT: "0.8",
    Form.ROUNDING: "true",
    Form.INTERPOLATION: "bilinear",
    Form.DIAMETER: "2",
    Form.FROM_ZERO: "[2, 1, 3]",
    Form.AXIS: "1",
    Form.WORD: "reflect",
}
#: Values of attributes that are no plain number.
SPECIAL = {
    "rate": "0.5",
    "from": "start",
    "name": "here",
    "note": "text",
    "when": "true",
    "share": "start",
    "rounding": "CEIL",
    "dropout": "0.5",
    "vocabulary": "9",
    "shared_axes": "[0, 1]",
    "repeat": "2",
    "alpha": "0.1",
    "groups": "4",
    "multiplier": "2",
    "output_padding": "0",
    "expect": "[30, 30, 8]",
}


def errors(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(AuditError) as raised:
        audit_text(text)
    return raised.value.diagnostics


def only(text: str) -> Diagnostic:
    """The one error of a file."""
    found = errors(text)
    assert len(found) == 1, found
    return found[0]


def quoted(diagnostic: Diagnostic) -> str | None:
    """The text to write; None if something is left out."""
    help = diagnostic.help or ""
    assert help.startswith(("write `", "leave")), (diagnostic.message, help)
    match = re.search("write `(.*)`", help)
    return match[1] if match and help.startswith("write") else None


def network(layer: str, input: str = "32x32x8", before: str = "identity", more: str = "") -> str:
    return chain(f"{{name: start, {before}: }}", layer, input=input, more=more)


# Operations ---------------------------------------------------------------------------------------

OPERATIONS = sorted({(entry.op, name) for entry in other_names.OPERATIONS for name in entry.names})
#: Names that a layer may hold for something else.
READ_AS_THEY_ARE = {"linear", *OPS}


def input_of(op: str) -> str:
    return {"dense": "8", "embedding": "12", "rnn": "6x8", "lstm": "6x8", "gru": "6x8"}.get(
        op, "32x32x64"
    )


def merge_files(op: str, layer: str) -> str:
    if OPS[op].merges:
        return chain("{name: a, identity: }", "{name: b, identity: }", layer)
    return chain(layer, input=input_of(op))


@pytest.mark.parametrize(("op", "name"), [pair for pair in OPERATIONS if pair[1] not in OPS])
@pytest.mark.parametrize("form", ["- {name}", "- {{type: {name}}}", "- {{name: x, {name}: }}"])
def test_another_name_of_an_operation_is_an_error_that_writes_the_layer(
    op: str, name: str, form: str
) -> None:
    if name == "linear" and form == "- {name}":
        return  # an activation function, which a bare word may be
    text = merge_files(op, form.format(name=name).removeprefix("- "))
    wrong = form.format(name=name)
    layer = quoted(only(text))
    assert layer and layer.startswith("- "), layer
    audit = audit_text(text.replace(wrong, layer))
    assert {row.node.op for row in audit.rows} & {op, *OPS} >= {op}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{Conv2D: 32, kernel_size: [3, 3], strides: 2}", "{conv: 32, kernel: 3, stride: 2}"),
        ("{type: Conv2D, filters: 32, kernel_size: 3}", "{conv: 32, kernel: 3}"),
        (
            "{class_name: Conv2D, config: {filters: 4, kernel_size: 3, padding: SAME}}",
            "{conv: 4, kernel: 3, padding: same}",
        ),
        ("{Conv2D: [32, 3], activation: ReLU}", "{conv: 32, kernel: 3, activation: relu}"),
        ("{Conv2D: {filters: 8, kernel_size: 1x7}}", "{conv: 8, kernel: 1x7}"),
        (
            "{op: nn.Conv2d, out_channels: 8, in_channels: 8, kernel_size: 3}",
            "{conv: 8, kernel: 3}",
        ),
        (
            "{convolutional: , filters: 8, size: 1, pad: 1, batch_normalize: 1, activation: leaky}",
            "{conv: 8, kernel: 1, padding: half, batch_norm: true, activation: leaky_relu}",
        ),
        ("{type: conv, filters: 8, kernel: 3}", "{conv: 8, kernel: 3}"),
        ("{layer: relu}", "relu"),
        ("{LeakyReLU: , negative_slope: 0.1}", "{activation: leaky_relu, alpha: 0.1}"),
        ("{LeakyReLU: 0.1}", "{activation: leaky_relu, alpha: 0.1}"),
        ("{GlobalAveragePooling2D: }", "{avg_pool: global, keep_dims: false}"),
        ("{MaxPool2d: 3, stride: 2, ceil_mode: true}", "{max_pool: 3, stride: 2, rounding: ceil}"),
        ("{type: Pooling, pooling_param: {pool: AVE, kernel_size: 3}}", "{avg_pool: 3}"),
        ("{fc: 10}", "{dense: 10}"),
        ("{Linear: 10, use_bias: false}", "{dense: 10, bias: false}"),
        ("{bn: true}", "batch_norm"),
        ("{Dropout: , p: 0.3}", "{dropout: 0.3}"),
        ("{Dropout: , keep_prob: 0.8}", "{dropout: 0.2}"),
        ("{type: Eltwise, operation: PROD, from: [a, b]}", "{multiply: [a, b]}"),
        ("{Concatenate: [a, b]}", "{concat: [a, b]}"),
        ("{conv3x3: 64}", "{conv: 64, kernel: 3}"),
        ("'Conv2D(32, (3, 3), padding=\"same\")'", "{conv: 32, kernel: 3, padding: same}"),
        ("'nn.Conv2d(3, 64, kernel_size=3)'", "{conv: 64, kernel: 3}"),
        ("nn.ReLU(inplace=True)", "relu"),
        ("{Conv2D: 32*2, kernel_size: 3, name: first}", "{conv: 32*2, kernel: 3, name: first}"),
    ],
)
def test_the_whole_layer_is_written_with_its_values(wrong: str, right: str) -> None:
    assert quoted(only(chain(wrong))) == f"- {right}"


@pytest.mark.parametrize(
    "name", sorted({name for entry in other_names.NEEDLESS_OPERATIONS for name in entry.names})
)
def test_a_layer_that_is_none_here_is_left_out(name: str) -> None:
    error = only(chain("relu", f"{{{name}: }}"))
    assert error.help and error.help.startswith("leave this layer out")


# Attributes ---------------------------------------------------------------------------------------


def op_with(entry: other_names.AttributeNames) -> str:
    """An op whose layer may have the attribute that an entry means."""
    for op in entry.ops or (*LAYERS,) * (entry.targets[0] not in COMMON):
        if any(OPS[op].field(target) for target in entry.targets):
            return op
    return entry.ops[0] if entry.ops else "conv"


def value_of(entry: other_names.AttributeNames) -> str:
    is_special = entry.form in (Form.SAME, Form.WORD, Form.SHAPE, Form.SIZES)
    special = SPECIAL.get(entry.targets[0]) if is_special else None
    return special or VALUES[entry.form]


def is_here(op: str, name: str) -> bool:
    """Whether the name has a meaning here in a layer of the op."""
    return OPS[op].field(name) is not None or name in (*MODIFIERS, *OPS, "input", "from")


ATTRIBUTES = sorted(
    {
        (op_with(entry), name, value_of(entry))
        for entry in other_attributes.ATTRIBUTES
        for name in entry.names
        if not is_here(op_with(entry), name)
    }
)


@pytest.mark.parametrize(("op", "name", "value"), ATTRIBUTES)
def test_another_name_of_an_attribute_is_an_error_that_writes_it(
    op: str, name: str, value: str
) -> None:
    if op in MODIFIERS:
        layer = f"{{{op}: {{{name}: {value}}}}}"
        wrong = f"{name}: {value}"
    else:
        # What the key of the op gives is taken away, so that the attribute may give it.
        bare = re.sub(r": \w[^,}]*", ": ", LAYERS[op], count=1) if needs(op, name) else LAYERS[op]
        if other_names.plain_name(name).startswith("keepdim"):
            bare = bare.replace("2", "global")
        wrong = f"{name}: {value}"
        layer = f"{bare[:-1]}, {wrong}}}"
    start = "{name: start, conv: 8, kernel: 3}" if op == "conv" else "{name: start, identity: }"
    entering = input_of(op).replace("x64", "x8").replace("32", "34" if op == "conv" else "32")
    text = chain(start, layer, input=entering)
    mistakes = [error for error in errors(text) if f"'{name}'" in error.message]
    assert len(mistakes) == 1
    right = quoted(mistakes[0])
    assert right is None or ": " in right
    if right is None:
        better = text.replace(f", {wrong}", "")
    elif right.startswith(f"{op}: ") and f"{op}: , " in text:
        better = text.replace(f"{op}: , ", f"{right}, ").replace(f", {wrong}", "")
    else:
        better = text.replace(wrong, right)
    if right and right.split(":")[0] in re.findall(r"(\w+):", LAYERS[op]) and "kernel: 3" in better:
        better = better.replace("kernel: 3, ", "", 1)
    audit_text(better)


def needs(op: str, name: str) -> bool:
    """Whether the name means what the key of the op gives."""
    plain = other_names.plain_name(name)
    return any(
        OPS[op].principal in entry.targets
        and (not entry.ops or op in entry.ops)
        and plain in map(other_names.plain_name, entry.names)
        for entry in other_attributes.ATTRIBUTES
    )


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{conv: 8, kernel_size: (3, 3)}", None),
        ("{conv: 8, kernel_size: [1, 7]}", "kernel: 1x7"),
        ("{conv: 8, k: 3}", "kernel: 3"),
        ("{conv: 8, kernel: 3, s: [2, 2]}", "stride: 2"),
        ("{conv: 8, kernel: 3, p: 1}", "padding: 1"),
        ("{conv: 8, kernel: 3, pad: SAME}", "padding: same"),
        ("{conv: , kernel: 3, out_channels: 16}", "conv: 16"),
        ("{op: conv, kernel: 3, out_channels: 16}", "filters: 16"),
        ("{conv: 8, kernel: 3, use_bias: false}", "bias: false"),
        ("{conv: 8, kernel: 3, no_bias: true}", "bias: false"),
        ("{conv: 8, kernel: 3, dilation_rate: [2, 2]}", "dilation: 2"),
        ("{conv: 8, kernel: 3, act: hswish}", "activation: hard_swish"),
        ("{conv: 8, kernel: 3, non_linearity: nn.ReLU}", "activation: relu"),
        ("{conv: 8, kernel: 3, relu: true}", "activation: relu"),
        ("{conv: 8, kernel: 3, bn: true}", "batch_norm: true"),
        ("{conv: 8, kernel: 3, batch_normalize: 1}", "batch_norm: true"),
        ("{conv: 8, kernel: 3, norm: bn}", "batch_norm: true"),
        ("{conv: 8, kernel: 3, kernel_initializer: glorot_uniform}", "init: glorot_uniform"),
        ("{max_pool: 2, ceil_mode: true}", "rounding: ceil"),
        ("{max_pool: 2, ceil_mode: false}", "rounding: floor"),
        ("{dense: 8, pointwise: true, keep_prob: 0.8}", "dropout: 0.2"),
        ("{upsample: , scale_factor: 2}", "upsample: 2"),
        ("{upsample: 2, interpolation: bilinear}", "mode: linear"),
        ("{pad: , padding: [1, 2]}", "pad: [1, 2]"),
    ],
)
def test_the_value_of_an_attribute_is_carried_over(wrong: str, right: str | None) -> None:
    found = errors(chain(wrong, input="32x32x8"))
    if right is not None:
        assert len(found) == 1
        assert quoted(found[0]) == right


NEEDLESS = [
    (entry.ops[0] if entry.ops else "conv", name)
    for entry in other_attributes.NEEDLESS_ATTRIBUTES
    for name in entry.names
    if name not in ("num_features", "beta")
]


@pytest.mark.parametrize(("op", "name"), NEEDLESS)
def test_an_attribute_that_is_not_needed_is_left_out(op: str, name: str) -> None:
    text = chain(f"{LAYERS[op][:-1]}, {name}: 3}}", input=input_of(op))
    error = only(text)
    assert error.help and error.help.startswith(f"leave out `{name}`")
    audit_text(text.replace(f", {name}: 3", ""))


def test_attributes_in_a_mapping_stand_in_the_layer_itself() -> None:
    error = only(chain("{conv: {filters: 3, kernel_size: 3}}"))
    assert quoted(error) == "conv: 3, kernel: 3"


def test_padding_of_another_kind_is_a_layer_of_its_own() -> None:
    error = only(chain("{conv: 8, kernel: 3, padding_mode: reflect}"))
    assert error.help and "`- {pad: 1, mode: reflect}`" in error.help
    error = only(chain("{conv: 8, kernel: 3, padding_mode: zeros}"))
    assert error.help == "leave out `padding_mode`: what is added are zeros"


# Values -------------------------------------------------------------------------------------------

#: Where a word of a table may stand.
PLACES = [
    (other_words.ACTIVATION_NAMES, "{conv: 8, kernel: 3, activation: WORD}", ""),
    (other_words.INITIALISER_NAMES, "{conv: 8, kernel: 3, init: WORD}", ""),
    (other_words.INTERPOLATIONS, "{upsample: 2, mode: WORD}", ""),
    (other_words.PADDING_MODES, "{pad: 1, mode: WORD}", ""),
    (other_words.POOL_MODES, "{adaptive_pool: 2, mode: WORD}", ""),
    (other_words.ROUNDINGS, "{max_pool: 2, rounding: WORD}", ""),
    (other_words.FRAMEWORK_NAMES, "relu", "framework: WORD"),
    (other_words.PRECISION_NAMES, "relu", "training: {precision: WORD}"),
    (other_words.OPTIMIZER_NAMES, "relu", "training: {optimizer: WORD}"),
    (other_words.MERGE_NAMES, "{branches: {a: [], b: [relu]}, merge: WORD}", ""),
    (other_words.PADDING_WORDS, "{conv: 8, kernel: 3, padding: WORD}", ""),
    (other_words.KERNEL_WORDS, "{max_pool: WORD}", ""),
]
WORDS = [
    (word, own, layer, more)
    for table, layer, more in PLACES
    for own, words in table.items()
    for word in words
    if word not in table and not word.isdecimal() and word != "none"
]


@pytest.mark.parametrize(("word", "own", "layer", "more"), WORDS)
def test_another_word_for_a_value_is_an_error_that_writes_ours(
    word: str, own: str, layer: str, more: str
) -> None:
    error = only(chain(layer.replace("WORD", word), more=more.replace("WORD", word)))
    assert quoted(error) == own
    audit_text(chain(layer.replace("WORD", own), more=more.replace("WORD", own)))


# Keys ---------------------------------------------------------------------------------------------

BODIES = {
    "input": "[28, 28, 1]",
    "classes": "10",
    "layers": "[{dense: 10}]",
    "vars": "{width: 2}",
    "extends": "zoo:lenet-5",
    "changes": "[]",
    "name": "A net",
    "description": "A net",
    "source": "A paper",
    "framework": "PyTorch",
    "variants": "{}",
    "blocks": "{}",
    "defaults": "{conv: {kernel: 3}}",
    "training": "{epochs: 3}",
    "expect": "{output: 10}",
    "backbone": "zoo:vgg-d",
}
KEYS = [
    (entry.key, name)
    for entry in other_keys.TOP_LEVEL_NAMES
    for name in entry.names
    if entry.key not in ("backbone", "extends", "changes")
]


def top_level(**lines: str) -> str:
    keys = {"cnnaudit": "1", "input": "8", "layers": "[{dense: 10}]"} | lines
    return "".join(f"{key}: {value}\n" for key, value in keys.items() if value)


@pytest.mark.parametrize(("key", "name"), KEYS)
def test_another_name_of_a_key_is_an_error_that_writes_it(key: str, name: str) -> None:
    body = BODIES[key]
    if name == "modules":
        body = "{}"
    wrong = f"{name}: {body}"
    text = top_level(**{key: ""}) + f"{wrong}\n"
    right = quoted(only(text))
    assert right
    better = right + wrong.removeprefix(f"{name}:") if right.endswith(":") else right
    written = text.replace(wrong, better)
    if key == "input":
        assert right == "input: 28x28x1"
        written = written.replace("[{dense: 10}]", "[flatten, {dense: 10}]")
    audit_text(written)


@pytest.mark.parametrize(
    "name",
    [n for entry in other_keys.TOP_LEVEL_NAMES if entry.key == "extends" for n in entry.names],
)
def test_another_name_of_extends_is_the_one_error(name: str) -> None:
    text = f"cnnaudit: 1\n{name}: zoo:lenet-5\nclasses: 7\nchanges: []\n"
    assert quoted(only(text)) == "extends: zoo:lenet-5"
    audit_text(text.replace(f"{name}:", "extends:"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("inputs: [224, 224, 3]", "input: 224x224x3"),
        ("input_shape: (224, 224, 3)", "input: 224x224x3"),
        ("input_shape: [3, 224, 224]", "input: 224x224x3"),
        ("input_shape: [1, 3, 224, 224]", "input: 224x224x3"),
        ("input_shape: [null, 28, 28, 1]", "input: 28x28x1"),
        ("img_size: 224", "input: 224x224x3"),
        ("input_dim: 784", "input: 784"),
    ],
)
def test_the_shape_of_the_input_is_written_channels_last(wrong: str, right: str) -> None:
    text = f"cnnaudit: 1\n{wrong}\nlayers: [relu]\n"
    assert quoted(only(text)) == right
    audit_text(text.replace(wrong, right))


def test_settings_of_training_at_the_top_are_written_under_training_together() -> None:
    text = top_level() + "epochs: 3\nbatch: 8\noptim: Adam\nlr: 0.1\n"
    found = errors(text)
    expected = "training: {epochs: 3, batch_size: 8, optimizer: {type: adam, lr: 0.1}}"
    assert [quoted(error) for error in found] == [expected] * 4
    audit_text(top_level() + expected)


@pytest.mark.parametrize(
    ("path", "name"),
    [(entry.key, name) for entry in other_keys.TRAINING_NAMES for name in entry.names],
)
def test_another_name_of_a_setting_of_training_is_an_error_that_writes_it(
    path: str, name: str
) -> None:
    group, _, key = path.rpartition(".")
    value = {"optimizer.type": "Adam", "precision": "float16", "optimizer": "adam"}.get(path, "3")
    value = "{images: 5}" if path == "dataset" else value
    wrong = f"{name}: {value}"
    inside = f"{{{group}: {{{wrong}}}}}" if group else f"{{{wrong}}}"
    text = top_level(training=inside)
    right = quoted(only(text))
    assert right and right.startswith(f"{key}: ")
    audit_text(text.replace(wrong, right))


@pytest.mark.parametrize(
    ("key", "name"),
    [(entry.key, name) for entry in other_keys.EXPECT_NAMES for name in entry.names],
)
def test_another_name_of_a_claim_is_an_error_that_writes_it(key: str, name: str) -> None:
    text = top_level(expect=f"{{{name}: 10}}")
    assert quoted(only(text)) == f"{key}: 10"
    audit_text(text.replace(f"{name}: 10", f"{key}: 10"))


# Never -------------------------------------------------------------------------------------------


def test_the_table_has_the_names_of_the_field() -> None:
    names = [name for _, name in OPERATIONS] + [name for _, name, _ in ATTRIBUTES]
    names += [name for _, name in KEYS] + [word for word, *_ in WORDS]
    assert len(set(names)) > 250


@pytest.mark.parametrize(
    ("layer", "never"),
    [
        ("same", "upsample"),
        ("AveragePooling2D", "average'"),
        ("{conv: 8, kernel: 3, padding: samee}", "upsample"),
        ("{conv: 8, kernel: 3, reluu: true}", "'relu'"),
    ],
)
def test_a_suggestion_is_something_that_can_stand_there(layer: str, never: str) -> None:
    for error in errors(chain(layer)):
        assert not (error.help or "").startswith("did you mean") or never not in str(error.help)


def test_a_prefix_goes_before_what_is_spelt_alike() -> None:
    assert only(chain("{conv: 8, kernel: 3, pad: 1}")).help == "write `padding: 1`"
    assert only(chain("{conv: 8, ker: 3}")).help == "did you mean 'kernel'?"


def test_what_no_table_has_lists_what_is_there() -> None:
    help = only(chain("{conv: 8, kernel: 3, xyzzy: 2}")).help
    assert help and help.startswith(
        "'conv' has kernel, stride, padding, dilation, groups and bias; "
        "any layer may have the modifiers batch_norm, activation and dropout, and name, from"
    )
    help = only(chain("xyzzy")).help
    assert help and help.startswith("there are conv, depthwise_conv, ")


def test_nothing_follows_from_an_unknown_operation() -> None:
    only(
        chain(
            "{Conv2D: 8, kernel_size: 3, strides: 2}",
            "{conv: 8, kernel: 99}",
            "{dense: 10}",
            "relu",
            "{add: [conv1, relu1]}",
        )
    )
