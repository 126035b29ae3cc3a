"""The descriptions of the JSON Schema: every key has one, from the reference's table."""

from collections.abc import Iterator
from typing import Any

from cnnaudit.ops.registry import OPS
from cnnaudit.reference.keys import BACKBONE_DOCS, LAYER_DOCS, TOP_LEVEL_DOCS
from cnnaudit.render.schema import schema

SCHEMA = schema()


def keys(form: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that the schema knows, with its form."""
    if isinstance(form, list):
        for part in form:
            yield from keys(part, place)
    elif isinstance(form, dict):
        for name, below in form.get("properties", {}).items():
            yield f"{place}.{name}", below
            yield from keys(below, f"{place}.{name}")
        for word, part in form.items():
            if word != "properties":
                yield from keys(part, place)


def description(form: dict[str, Any]) -> str:
    """The text of a form, or of the common form that it refers to."""
    reference = form.get("$ref", "").rpartition("/")[2]
    text = form.get("description") or SCHEMA["definitions"].get(reference, {}).get("description")
    return str(text or "")


def test_every_key_is_described() -> None:
    assert sorted({place for place, form in keys(SCHEMA) if not description(form)}) == []


def test_the_texts_are_those_of_the_reference() -> None:
    top = SCHEMA["properties"]
    assert {name: description(form) for name, form in top.items()} == {
        name: doc.doc for name, doc in TOP_LEVEL_DOCS.items()
    }
    below = top["backbone"]["properties"]
    assert description(below["until"]) == BACKBONE_DOCS["until"].doc
    for name, doc in LAYER_DOCS.items():
        assert SCHEMA["definitions"][f"any_{name}"]["description"] == doc.doc


def test_operations_keep_their_own_texts() -> None:
    places = dict(keys(SCHEMA["definitions"]["layer"]))
    assert description(places[".conv"]) == OPS["conv"].doc
    stride = OPS["max_pool"].field("stride")
    assert stride is not None
    assert stride.doc in {description(form) for place, form in places.items() if "stride" in place}
