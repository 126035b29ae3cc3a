"""JSON text with rows on one line each, in the order given."""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from cnnaudit import __version__

SCHEMA_VERSION = 1


def envelope(command: str) -> dict[str, Any]:
    """The keys that every JSON output starts with."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "cnnaudit", "version": __version__},
        "command": command,
    }


def dumps(value: Any, open_levels: int = 3) -> str:
    """``value`` as JSON: mappings and lists of mappings on several lines down to ``open_levels``.

    An iterator within that depth is a list of mappings, each created when it is written: of a
    hundred thousand layers only the text is held.
    """
    if not _is_multiline(value):
        return f"{_LINE.encode(value)}\n"
    return "".join((*_pieces(value, open_levels, ""), "\n"))


def _pieces(value: Any, levels: int, indent: str) -> Iterator[str]:
    """The text of a mapping or list over several lines, as are its values down to ``levels``."""
    inner = indent + "  "
    start, end = "{}" if isinstance(value, dict) else "[]"
    separator = start
    for key in value:
        child = value[key] if isinstance(value, dict) else key
        name = f"{_LINE.encode(key)}: " if isinstance(value, dict) else ""
        yield f"{separator}\n{inner}{name}"
        if levels > 1 and _is_multiline(child):
            yield from _pieces(child, levels - 1, inner)
        else:
            yield _LINE.encode(child)
        separator = ","
    yield f"{start}{end}" if separator == start else f"\n{indent}{end}"


def _is_multiline(value: Any) -> bool:
    """Whether a value is written over several lines."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, Iterator) or (isinstance(value, dict) and bool(value))


def plain(value: Fraction) -> int | float:
    """An exact fraction as the nearest decimal: JSON has no rationals."""
    top, bottom = value.as_integer_ratio()
    return top if bottom == 1 else top / bottom


def _default(value: Any) -> int | float:
    """A fraction as a number; no other type is allowed."""
    if isinstance(value, Fraction):
        return plain(value)
    raise TypeError(type(value).__name__)


_LINE = json.JSONEncoder(default=_default, allow_nan=False, check_circular=False)
