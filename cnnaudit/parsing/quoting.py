"""How a text stands in quotes in a file that is written."""

import json
from typing import Any

from cnnaudit.parsing.source import printable


def quoted(value: Any) -> str:
    """A value as JSON, which YAML reads as the same; what is not visible is escaped."""
    return printable(json.dumps(value, ensure_ascii=False))
