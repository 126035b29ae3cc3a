"""The topic of each attribute: which operations have it, what it means there, its default."""

from functools import partial

from cnnaudit.ops.op import Field, FieldType
from cnnaudit.ops.registry import OPS
from cnnaudit.reference.examples import EXAMPLES
from cnnaudit.reference.operations import attributes_of
from cnnaudit.reference.other_names import attribute_names
from cnnaudit.reference.topic import Topic, TopicAttribute, TopicEntry, capitalised


def attribute_entries() -> list[TopicEntry]:
    """An entry for each name of an attribute, in the order of the layer table."""
    return [
        TopicEntry(name, "attribute", _summary(uses), partial(_topic, name), _words(uses))
        for name, uses in _fields().items()
    ]


def _fields() -> dict[str, list[Field]]:
    """The attributes of all operations, by name."""
    fields: dict[str, list[Field]] = {}
    for op in OPS.values():
        for field in op.fields:
            fields.setdefault(field.name, []).append(field)
    return fields


def _summary(uses: list[Field]) -> str:
    """The meanings of an attribute, each once."""
    docs = list(dict.fromkeys(field.doc for field in uses))
    others = [doc for doc in docs if not any(doc != d and d.startswith(doc) for d in docs)]
    return capitalised("; ".join(others))


def _words(uses: list[Field]) -> tuple[str, ...]:
    """The words that an attribute takes."""
    words = [word for field in uses for word in field.choices]
    words += ["global" for field in uses if field.type is FieldType.KERNEL]
    return tuple(dict.fromkeys(words))


def _topic(name: str) -> Topic:
    ops = [op for op in OPS.values() if op.field(name)]
    rows: dict[TopicAttribute, list[str]] = {}
    for op in ops:
        attribute = next(row for row in attributes_of(op) if row.name == name)
        rows.setdefault(attribute, []).append(op.name)
    principal = [op.name for op in ops if op.principal == name]
    written = [f"`{name}: …`"] if len(principal) < len(ops) else []
    written += [f"as the value of `{op}: …`" for op in principal]
    return Topic(
        name,
        "attribute",
        _summary(_fields()[name]),
        (f"Written {', '.join(written)}; `defaults` give it to all layers of an operation.",),
        tuple(row._replace(name=", ".join(names)) for row, names in rows.items()),
        "Of the operations",
        _example(name, [op.name for op in ops]),
        other_names=attribute_names(name),
        see_also=tuple(op.name for op in ops),
    )


def _example(name: str, ops: list[str]) -> str | None:
    """The example of an operation with this attribute; one that writes it, if there is any."""
    texts = [EXAMPLES[op].text for op in ops if op in EXAMPLES]
    return next((text for text in texts if f"{name}:" in text), texts[0] if texts else None)
