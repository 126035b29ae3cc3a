"""What to write instead of a name of another program: helps of errors, values included.

Loaded when an error needs it. A help quotes exactly one text, between backticks: a layer
(``- {conv: 32, kernel: 3}``), a pair (``stride: 2``) or a word, to be written in place of the
layer, the pair or the word that is wrong; or it says what is left out.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from cnnaudit.errors import did_you_mean
from cnnaudit.ops.op import REQUIRED, Field, FieldType, Op
from cnnaudit.ops.registry import ACTIVATIONS, MODIFIERS, OPS
from cnnaudit.parsing import other_names as tables
from cnnaudit.parsing.layer_settings import COMMON, Keys
from cnnaudit.parsing.other_names import Form, KeyNames, OperationNames, plain_name
from cnnaudit.parsing.other_values import (
    activation_name,
    activations,
    flow_text,
    numbers,
    other_word,
    value_text,
)
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode

#: Keys under which other programs write the operation of a layer.
OPERATION_KEYS = (
    "type",
    "layer",
    "class_name",
    "layer_type",
    "kind",
    "operation",
    "class",
    "module",
)
#: Keys under which other programs write the attributes of a layer.
_NESTS = ("config", "args", "params", "kwargs", "attributes", "settings", "options")
#: A value for an attribute that must be written, where the file gives none.
_EXAMPLES = {
    FieldType.WHOLE: "64",
    FieldType.AXES: "3",
    FieldType.KERNEL: "2",
    FieldType.AMOUNTS: "1",
    FieldType.SHAPE: "[-1]",
    FieldType.ORDER: "[1, 0, 2]",
    FieldType.RANGE: "[0, 1]",
    FieldType.RATE: "0.5",
    FieldType.NUMBER: "1",
}
#: Keys whose number alone is the side of a square image.
_SQUARES = ("imgsize", "imagesize", "imgsz", "resolution", "inputresolution", "imageshape")
_PAD_MODES = tuple(tables.PADDING_MODES)
#: Keys at the top that are written under `training`.
_TRAINING_KEYS = ("batch_size", "epochs", "loss", "precision", "optimizer", "dataset")


class _Meaning(NamedTuple):
    """The key here and how its value is written; without a key the attribute is left out."""

    key: str | None
    form: Form = Form.SAME
    reason: str = ""
    #: The value, if the name says it: relu.
    text: str | None = None


# Operations ---------------------------------------------------------------------------------------


def is_operation(word: str) -> bool:
    """Whether a word names an operation, here or elsewhere."""
    plain = plain_name(word)
    return word in OPS or plain in _operation_names() or plain in activations()


def operation_key(keys: Keys, blocks: Collection[str] = ()) -> str | None:
    """The key of a layer that holds or is an operation elsewhere; None if there is none."""
    for name in OPERATION_KEYS:
        value = keys[name][1] if name in keys else None
        if isinstance(value, ScalarNode) and (is_operation(value.text) or value.text in blocks):
            return name
    unknown = [name for name in keys if name not in COMMON and name not in OPERATION_KEYS]
    return next((name for name in unknown if is_operation(name)), None)


def other_operation(op_name: str, keys: Keys) -> str | None:
    """The key that names the operation of a layer elsewhere, where ``op_name`` is an attribute of it.

    ``{convolutional: , filters: 8, size: 3, pad: 1}`` is no layer ``pad``; None if it is one.
    """
    for name in keys:
        operation = _operation_names().get(plain_name(name))
        if name in OPS or name in COMMON or operation is None:
            continue
        if op_name == "modifiers":
            return name
        if _meaning(operation.op, op_name) and not _meaning(op_name, name):
            return name
    return None


def correct_second(names: Collection[str], keys: Keys) -> str:
    """The help of a layer with two operations: one is an attribute of the other elsewhere, or not."""
    for op_name in names:
        for name in names:
            help = (
                correct_attribute(op_name, name, keys[name][1], keys) if name != op_name else None
            )
            if help:
                return help
    return "write them as separate layers"


def correct_operation(key: str, keys: Keys, blocks: Collection[str] = ()) -> str | None:
    """What to write for a layer whose operation is named under ``key``, or by it."""
    node, value = keys[key]
    word, principal = key, value
    rest = [(name, pair[1]) for name, pair in keys.items() if name != key]
    if key in (*OPERATION_KEYS, "op") and isinstance(value, ScalarNode):
        word, principal = value.text, ScalarNode("", True, node.span)
    if word in blocks:
        pairs = [f"{word}: ", *(f"{name}: {flow_text(other)}" for name, other in rest)]
        return f"write `- {{{', '.join(pairs)}}}`" if rest else f"write `- {word}`"
    plain = plain_name(word)
    for entry in tables.NEEDLESS_OPERATIONS:
        if plain in map(plain_name, entry.names):
            return f"leave this layer out: {entry.reason}"
    operation = _operation_names().get(plain)
    if operation is not None:
        return f"write `- {_layer(operation, word, principal, rest)}`"
    if plain in activations():
        return f"write `- {_activation_layer(activations()[plain], principal, rest)}`"
    return None


def _operation_names() -> Mapping[str, OperationNames]:
    """The operations by their plain names; those of the tables go before our own."""
    own = {plain_name(op): OperationNames(op, ()) for op in OPS}
    return own | {plain_name(name): entry for entry in tables.OPERATIONS for name in entry.names}


def _activation_layer(
    function: str, principal: YamlNode, rest: Iterable[tuple[str, YamlNode]]
) -> str:
    pairs = {"activation": function}
    if isinstance(principal, MapNode):
        rest = [*((name.text, value) for name, value in principal.entries), *rest]
    elif (number := value_text(principal, Form.SAME)) and _is_number(principal):
        pairs["alpha"] = number
    for name, value in rest:
        meaning = _meaning("activation", name)
        if meaning is None or meaning.key == "function":
            pairs.setdefault(name, flow_text(value))
        elif meaning.key:
            pairs[meaning.key] = value_text(value, meaning.form) or flow_text(value)
    return _written(pairs) if len(pairs) > 1 else function


def _is_number(node: YamlNode) -> bool:
    return isinstance(node, ScalarNode) and node.text.replace(".", "", 1).isdigit()


def _written(pairs: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {text}' for name, text in pairs.items())}}}"


def _layer(
    operation: OperationNames,
    word: str,
    principal: YamlNode,
    rest: Iterable[tuple[str, YamlNode]],
) -> str:
    """The whole layer as it is written here."""
    pairs = _flat([*_principal_pairs(principal), *rest])
    op = OPS[_choose(operation.op, pairs)]
    attributes = dict(operation.attributes)
    if isinstance(principal, ListNode) and not op.merges:
        # Conv2D(32, 3): in the order of our fields, which is that of the others.
        names = [field.name for field in op.fields]
        pairs = [*zip(names, principal.items, strict=False), *pairs]
    elif op.merges and isinstance(principal, ListNode):
        attributes["from"] = flow_text(principal)
    elif isinstance(principal, ScalarNode) and op.principal and _has_value(principal):
        form = _FORMS.get(op.field(op.principal).type, Form.SAME)  # type: ignore[union-attr]
        if op.name in MODIFIERS and op.name == "activation":
            form = Form.ACTIVATION
        attributes[op.principal] = value_text(principal, form) or flow_text(principal)
    attributes |= _translated(op, word, pairs, attributes)
    if op.merges:
        return _written({op.name: attributes.pop("from", "[a, b]"), **attributes})
    for field in op.fields:
        is_needed = field.default is REQUIRED or (field.name == "kernel" and op.family == "conv")
        if is_needed and field.name not in attributes:
            attributes[field.name] = _example(field)
    if op.principal not in attributes and not attributes:
        return op.name
    first = attributes.pop(op.principal or "", "true" if op.name in MODIFIERS else "")
    return _written({op.name: first, **attributes})


def _example(field: Field) -> str:
    """A value for a field that must be written."""
    return {"groups": "2", "function": "relu"}.get(field.name) or _EXAMPLES.get(field.type, "1")


def _translated(
    op: Op, word: str, pairs: Iterable[tuple[str, YamlNode]], given: Mapping[str, str]
) -> dict[str, str]:
    """The attributes of a layer of another program as they are written here."""
    attributes = {}
    for name, value in pairs:
        is_choice = name in tables.CHOSEN_BY and (op.merges or op.name in ("max_pool", "avg_pool"))
        if name == "global_pooling" and value_text(value, Form.FLAG) == "true":
            # Caffe's keeps the axes, of size 1.
            attributes["kernel"] = "global"
        if is_choice or name == "global_pooling":
            continue
        is_common = name in COMMON and op.field(name) is None
        meaning = None if is_common else _meaning(op.name, name)
        meaning = meaning or _meaning("modifiers", name)
        if plain_name(word) == "convolutional" and name == "pad":
            # Darknet's `pad` says that there is padding, of half the kernel.
            meaning = _Meaning("padding", Form.HALF)
        if meaning is None and name not in given:
            attributes[name] = flow_text(value)
        elif meaning and meaning.key:
            text = meaning.text or value_text(value, meaning.form)
            attributes[meaning.key] = text or flow_text(value)
    return attributes


_FORMS = {
    FieldType.AXES: Form.SIZES,
    FieldType.KERNEL: Form.SIZES,
    FieldType.AMOUNTS: Form.PADDING,
    FieldType.SHAPE: Form.SHAPE,
}


def _has_value(node: ScalarNode) -> bool:
    return node.text not in ("", "true", "null", "~", "True")


def _principal_pairs(principal: YamlNode) -> list[tuple[str, YamlNode]]:
    if isinstance(principal, MapNode):
        return [(name.text, value) for name, value in principal.entries]
    return []


def _flat(pairs: Iterable[tuple[str, YamlNode]]) -> list[tuple[str, YamlNode]]:
    """The pairs, with those of a nested mapping of attributes in its place."""
    flat: list[tuple[str, YamlNode]] = []
    for name, value in pairs:
        nested = isinstance(value, MapNode) and (name in _NESTS or name.endswith("_param"))
        flat += _principal_pairs(value) if nested else [(name, value)]
    return flat


def _choose(op: str, pairs: Iterable[tuple[str, YamlNode]]) -> str:
    """The operation that an attribute chooses: Pooling with ``pool: AVE``."""
    for name, value in pairs:
        if name in tables.CHOSEN_BY and isinstance(value, ScalarNode):
            return tables.CHOICES_OF_OPERATIONS.get(op, {}).get(plain_name(value.text), op)
    return op


# Attributes ---------------------------------------------------------------------------------------


def correct_attribute(
    op_name: str, name: str, value: YamlNode, keys: Keys, params: Collection[str] | None = None
) -> str | None:
    """What to write for an attribute that ``op_name`` does not have; None if no table has it.

    ``keys`` are the pairs of the whole layer; ``params`` the parameters of a block.
    """
    if plain_name(name) == "paddingmode" and op_name != "pad":
        mode = other_word(value.text if isinstance(value, ScalarNode) else "", _PAD_MODES)
        if mode in (None, "zeros"):
            return f"leave out `{name}`: what is added are zeros"
        return f"leave out `{name}`, and write a layer above: `- {{pad: 1, mode: {mode}}}`"
    meaning = _meaning(op_name, name, params)
    if meaning is None and op_name == "modifiers":
        present = (modifier for modifier in MODIFIERS if modifier in keys)
        meaning = next(filter(None, (_meaning(other, name) for other in present)), None)
    if meaning is None:
        return None
    if meaning.key is None:
        return f"leave out `{name}`: {meaning.reason}"
    key, op = meaning.key, OPS.get(op_name)
    if op and op.principal == key and op_name in keys and "op" not in keys:
        key = op_name
        given = keys[key][1]
        if not isinstance(given, ScalarNode) or _has_value(given):
            return f"leave out `{name}`: `{key}: {flow_text(given)}` says it"
    elif key in keys and key != name:
        return f"leave out `{name}`: `{key}: {flow_text(keys[key][1])}` says it"
    text = meaning.text or value_text(value, meaning.form)
    return f"write `{key}: {text}`" if text is not None else f"it is called '{key}' here"


def _meaning(op_name: str, name: str, params: Collection[str] | None = None) -> _Meaning | None:
    """The attribute here that another program calls ``name``; None if no table has it."""
    plain = plain_name(name)
    op = OPS.get(op_name)
    fields = [field.name for field in op.fields] if op else list(params or ())
    anywhere = () if op_name in MODIFIERS else (*MODIFIERS, *COMMON)
    possible = (*fields, *anywhere)
    if name in possible:
        return _Meaning(name, _own_form(op, name))
    for entry in tables.ATTRIBUTES:
        if entry.ops and op_name not in entry.ops and params is None:
            continue
        if entry.form is Form.INITIALISER and "init" in fields:
            continue  # the factor that `scale` starts with
        target = next((target for target in entry.targets if target in possible), None)
        if target and plain in map(plain_name, entry.names):
            return _Meaning(target, entry.form)
    for needless in tables.NEEDLESS_ATTRIBUTES:
        if (not needless.ops or op_name in needless.ops) and plain in map(
            plain_name, needless.names
        ):
            return _Meaning(None, Form.SAME, needless.reason)
    own = next((target for target in possible if plain_name(target) == plain), None)
    if own:
        return _Meaning(own, _own_form(op, own))
    if "activation" in anywhere and (function := activation_name(name)) in ACTIVATIONS:
        return _Meaning("activation", text=function)
    return None


def _own_form(op: Op | None, name: str) -> Form:
    """How the value of an attribute of ours is written if another program wrote it."""
    field = op.field(name) if op else None
    if name in ("activation", "function"):
        return Form.ACTIVATION
    if name == "init" and field is None:
        return Form.INITIALISER
    if field is None:
        return Form.SAME
    if field.type is FieldType.CHOICE:
        return Form.WORD
    return {**_FORMS, FieldType.PADDING: Form.PADDING, FieldType.FLAG: Form.FLAG}.get(
        field.type, Form.SAME
    )


# Keys ---------------------------------------------------------------------------------------------


def top_level_key(name: str, value: YamlNode) -> str | None:
    """The key at the top that other programs call ``name``; None if no table has it."""
    plain = plain_name(name)
    if name in _SPLIT_INPUT:
        return "input"
    is_group = isinstance(value, MapNode)
    if plain == "modules" and not is_group:
        return "layers"
    entries = [entry for entry in tables.TOP_LEVEL_NAMES if plain in map(plain_name, entry.names)]
    if not entries:
        return None
    key = entries[0].key
    if key == "layers" and isinstance(value, ScalarNode):
        return "name"
    if key == "vars" and not is_group:
        return None
    return key


#: Darknet's shape of the input, one key an axis.
_SPLIT_INPUT = ("height", "width", "channels")


def correct_top_level(name: str, value: YamlNode, tree: MapNode) -> str | None:
    """What to write for an unknown key at the top of a file; None if no table has it."""
    plain = plain_name(name)
    if name in _SPLIT_INPUT:
        sizes = [tree.get(key) for key in _SPLIT_INPUT]
        texts = [flow_text(size) for size in sizes if size is not None]
        return f"write `input: {'x'.join(texts)}`" if len(texts) == 3 else None
    for entry in tables.NEEDLESS_KEYS:
        if plain in map(plain_name, entry.names):
            return f"leave out `{name}`: {entry.reason}"
    key = top_level_key(name, value)
    if key is None and (claim := _path(tables.EXPECT_NAMES, name)) and _is_number(value):
        return f"write `expect: {{{claim}: {flow_text(value)}}}`"
    if key is None:
        return _as_training(tree) if _training_path(name) else None
    if tree.get(key) is not None:
        return f"leave out `{name}`: `{key}` is there"
    if isinstance(value, MapNode) or (isinstance(value, ListNode) and key != "input"):
        return f"write `{key}:`"
    form = next(entry.form for entry in tables.TOP_LEVEL_NAMES if entry.key == key)
    text = value_text(value, form)
    if key == "input" and plain in _SQUARES and len(numbers(value)) == 1:
        text = f"{text}x{text}x3"
    if key == "backbone":
        text = f"{{file: {text}}}"
    return f"write `{key}: {text}`" if text is not None else f"it is called '{key}' here"


def _path(names: tuple[KeyNames, ...], name: str) -> str | None:
    """The key here of a name in a table of keys."""
    plain = plain_name(name)
    for entry in names:
        if plain in (plain_name(entry.key.rpartition(".")[2]), *map(plain_name, entry.names)):
            return entry.key
    return None


def _training_path(name: str) -> str | None:
    return _path(tables.TRAINING_NAMES, name)


def _as_training(tree: MapNode) -> str:
    """All keys at the top that belong under ``training``, with those that are there already."""
    pairs: list[tuple[str, YamlNode]] = []
    given = tree.get("training")
    pairs += (
        [(key.text, value) for key, value in given.entries] if isinstance(given, MapNode) else []
    )
    pairs += [
        (key.text, value)
        for key, value in tree.entries
        if _training_path(key.text) and top_level_key(key.text, value) is None
    ]
    return f"write `training: {_training_text(pairs)}`"


def _training_text(pairs: Iterable[tuple[str, YamlNode]]) -> str:
    """Settings of training by their groups, in one line."""
    plain: dict[str, str] = {}
    groups: dict[str, dict[str, str]] = {}
    for name, value in pairs:
        path = _training_path(name) or name
        group, _, key = path.rpartition(".")
        if path in ("optimizer", "dataset") and isinstance(value, MapNode):
            inner = {key.text: flow_text(node) for key, node in value.entries}
            groups.setdefault(path, {}).update(inner)
        elif path == "optimizer":
            groups.setdefault(path, {})["type"] = _training_value("optimizer.type", value)
        elif group:
            groups.setdefault(group, {})[key] = _training_value(path, value)
        else:
            plain[path] = _training_value(path, value)
    return _written({**plain, **{group: _written(own) for group, own in groups.items()}})


def _training_value(path: str, value: YamlNode) -> str:
    tables_of = {"optimizer.type": tables.OPTIMIZER_NAMES, "precision": tables.PRECISION_NAMES}
    text = flow_text(value)
    return (other_word(text, tuple(tables_of[path])) if path in tables_of else None) or text


def correct_training(group: str, name: str, value: YamlNode, keys: Keys) -> str | None:
    """What to write for an unknown key of ``training`` or of one of its groups."""
    path = _training_path(name)
    if group:
        own = [entry for entry in tables.TRAINING_NAMES if entry.key.startswith(f"{group}.")]
        path = _path(tuple(own), name)
    if path is None:
        return None
    inner, _, key = path.rpartition(".")
    if inner == group:
        if key in keys:
            return f"leave out `{name}`: `{key}: {flow_text(keys[key][1])}` says it"
        return f"write `{key}: {_training_value(path, value)}`"
    if inner and not group:
        pairs = [(inner, keys[inner][1])] if inner in keys else []
        others = [(other, pair[1]) for other, pair in keys.items()]
        pairs += [(n, v) for n, v in others if (_training_path(n) or "").startswith(f"{inner}.")]
        text = _training_text(pairs)
        return f"write `{text[1:-1]}`"
    return None


def correct_expect(name: str, value: YamlNode, keys: Keys) -> str | None:
    """What to write for an unknown key of ``expect``; None if no table has it."""
    limit = "max_" if name.startswith("max_") else ""
    claim = _path(tables.EXPECT_NAMES, name.removeprefix("max_"))
    if claim is None:
        return None
    if limit + claim in keys:
        return f"leave out `{name}`: `{limit}{claim}` is there"
    text = value_text(value, Form.SHAPE if claim == "output" else Form.SAME)
    return f"write `{limit}{claim}: {text}`"


# Words, and what is there -------------------------------------------------------------------------


def correct_word(word: str, choices: tuple[str, ...]) -> str | None:
    """What to write for a word that is none of ``choices``: the word of ours, or a near one."""
    if "relu" in choices and plain_name(word) in map(plain_name, tables.NO_ACTIVATION):
        # `none` is a value of a layer's modifier only; this one may stand everywhere.
        return "write `linear`"
    if word == "zeros" and "half" in choices:
        return "what is added are zeros anyway; write how much, such as `half`"
    own = other_word(word, choices)
    return f"write `{own}`" if own else did_you_mean(word, choices)


def listed(op_name: str) -> str:
    """The attributes of an operation, and what may stand on any layer."""
    op = OPS.get(op_name)
    fields = [field.name for field in op.fields if field.name != op.principal] if op else []
    if op_name in MODIFIERS:
        return f"'{op_name}' has {_enumerated(fields) or 'no attributes'}"
    modifiers = f"the modifiers {_enumerated(MODIFIERS)}"
    anywhere = f"any layer may have {modifiers}, and {_enumerated(COMMON)}"
    return f"'{op_name}' has {_enumerated(fields)}; {anywhere}" if fields else anywhere


def operations_listed() -> str:
    """The operations."""
    return f"there are {_enumerated(tuple(OPS))}"


def _enumerated(names: Collection[str]) -> str:
    *first, last = names or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def attribute_help(op_name: str, name: str, value: YamlNode, keys: Keys) -> str:
    """The help of an unknown attribute: what to write, a near name, or what is there."""
    fields = [field.name for field in OPS[op_name].fields] if op_name in OPS else []
    anywhere = () if op_name in MODIFIERS else (*MODIFIERS, *COMMON)
    known = correct_attribute(op_name, name, value, keys)
    return known or did_you_mean(name, (*fields, *anywhere)) or listed(op_name)


def operation_help(key: str, keys: Keys, blocks: Collection[str]) -> str:
    """The help of an unknown operation: what to write, a near name, or what is there."""
    word = keys[key][1] if key in (*OPERATION_KEYS, "op") else keys[key][0]
    text = word.text if isinstance(word, ScalarNode) else ""
    # A block that is nearly called so is meant, and no operation of another program.
    near = did_you_mean(text, tuple(blocks))
    known = correct_operation(key, keys, blocks)
    return known or near or did_you_mean(text, (*OPS, *ACTIVATIONS)) or operations_listed()


def block_help(params: Collection[str], name: str, value: YamlNode, keys: Keys) -> str:
    """The help of an unknown parameter of a block."""
    known = correct_attribute("", name, value, keys, params)
    near = did_you_mean(name, (*params, *MODIFIERS, *COMMON))
    return known or near or f"its parameters are {_enumerated(params) or 'none'}"


def top_level_help(name: str, value: YamlNode, tree: MapNode, keys: tuple[str, ...]) -> str:
    """The help of an unknown key at the top of a file."""
    known = correct_top_level(name, value, tree)
    return known or did_you_mean(name, keys) or f"the keys are {_enumerated(keys)}"


def training_help(
    group: str, name: str, value: YamlNode, keys: Keys, names: tuple[str, ...]
) -> str:
    """The help of an unknown key of ``training``."""
    known = correct_training(group, name, value, keys)
    return known or did_you_mean(name, names) or f"there are {_enumerated(names)}"


def expect_help(name: str, value: YamlNode, keys: Keys, names: tuple[str, ...]) -> str:
    """The help of an unknown key of ``expect``."""
    known = correct_expect(name, value, keys)
    return known or did_you_mean(name, names) or f"there are {_enumerated(names)}"


def defaults_help(word: str) -> str:
    """The help of an unknown operation under ``defaults``."""
    operation = _operation_names().get(plain_name(word))
    if operation is not None:
        return f"write `{operation.op}:`"
    return did_you_mean(word, tuple(OPS)) or operations_listed()
