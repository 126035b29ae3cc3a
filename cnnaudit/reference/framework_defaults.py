"""Defaults of an operation's attributes under each framework, worked out by the operation."""

from collections.abc import Mapping
from typing import Any

from cnnaudit.formatting import decimal
from cnnaudit.graph.attributes import fitted
from cnnaudit.ops.conv_arithmetic import is_unpadded
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import REQUIRED, Attributes, Field, Op, Shape


def framework_defaults(
    op: Op, sample: Mapping[str, Any], shape: Shape
) -> dict[str, dict[str, str]]:
    """For each attribute, its default by framework, as text; empty if it has none anywhere.

    ``sample`` holds the attributes that must be written, ``shape`` is what enters the layer.
    """
    values = {name: fitted(op, sample, shape, framework) for name, framework in FRAMEWORKS.items()}
    return {
        field.name: {name: _default(field, attributes) for name, attributes in values.items()}
        for field in op.fields
        if field.default is not REQUIRED and field.name not in sample
    }


def _default(field: Field, attributes: Attributes) -> str:
    """An operation drops an attribute that says nothing: then the field's own default holds."""
    value = attributes.get(field.name, field.default)
    if field.default == "valid" and is_unpadded(value):
        return "valid"
    return "" if value is None else attribute_text(value)


def attribute_text(value: Any) -> str:
    """A value as a file has it: ``2``, ``1x7``, ``true``, ``[[0, 1], [0, 1]]``."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, tuple):
        return decimal(value)
    if value and isinstance(value[0], tuple):
        if len({*value}) == len({*value[0]}) == 1:
            return str(value[0][0])
        return f"[{', '.join(f'[{before}, {after}]' for before, after in value)}]"
    return str(value[0]) if len({*value}) == 1 else "x".join(map(str, value))
