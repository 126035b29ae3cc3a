"""JSON text that machines parse and people can read: rows on one line each, order as given."""

import json
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
    """``value`` as JSON: mappings and lists of mappings opened to a depth, one line each below."""
    return _text(value, open_levels, "") + "\n"


def _text(value: Any, levels: int, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value and levels:
        items = (f"{_LINE.encode(key)}: {_text(v, levels - 1, inner)}" for key, v in value.items())
        return "{\n" + ",\n".join(inner + item for item in items) + f"\n{indent}}}"
    if isinstance(value, list) and value and levels and isinstance(value[0], dict):
        items = (_text(v, levels - 1, inner) for v in value)
        return "[\n" + ",\n".join(inner + item for item in items) + f"\n{indent}]"
    return _LINE.encode(value)


def _plain(value: Any) -> Any:
    """Exact fractions as the nearest decimal: JSON has no rationals."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    raise TypeError(type(value).__name__)


_LINE = json.JSONEncoder(default=_plain, allow_nan=False)
