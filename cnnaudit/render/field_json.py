"""Receptive fields in JSON: the keys of a layer."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cnnaudit.analysis.receptive_field import Field
from cnnaudit.render.structured import plain


def field_objects(fields: Sequence[Field]) -> Iterator[Mapping[str, Any]]:
    """The keys of every layer; a layer that has the field of the one before it has its keys."""
    before: Field | None = None
    keys: Mapping[str, Any] = {}
    for field in fields:
        if field is not before:
            before, keys = field, _keys(field)
        yield keys


def _keys(field: Field) -> dict[str, Any]:
    """A list has an entry per spatial axis of the input."""
    return {
        "receptive_field": _list(field.size),
        "stride": _list(field.stride),
        "receptive_field_note": field.note,
        "receptive_field_offset": _list(field.offset),
        "receptive_field_misalignment": _list(field.misalignment),
        "narrowest_receptive_field": _list(field.narrowest),
        "input_seen": None if field.seen is None else plain(field.seen),
        "path_lengths": [field.shortest, field.longest],
    }


def _list(values: Sequence[Fraction | int | None] | None) -> list[int | float | None] | None:
    if values is None:
        return None
    return [value if value is None or isinstance(value, int) else plain(value) for value in values]
