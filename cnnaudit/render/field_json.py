"""Receptive fields in JSON: the keys of a layer."""

from collections.abc import Sequence
from typing import Any

from cnnaudit.analysis.receptive_field import Field


def field_object(field: Field) -> dict[str, Any]:
    """The keys of a layer in JSON: a list has an entry per spatial axis of the input."""
    return {
        "receptive_field": _list(field.size),
        "stride": _list(field.stride),
        "receptive_field_note": field.note,
        "receptive_field_offset": _list(field.offset),
        "receptive_field_misalignment": _list(field.misalignment),
        "narrowest_receptive_field": _list(field.narrowest),
        "input_seen": field.seen,
        "path_lengths": [field.shortest, field.longest],
    }


def _list(values: Sequence[Any] | None) -> list[Any] | None:
    return None if values is None else list(values)
