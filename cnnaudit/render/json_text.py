"""JSON text that machines parse and people can read: rows on one line each, order as given."""

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
    """``value`` as JSON: mappings and lists of mappings opened to a depth, one line each below.

    An iterator within that depth is a list of mappings, each made when its turn comes: of a
    hundred thousand layers only the text is held.
    """
    if not _opens(value):
        return f"{_LINE.encode(value)}\n"
    return "".join((*_pieces(value, open_levels, ""), "\n"))


def _pieces(value: Any, levels: int, indent: str) -> Iterator[str]:
    """What is written over several lines, and below it what opens within so many levels."""
    inner = indent + "  "
    start, end = "{}" if isinstance(value, dict) else "[]"
    before = start
    for key in value:
        below = value[key] if isinstance(value, dict) else key
        name = f"{_LINE.encode(key)}: " if isinstance(value, dict) else ""
        yield f"{before}\n{inner}{name}"
        if levels > 1 and _opens(below):
            yield from _pieces(below, levels - 1, inner)
        else:
            yield _LINE.encode(below)
        before = ","
    yield f"{start}{end}" if before == start else f"\n{indent}{end}"


def _opens(value: Any) -> bool:
    """Whether a value is written over several lines."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, Iterator) or (isinstance(value, dict) and bool(value))


def plain(value: Fraction) -> int | float:
    """An exact fraction as the nearest decimal: JSON has no rationals."""
    top, bottom = value.as_integer_ratio()
    return top if bottom == 1 else top / bottom


def _default(value: Any) -> int | float:
    """What JSON has no word for."""
    if isinstance(value, Fraction):
        return plain(value)
    raise TypeError(type(value).__name__)


_LINE = json.JSONEncoder(default=_default, allow_nan=False, check_circular=False)
