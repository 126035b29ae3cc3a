"""The topic of each operation, from the layer table and an example that is audited."""

from collections.abc import Iterator, Mapping
from functools import partial

from cnnaudit.calculator import Row
from cnnaudit.formatting import count_text, shape_text
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import REQUIRED, Field, FieldType, Op
from cnnaudit.ops.registry import MODIFIERS, OPS
from cnnaudit.reference.example_audit import audit_example
from cnnaudit.reference.examples import EXAMPLES, OpExample
from cnnaudit.reference.framework_defaults import attribute_text, framework_defaults
from cnnaudit.reference.other_names import operation_names
from cnnaudit.reference.topic import Topic, TopicAttribute, TopicEntry, listed


def operation_entries() -> list[TopicEntry]:
    """An entry for each operation, in the order of the layer table."""
    return [
        TopicEntry(op.name, "operation", first_sentence(op.doc), partial(_topic, op), _words(op))
        for op in OPS.values()
    ]


def _words(op: Op) -> tuple[str, ...]:
    """The words that the operation's key takes, such as the names of activations."""
    field = op.field(op.principal) if op.principal else None
    return field.choices if field else ()


def first_sentence(text: str) -> str:
    """The text up to its first full stop or colon that ends a sentence."""
    return text.partition(". ")[0].rstrip(".") + "."


def _topic(op: Op) -> Topic:
    example = EXAMPLES.get(op.name)
    if example is None:
        return Topic(op.name, "operation", op.doc, _usage(op), attributes_of(op))
    audited = audit_example(example.text, op.name)
    return Topic(
        op.name,
        "operation",
        op.doc,
        _usage(op),
        attributes_of(op),
        example=example.text,
        result=(*_result(audited.row), *_by_framework(op, example)),
        formulas=audited.formulas,
        sources=example.sources,
        other_names=operation_names(op.name),
        see_also=tuple(name for name in example.see_also if name != op.name),
    )


def _usage(op: Op) -> tuple[str, ...]:
    """How the operation is written in a list of layers."""
    if op.merges:
        how = (
            f"Written `{op.name}: [a, b]` with the names of two layers or more, or as the"
            " `merge` of `branches`."
        )
    elif op.principal is None:
        how = f"Written `- {op.name}`, or `{op.name}: true` beside other keys."
    else:
        how = f"Written `{op.name}: …`: the value is its `{op.principal}`."
    if op.name in MODIFIERS:
        how += " It may also stand on any other layer, and is applied behind it."
    return (how,)


# Attributes --------------------------------------------------------------------------------------


def attributes_of(op: Op) -> tuple[TopicAttribute, ...]:
    """The attributes of an operation, with the default of each framework if they differ."""
    example = EXAMPLES.get(op.name)
    if example is None:
        return tuple(map(attribute_of, op.fields))
    node = audit_example(example.text, op.name).row.node
    sample = {
        **{f.name: node.attributes[f.name] for f in op.fields if f.default is REQUIRED},
        **example.sample,
    }
    defaults = framework_defaults(op, sample, node.input_shapes[0])
    values = ", ".join(f"{name}: {attribute_text(value)}" for name, value in sample.items())
    return tuple(
        attribute_of(field, defaults.get(field.name), f"`{values}`") for field in op.fields
    )


def attribute_of(
    field: Field, defaults: Mapping[str, str] | None = None, sample: str = ""
) -> TopicAttribute:
    """A field of the layer table as the reference shows it."""
    attribute = TopicAttribute(
        field.name, field.doc, type_text(field), None, field.default is REQUIRED
    )
    if attribute.is_required:
        return attribute
    if defaults is None:
        default = None if field.default is None else attribute_text(field.default)
        return attribute._replace(default=default)
    if len(set(defaults.values())) == 1:
        return attribute._replace(default=next(iter(defaults.values())) or None)
    return attribute._replace(frameworks=tuple(defaults.items()), sample=sample)


def type_text(field: Field) -> str:
    """What an attribute takes, in words."""
    if field.type is FieldType.CHOICE:
        return f"one of {', '.join(field.choices)}"
    return str(field.type.value)


# What the example gives --------------------------------------------------------------------------


def _result(row: Row) -> tuple[str, ...]:
    """The shapes and the cost of the example's layer in a line or two."""
    node = row.node
    input_shape = ", ".join(map(shape_text, node.input_shapes))
    return (f"{node.name}: {input_shape} → {shape_text(node.output_shape)}", _cost(row))


def _cost(row: Row) -> str:
    costs = {
        "trainable parameters": row.trainable_params,
        "non-trainable parameters": row.non_trainable_params,
        "buffers": row.buffers,
        "MACs": row.macs,
        "bias additions": row.bias_adds,
        "elementwise operations": row.elementwise_ops,
    }
    parts = [f"{count_text(value)} {title}" for title, value in costs.items() if value]
    return ", ".join(parts) or "it has no weights and costs nothing"


def _by_framework(op: Op, example: OpExample) -> Iterator[str]:
    """What each framework makes of the example, if they differ."""
    results: dict[str, list[str]] = {}
    for framework in FRAMEWORKS:
        row = audit_example(f"framework: {framework}\n{example.text}", op.name).row
        result = f"{shape_text(row.node.output_shape)}, {_cost(row)}"
        results.setdefault(result, []).append(framework)
    if len(results) > 1:
        for result, frameworks in results.items():
            yield f"under {listed(frameworks)}: {result}"
