"""Helps for attributes of layers under the names of other programs, values included."""

from collections.abc import Collection
from typing import NamedTuple

from cnnaudit.errors import did_you_mean
from cnnaudit.ops.op import FieldType, Op
from cnnaudit.ops.registry import ACTIVATIONS, MODIFIERS, OPS
from cnnaudit.parsing import other_attributes, other_words
from cnnaudit.parsing.corrections import enumerated, has_value
from cnnaudit.parsing.layer_settings import COMMON, Keys
from cnnaudit.parsing.other_names import Form, plain_name
from cnnaudit.parsing.other_values import (
    activation_name,
    other_word,
    value_text,
)
from cnnaudit.parsing.yaml_tree import ScalarNode, YamlNode, flow_text

_PAD_MODES = tuple(other_words.PADDING_MODES)
FORMS = {
    FieldType.AXES: Form.SIZES,
    FieldType.KERNEL: Form.SIZES,
    FieldType.AMOUNTS: Form.PADDING,
    FieldType.SHAPE: Form.SHAPE,
}


class Meaning(NamedTuple):
    """The key here and how its value is written; without a key the attribute is left out."""

    key: str | None
    form: Form = Form.SAME
    reason: str = ""
    #: The value, if the name says it: relu.
    text: str | None = None


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
    meaning = meaning_of(op_name, name, params)
    if meaning is None and op_name == "modifiers":
        present = (modifier for modifier in MODIFIERS if modifier in keys)
        meaning = next(filter(None, (meaning_of(other, name) for other in present)), None)
    if meaning is None:
        return None
    if meaning.key is None:
        return f"leave out `{name}`: {meaning.reason}"
    key, op = meaning.key, OPS.get(op_name)
    if op and op.principal == key and op_name in keys and "op" not in keys:
        key = op_name
        given = keys[key][1]
        if not isinstance(given, ScalarNode) or has_value(given):
            return f"leave out `{name}`: `{key}: {flow_text(given)}` says it"
    elif key in keys and key != name:
        return f"leave out `{name}`: `{key}: {flow_text(keys[key][1])}` says it"
    text = meaning.text or value_text(value, meaning.form)
    return f"write `{key}: {text}`" if text is not None else f"it is called '{key}' here"


def meaning_of(op_name: str, name: str, params: Collection[str] | None = None) -> Meaning | None:
    """The attribute here that another program calls ``name``; None if no table has it."""
    plain = plain_name(name)
    op = OPS.get(op_name)
    fields = [field.name for field in op.fields] if op else list(params or ())
    anywhere = () if op_name in MODIFIERS else (*MODIFIERS, *COMMON)
    possible = (*fields, *anywhere)
    if name in possible:
        return Meaning(name, own_form(op, name))
    for entry in other_attributes.ATTRIBUTES:
        if entry.ops and op_name not in entry.ops and params is None:
            continue
        if entry.form is Form.INITIALISER and "init" in fields:
            continue  # the factor that `scale` starts with
        target = next((target for target in entry.targets if target in possible), None)
        if target and plain in map(plain_name, entry.names):
            return Meaning(target, entry.form)
    for needless in other_attributes.NEEDLESS_ATTRIBUTES:
        if (not needless.ops or op_name in needless.ops) and plain in map(
            plain_name, needless.names
        ):
            return Meaning(None, Form.SAME, needless.reason)
    target_name = next((target for target in possible if plain_name(target) == plain), None)
    if target_name:
        return Meaning(target_name, own_form(op, target_name))
    if "activation" in anywhere and (function := activation_name(name)) in ACTIVATIONS:
        return Meaning("activation", text=function)
    return None


def own_form(op: Op | None, name: str) -> Form:
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
    return {**FORMS, FieldType.PADDING: Form.PADDING, FieldType.FLAG: Form.FLAG}.get(
        field.type, Form.SAME
    )


def listed(op_name: str) -> str:
    """The attributes of an operation, and what may stand on any layer."""
    op = OPS.get(op_name)
    fields = [field.name for field in op.fields if field.name != op.principal] if op else []
    if op_name in MODIFIERS:
        return f"'{op_name}' has {enumerated(fields) or 'no attributes'}"
    modifiers = f"the modifiers {enumerated(MODIFIERS)}"
    anywhere = f"any layer may have {modifiers}, and {enumerated(COMMON)}"
    return f"'{op_name}' has {enumerated(fields)}; {anywhere}" if fields else anywhere


def attribute_help(op_name: str, name: str, value: YamlNode, keys: Keys) -> str:
    """The help of an unknown attribute: what to write, a near name, or what is there."""
    fields = [field.name for field in OPS[op_name].fields] if op_name in OPS else []
    anywhere = () if op_name in MODIFIERS else (*MODIFIERS, *COMMON)
    correction = correct_attribute(op_name, name, value, keys)
    return correction or did_you_mean(name, (*fields, *anywhere)) or listed(op_name)


def block_help(params: Collection[str], name: str, value: YamlNode, keys: Keys) -> str:
    """The help of an unknown parameter of a block."""
    correction = correct_attribute("", name, value, keys, params)
    near = did_you_mean(name, (*params, *MODIFIERS, *COMMON))
    return correction or near or f"its parameters are {enumerated(params) or 'none'}"
