"""How a text stands in quotes in a file that is written."""

import json
from typing import Any

from cnnaudit.sources.files import printable


def quoted(value: Any) -> str:
    """A value in YAML: as JSON writes it, with escapes for what is not visible."""
    return printable(json.dumps(value, ensure_ascii=False))
