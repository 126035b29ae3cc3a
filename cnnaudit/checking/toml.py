"""``[tool.cnnaudit]`` of a ``pyproject.toml`` as the tree that YAML would give.

The standard library's reader knows no lines; a key is looked for in the text, so that a message
points at it.
"""

import re
import tomllib
from typing import Any

from cnnaudit.errors import Problems, Source, Span
from cnnaudit.parsing.source import lines_of
from cnnaudit.parsing.yamltree import Mapping, Node, Scalar, Sequence

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def tool_table(source: Source, problems: Problems) -> Node | None:
    """The table as a mapping; None where the text is not TOML (reported)."""
    try:
        tree = tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = _PLACE.search(str(error))
        line, column = (int(match[1]), int(match[2])) if match else (1, 1)
        message = _PLACE.sub("", str(error)).strip()
        span = Span(source, line, column, line, column + 1)
        problems.error("foreign-syntax", f"not TOML: {message}", span)
        return None
    tool = tree.get("tool")
    table = tool.get("cnnaudit", {}) if isinstance(tool, dict) else {}
    return _node(table, _Places(source).table("tool.cnnaudit"), _Places(source))


class _Places:
    """Where keys stand in the text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = lines_of(source.text)

    def table(self, name: str) -> Span:
        """The line of a table's header, or the first line."""
        return self._find(re.compile(rf"\s*\[+\s*{re.escape(name)}\b"), 1)

    def key(self, name: str, below: Span) -> Span:
        """The first line at or below a place that has the key, or the place itself."""
        pattern = re.compile(rf"""(?:.*[{{,\s.])?["']?{re.escape(name)}["']?\s*[=\].]""")
        return self._find(pattern, below.line, below)

    def _find(self, pattern: re.Pattern[str], start: int, other: Span | None = None) -> Span:
        for number, line in enumerate(self.lines[start - 1 :], start):
            if pattern.match(line):
                first = len(line) - len(line.lstrip()) + 1
                return Span(self.source, number, first, number, len(line.rstrip()) + 1)
        return other or Span(self.source, 1, 1, 1, 2)


def _node(value: Any, span: Span, places: _Places) -> Node:
    if isinstance(value, dict):
        entries = []
        for key, inner in value.items():
            place = places.key(key, span)
            entries.append((Scalar(key, True, place), _node(inner, place, places)))
        return Mapping(tuple(entries), span)
    if isinstance(value, list):
        return Sequence(tuple(_node(inner, span, places) for inner in value), span)
    plain = not isinstance(value, str)
    return Scalar(str(value).lower() if isinstance(value, bool) else str(value), plain, span)
