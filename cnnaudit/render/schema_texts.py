"""Puts the reference's texts into the JSON Schema: a ``description`` for every key."""

from collections.abc import Mapping
from typing import Any

from cnnaudit.ops.registry import MODIFIERS, OPS
from cnnaudit.quantities import aliases_of
from cnnaudit.reference import keys
from cnnaudit.reference.keys import KeyDoc
from cnnaudit.reference.quantities import QUANTITY_DOCS

Docs = Mapping[str, str]


def _docs(table: Mapping[str, KeyDoc]) -> Docs:
    return {name: doc.doc for name, doc in table.items()}


_LAYER: Docs = {
    **{name: OPS[name].doc for name in MODIFIERS},
    **{field.name: field.doc for name in MODIFIERS for field in OPS[name].fields},
    **_docs(keys.LAYER_DOCS),
    **_docs(keys.FORM_DOCS),
}
_HEAD = _docs(keys.HEAD_DOCS)
_CLAIM_DOCS: Docs = {
    **QUANTITY_DOCS,
    **{
        alias: f"{name}: {QUANTITY_DOCS[name]}" for alias, name in aliases_of(QUANTITY_DOCS).items()
    },
}

#: The texts of the keys below a key.
_BELOW: Mapping[str, Docs] = {
    "defaults": {**_LAYER, **{name: f"what each `{name}` starts with" for name in OPS}},
    "blocks": _docs(keys.BLOCK_DOCS),
    "backbone": _docs(keys.BACKBONE_DOCS),
    "changes": _docs(keys.CHANGE_DOCS),
    "training": _docs(keys.TRAINING_DOCS),
    "optimizer": _docs(keys.OPTIMIZER_DOCS),
    "dataset": _docs(keys.DATASET_DOCS),
    "expect": {
        **_docs(keys.EXPECT_DOCS),
        **_CLAIM_DOCS,
        **{f"max_{name}": f"the most that may be: {doc}" for name, doc in _CLAIM_DOCS.items()},
    },
}


def with_descriptions(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with a text at every key; one that has a text of its own keeps it."""
    described: dict[str, Any] = _described(schema, _docs(keys.TOP_LEVEL_DOCS))
    definitions = {
        name: _definition(name, form) for name, form in schema.get("definitions", {}).items()
    }
    return {**described, "definitions": definitions} if definitions else described


def _definition(name: str, form: dict[str, Any]) -> Any:
    """A common form; that of a key any layer may carry is described where it stands."""
    key = name.removeprefix("any_")
    described = _described(form, _LAYER)
    return _with_text(described, _LAYER[key]) if key != name and key in _LAYER else described


def _described(schema: Any, docs: Docs) -> Any:
    """A schema whose keys are described, those below them by the tables that are theirs."""
    if isinstance(schema, list):
        return [_described(part, docs) for part in schema]
    if not isinstance(schema, dict):
        return schema
    texts = {**docs, **_HEAD} if "head" in schema.get("required", ()) else docs
    return {
        word: {name: _key(name, form, texts) for name, form in value.items()}
        if word == "properties"
        else value
        if word in ("definitions", "enum", "required")
        else _described(value, texts)
        for word, value in schema.items()
    }


def _key(name: str, form: Any, docs: Docs) -> Any:
    described = _described(form, _BELOW.get(name, docs))
    return _with_text(described, docs[name]) if name in docs else described


def _with_text(form: Any, text: str) -> Any:
    """Draft-07 ignores what stands beside a reference: a common form has a text of its own."""
    if "description" in form or ("$ref" in form and "/any_" in form["$ref"]):
        return form
    return (
        {"allOf": [form], "description": text} if "$ref" in form else {**form, "description": text}
    )
