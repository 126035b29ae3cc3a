"""The JSON Schema (draft-07) of the architecture file, made from the layer table."""

from collections.abc import Mapping
from typing import Any

from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import REQUIRED, Field, FieldType, Op
from cnnaudit.ops.registry import ACTIVATIONS, MERGES, MODIFIERS, OPS
from cnnaudit.parsing.architecture import FORMAT_VERSION
from cnnaudit.parsing.training import OPTIMIZERS, PRECISIONS
from cnnaudit.quantities import CLAIMS, aliases_of
from cnnaudit.render.json_text import dumps
from cnnaudit.render.schema_texts import with_descriptions

_EXPRESSION: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_NAMES: dict[str, Any] = {
    "oneOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": "string"}}]
}
#: What can be expected, each by all its names.
_CLAIM_WORDS = (*CLAIMS, *aliases_of(CLAIMS))
#: What a merge joins.
_SEVERAL_NAMES: dict[str, Any] = {
    "type": "array",
    "minItems": 2,
    "items": {"type": ["string", "number"]},
}
_LIST: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "items": {"type": ["integer", "string", "array"]},
}

#: The schema of each type of field; an expression may replace any number.
TYPES: dict[FieldType, dict[str, Any]] = {
    FieldType.WHOLE: {"oneOf": [{"type": "integer", "minimum": 1}, _EXPRESSION]},
    FieldType.NUMBER: {"oneOf": [{"type": "number"}, _EXPRESSION]},
    FieldType.RATE: {
        "oneOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 1}, _EXPRESSION]
    },
    FieldType.FLAG: {"oneOf": [{"type": "boolean"}, _EXPRESSION]},
    FieldType.AXES: {"oneOf": [{"type": "integer", "minimum": 1}, _EXPRESSION, _LIST]},
    FieldType.KERNEL: {"oneOf": [{"type": "integer", "minimum": 1}, _EXPRESSION, _LIST]},
    FieldType.PADDING: {"oneOf": [{"type": "integer", "minimum": 0}, _EXPRESSION, _LIST]},
    FieldType.AMOUNTS: {"oneOf": [{"type": "integer", "minimum": 0}, _EXPRESSION, _LIST]},
    FieldType.EXTRA: {"oneOf": [{"type": "integer", "minimum": 0}, _EXPRESSION, _LIST]},
    FieldType.SHAPE: {"oneOf": [{"type": "integer"}, _EXPRESSION, _LIST]},
    FieldType.ORDER: _LIST,
    FieldType.AXIS: {"oneOf": [{"type": "integer"}, _EXPRESSION]},
    FieldType.AXIS_LIST: {"oneOf": [{"type": "integer"}, _EXPRESSION, _LIST]},
    FieldType.RANGE: {**_LIST, "minItems": 2, "maxItems": 2},
    FieldType.INIT: {"oneOf": [_EXPRESSION, {"type": "object", "maxProperties": 1}]},
}


def render() -> str:
    """The schema as JSON text."""
    return dumps(schema(), 5)


def schema() -> dict[str, Any]:
    """The schema of an architecture file, with a description of every key."""
    return with_descriptions(_schema())


def _schema() -> dict[str, Any]:
    layers = {"$ref": "#/definitions/layers"}
    mapping = {"type": "object"}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "cnnaudit architecture file",
        "type": "object",
        "required": ["cnnaudit"],
        "additionalProperties": False,
        "properties": {
            "cnnaudit": {"const": FORMAT_VERSION},
            "name": _TEXT,
            "description": _TEXT,
            "source": _TEXT,
            "framework": {"enum": list(FRAMEWORKS)},
            "input": {"oneOf": [*TYPES[FieldType.SHAPE]["oneOf"], mapping]},
            "classes": _type(FieldType.WHOLE),
            "vars": mapping,
            "variants": {
                "type": ["object", "null"],
                "additionalProperties": {"type": ["object", "null"]},
            },
            "defaults": {
                "type": "object",
                "additionalProperties": False,
                "properties": {op.name: _defaults(op) for op in OPS.values()},
            },
            "blocks": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "required": ["layers"],
                    "additionalProperties": False,
                    "properties": {"params": {"type": "array"}, "layers": layers},
                },
            },
            "layers": layers,
            "backbone": {
                "type": ["object", "null"],
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {"type": "string"},
                    "until": {"type": ["string", "number"]},
                    "trainable": _type(FieldType.FLAG),
                    "freeze": _NAMES,
                },
            },
            "extends": {"type": "string"},
            "changes": {"type": ["array", "null"], "items": _change()},
            "training": _training(),
            "expect": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {
                    "output": _type(FieldType.SHAPE),
                    **dict.fromkeys(_CLAIM_WORDS, _type(FieldType.NUMBER)),
                    **{f"max_{name}": _type(FieldType.NUMBER) for name in _CLAIM_WORDS},
                },
            },
        },
        "definitions": {
            "layers": {"type": ["array", "null"], "items": {"$ref": "#/definitions/layer"}},
            "layer": _layer(),
            **{type_.name.lower(): form for type_, form in TYPES.items()},
            **{f"any_{name}": form for name, form in {**_MODIFIERS, **_COMMON}.items()},
        },
    }


def _type(type_: FieldType) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{type_.name.lower()}"}


def _described(schema: dict[str, Any], text: str) -> dict[str, Any]:
    """The schema with a description, beside a reference within ``allOf``: draft-07 needs that."""
    return (
        {"allOf": [schema], "description": text}
        if "$ref" in schema
        else schema | {"description": text}
    )


def _field(field: Field) -> dict[str, Any]:
    if field.type is FieldType.CHOICE:
        return {"anyOf": [{"enum": list(field.choices)}, _EXPRESSION], "description": field.doc}
    return _described(_type(field.type), field.doc)


def _modifier_forms() -> dict[str, Any]:
    """The forms of modifiers: the principal value, a mapping of attributes, or off."""
    mapping = {"type": "object"}
    off = {"enum": [False, None, "none"]}
    return {
        "batch_norm": {"anyOf": [{"type": "boolean"}, _EXPRESSION, mapping, off]},
        "activation": {"anyOf": [{"enum": list(ACTIVATIONS)}, _EXPRESSION, mapping, off]},
        "dropout": {"anyOf": [*TYPES[FieldType.RATE]["oneOf"], mapping, off]},
    }


def _common_forms() -> dict[str, Any]:
    return {
        "name": {"type": ["string", "number"]},
        "from": _NAMES,
        "repeat": _type(FieldType.NUMBER),
        "first": {"type": "object"},
        "when": _type(FieldType.FLAG),
        "trainable": _type(FieldType.FLAG),
        "share": {"type": "string"},
        "init": _type(FieldType.INIT),
        "expect": _type(FieldType.SHAPE),
        "note": _TEXT,
    }


_MODIFIERS = _modifier_forms()
_COMMON = _common_forms()


def _references(forms: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"$ref": f"#/definitions/any_{name}"} for name in forms}


def _defaults(op: Op) -> dict[str, Any]:
    properties = {
        field.name: _field(field)
        for field in op.fields
        if field.name != op.principal or field.default is not REQUIRED
    }
    if op.name not in MODIFIERS:
        properties |= _references(_MODIFIERS)
    properties["init"] = _type(FieldType.INIT)
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _op_form(op: Op) -> dict[str, Any]:
    """The short form of one op: its name with the principal argument, and its attributes."""
    properties = {field.name: _field(field) for field in op.fields}
    principal = op.field(op.principal) if op.principal else None
    bare: dict[str, Any] = {"enum": [True, None]}
    value = bare
    if op.merges:
        value = _SEVERAL_NAMES
    elif principal is not None:
        forms = [_field(principal)] if principal.default is REQUIRED else [_field(principal), bare]
        value = {"anyOf": forms}
    properties = {**properties, **_references(_MODIFIERS), **_references(_COMMON)}
    # The key of the operation sets them.
    properties.pop("from" if op.merges else op.principal or "", None)
    properties[op.name] = _described(value, op.doc)
    form = {
        "type": "object",
        "required": [op.name],
        "additionalProperties": False,
        "properties": properties,
    }
    # {batch_norm: true, scale: false}: `scale` is an attribute there, and no operation.
    owners = [name for name in MODIFIERS if OPS[name].field(op.name)]
    if owners:
        form["not"] = {"anyOf": [{"required": [name]} for name in owners]}
    return form


def _layer() -> dict[str, Any]:
    """Any layer. Block names differ from file to file, so an unknown key may be one."""
    branches = {
        "type": "object",
        "required": ["branches", "merge"],
        "additionalProperties": False,
        "anyOf": [
            {"properties": {"merge": {"const": "none"}}},
            {"properties": {"branches": {"minProperties": 2}}},
        ],
        "properties": {
            "branches": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"$ref": "#/definitions/layers"},
            },
            "merge": {"enum": list(MERGES)},
            "axis": _type(FieldType.AXIS),
            **_references(_MODIFIERS),
            **_references(_COMMON),
        },
    }
    head = {
        "type": "object",
        "required": ["head", "layers"],
        "additionalProperties": False,
        "properties": {
            "head": {"type": ["string", "number"]},
            "from": _NAMES,
            "auxiliary": {"type": "boolean"},
            "layers": {"$ref": "#/definitions/layers"},
            "when": _type(FieldType.FLAG),
            "trainable": _type(FieldType.FLAG),
            "note": _TEXT,
        },
    }
    layer_ops = [op for op in OPS.values() if op.name not in MODIFIERS]
    attributes = {field.name for name in MODIFIERS for field in OPS[name].fields}
    modifiers = {
        "type": "object",
        "anyOf": [{"required": [name]} for name in MODIFIERS],
        "additionalProperties": False,
        "properties": {
            **{name: dict[str, Any]() for name in sorted(attributes)},
            **_references(_MODIFIERS),
            **_references(_COMMON),
        },
    }
    keys = [*OPS, *MODIFIERS, "branches", "head"]
    merging = [op.name for op in layer_ops if op.merges]
    block_or_long_form = {
        "type": "object",
        "minProperties": 1,
        "allOf": [{"not": {"required": [name]}} for name in keys if name not in MODIFIERS],
        "not": modifiers,
        "if": {"required": ["op"], "properties": {"op": {"enum": merging}}},
        "then": {"required": ["from"], "properties": {"from": _SEVERAL_NAMES}},
    }
    return {
        "anyOf": [
            {"type": "string"},
            *(_op_form(op) for op in layer_ops),
            {**modifiers, "not": {"anyOf": _two_values()}},
            branches,
            head,
            block_or_long_form,
        ]
    }


def _two_values() -> list[dict[str, Any]]:
    """Layers of modifiers that set an attribute twice, by the modifier's value and by its key."""
    forms = []
    for name in MODIFIERS:
        for field in OPS[name].fields:
            values: list[dict[str, Any]] = [{"type": "object", "required": [field.name]}]
            if field.name == OPS[name].principal:
                values.append({"not": {"type": "object"}})
            forms.append({"required": [name, field.name], "properties": {name: {"anyOf": values}}})
    return forms


def _change() -> dict[str, Any]:
    layers = {"$ref": "#/definitions/layers"}
    forms: list[dict[str, Any]] = [
        {"remove": _NAMES},
        {"set": _NAMES, "to": {"type": "object"}},
        {"replace": _NAMES, "with": layers},
        {"insert_after": _NAMES, "layers": layers},
        {"insert_before": _NAMES, "layers": layers},
        {"freeze": _NAMES},
    ]
    return {
        "oneOf": [
            {
                "type": "object",
                "required": list(form),
                "additionalProperties": False,
                "properties": form,
            }
            for form in forms
        ]
    }


def _training() -> dict[str, Any]:
    integer, number = _type(FieldType.WHOLE), _type(FieldType.NUMBER)

    def group(properties: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": properties,
        }

    optimizer = group(
        {
            "type": {"enum": list(OPTIMIZERS)},
            "lr": number,
            "momentum": number,
            "weight_decay": number,
        }
    )
    return group(
        {
            "batch_size": integer,
            "epochs": integer,
            "optimizer": {"anyOf": [{"enum": list(OPTIMIZERS)}, optimizer]},
            "loss": _TEXT,
            "precision": {"enum": list(PRECISIONS)},
            "dataset": group({"images": integer, "classes": integer}),
        }
    )
