"""Helps for operations under the names of other programs: the whole layer, written here."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from cnnaudit.errors import did_you_mean
from cnnaudit.ops.op import REQUIRED, Field, FieldType, Op
from cnnaudit.ops.registry import ACTIVATIONS, MODIFIERS, OPS
from cnnaudit.parsing import other_names
from cnnaudit.parsing.attribute_corrections import FORMS, Meaning, correct_attribute, meaning_of
from cnnaudit.parsing.corrections import enumerated, has_value, is_number, written
from cnnaudit.parsing.layer_settings import COMMON, Keys
from cnnaudit.parsing.other_names import Form, OperationNames, plain_name
from cnnaudit.parsing.other_values import (
    LONGEST,
    activations,
    value_text,
)
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode, flow_text

#: Conv2D(32, 3, padding='same')
_CALL = r"([\w.]{1,60})\(([^\n]{0,200})\)"
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
    named = [name for name in OPERATION_KEYS if name in keys]
    return next((name for name in (*unknown, *named) if is_operation(name) or name in named), None)


def other_operation(op_name: str, keys: Keys) -> str | None:
    """The key that names the operation of a layer elsewhere, with ``op_name`` as attribute.

    ``{convolutional: , filters: 8, size: 3, pad: 1}`` is no layer ``pad``; None if it is one.
    """
    for name in keys:
        operation = _operation_names().get(plain_name(name))
        if name in OPS or name in COMMON or operation is None:
            continue
        if op_name == "modifiers":
            return name
        if meaning_of(operation.op, op_name) and not meaning_of(op_name, name):
            return name
    return None


def correct_second(names: Collection[str], keys: Keys) -> str:
    """The help of a layer with two operations; elsewhere one may be an attribute of the other."""
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
    if isinstance(principal, ScalarNode) and (call := re.fullmatch(_CALL, word)):
        word = call[1]
        principal, arguments = _arguments(call[2], word, principal)
        rest = [*arguments, *rest]
    if word in blocks:
        pairs = [f"{word}: ", *(f"{name}: {flow_text(other)}" for name, other in rest)]
        return f"write `- {{{', '.join(pairs)}}}`" if rest else f"write `- {word}`"
    plain = plain_name(word)
    for entry in other_names.NEEDLESS_OPERATIONS:
        if plain in map(plain_name, entry.names):
            return f"leave this layer out: {entry.reason}"
    operation = _operation_names().get(plain)
    if operation is not None:
        return f"write `- {_layer(operation, word, principal, rest)}`"
    if plain in activations():
        return f"write `- {_activation_layer(activations()[plain], principal, rest)}`"
    return None


def _arguments(
    text: str, word: str, place: ScalarNode
) -> tuple[YamlNode, list[tuple[str, YamlNode]]]:
    """The arguments of a call: those by position as a list, and those by name."""
    texts = [part.strip() for part in re.findall(r"(?:\([^()]*\)|\[[^\[\]]*\]|[^,(\[])+", text)]
    pairs = [part.partition("=") for part in texts]
    named: list[tuple[str, YamlNode]] = []
    items: list[YamlNode] = []
    for name, sign, value in pairs:
        node = place._replace(text=(value if sign else name).strip(" \"'"))
        if sign:
            named.append((name.strip(), node))
        else:
            items.append(node)
    # nn.Conv2d(3, 64, 3) begins with what enters the layer.
    if (
        len(items) > 1
        and plain_name(word) in ("conv", "convtranspose", "linear")
        and ("nn." in word or (word[0].isupper() and word.endswith("d")))
    ):
        del items[0]
    return (ListNode(tuple(items), place.span) if items else place), named


# A file may hold a thousand unknown operations: built for each, the table took half of the time.
@lru_cache(maxsize=1)
def _operation_names() -> Mapping[str, OperationNames]:
    """The operations by their plain names; those of the tables go before our own."""
    our_names = {plain_name(op): OperationNames(op, ()) for op in OPS}
    return our_names | {
        plain_name(name): entry for entry in other_names.OPERATIONS for name in entry.names
    }


def _activation_layer(
    function: str, principal: YamlNode, rest: Iterable[tuple[str, YamlNode]]
) -> str:
    pairs = {"activation": function}
    if isinstance(principal, MapNode):
        rest = [*((name.text, value) for name, value in principal.entries), *rest]
    elif (number := value_text(principal, Form.SAME)) and is_number(principal):
        pairs["alpha"] = number
    for name, value in rest:
        meaning = meaning_of("activation", name)
        if meaning is None or meaning.key == "function":
            pairs.setdefault(name, flow_text(value))
        elif meaning.key:
            pairs[meaning.key] = value_text(value, meaning.form) or flow_text(value)
    return written(pairs) if len(pairs) > 1 else function


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
    elif (op.merges and isinstance(principal, ListNode)) or (
        op.merges and isinstance(principal, ScalarNode) and has_value(principal)
    ):
        attributes["from"] = flow_text(principal)
    elif isinstance(principal, ScalarNode) and op.principal and has_value(principal):
        form = FORMS.get(op.field(op.principal).type, Form.SAME)  # type: ignore[union-attr]
        if op.name in MODIFIERS and op.name == "activation":
            form = Form.ACTIVATION
        attributes[op.principal] = value_text(principal, form) or flow_text(principal)
    attributes |= _translated(op, word, pairs, attributes)
    if op.merges:
        read = attributes.pop("from", "[a, b]")
        # One name is that of the layer which joins the one above.
        return written({op.name: read if read[:1] == "[" else f"[previous, {read}]", **attributes})
    for field in op.fields:
        is_needed = field.default is REQUIRED or (field.name == "kernel" and op.family == "conv")
        if is_needed and field.name not in attributes:
            attributes[field.name] = _example(field)
    if op.principal not in attributes and not attributes:
        return op.name
    first = attributes.pop(op.principal or "", "true" if op.name in MODIFIERS else "")
    return written({op.name: first, **attributes})


def _example(field: Field) -> str:
    """A value for a field that must be written."""
    return {"groups": "2", "function": "relu"}.get(field.name) or _EXAMPLES.get(field.type, "1")


def _translated(
    op: Op, word: str, pairs: Iterable[tuple[str, YamlNode]], given: Mapping[str, str]
) -> dict[str, str]:
    """The attributes of a layer of another program as they are written here."""
    attributes = {}
    for name, value in pairs:
        is_choice = name in other_names.CHOSEN_BY and (
            op.merges or op.name in ("max_pool", "avg_pool")
        )
        if name == "global_pooling" and value_text(value, Form.FLAG) == "true":
            # Caffe's keeps the axes, of size 1.
            attributes["kernel"] = "global"
        if is_choice or name == "global_pooling":
            continue
        is_common = name in COMMON and op.field(name) is None
        meaning = None if is_common else meaning_of(op.name, name)
        meaning = meaning or meaning_of("modifiers", name)
        if plain_name(word) == "convolutional" and name == "pad":
            # Darknet's `pad` says that there is padding, of half the kernel.
            meaning = Meaning("padding", Form.HALF)
        if meaning is None and name not in given:
            attributes[name] = flow_text(value)
        elif meaning and meaning.key:
            text = meaning.text or value_text(value, meaning.form)
            attributes[meaning.key] = text or flow_text(value)
    return attributes


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
        if name in other_names.CHOSEN_BY and isinstance(value, ScalarNode):
            return other_names.CHOICES_OF_OPERATIONS.get(op, {}).get(plain_name(value.text), op)
    return op


def operations_listed(blocks: Collection[str] = ()) -> str:
    """The blocks and the operations."""
    return f"there are {enumerated((*blocks, *OPS))}"


def operation_help(key: str, keys: Keys, blocks: Collection[str]) -> str:
    """The help of an unknown operation: what to write, a near name, or what is there."""
    word = keys[key][1] if key in (*OPERATION_KEYS, "op") else keys[key][0]
    text = word.text if isinstance(word, ScalarNode) else ""
    # A block that is nearly called so is meant, and no operation of another program.
    near = did_you_mean(text, tuple(blocks))
    correction = correct_operation(key, keys, blocks)
    if correction and len(correction) > 2 * LONGEST:
        correction = None
    return (
        correction or near or did_you_mean(text, (*OPS, *ACTIVATIONS)) or operations_listed(blocks)
    )


def defaults_help(word: str) -> str:
    """The help of an unknown operation under ``defaults``."""
    operation = _operation_names().get(plain_name(word))
    if operation is not None:
        return f"write `{operation.op}:`"
    return did_you_mean(word, tuple(OPS)) or operations_listed()


def nested_help(op_name: str, node: MapNode) -> str | None:
    """The help of an op whose key holds a mapping: its pairs stand in the layer itself."""
    layer = _layer(OperationNames(op_name, ()), op_name, node, ())
    return f"write `{layer.strip('{}')}`" if len(layer) <= LONGEST else None
