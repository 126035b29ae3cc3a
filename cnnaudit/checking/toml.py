"""``[tool.cnnaudit]`` of a ``pyproject.toml`` as a YAML tree.

The standard library's parser gives no lines, so keys are searched in the text.
"""

import re
import tomllib
from bisect import bisect_left
from collections import defaultdict
from typing import Any

from cnnaudit.errors import Diagnostics, Source, Span, lines_of
from cnnaudit.parsing.yaml_tokens import MAX_DEPTH
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_TABLE = re.compile(r"\s*+\[\[?\s*+tool\.cnnaudit\b")
#: A word that may be a key: quoted or not, followed by an equals sign, a dot or a bracket.
_KEY = re.compile(r"""(?<![\w-])([\w-]++)["']?\s*+[=\].]""")


def has_table(text: str) -> bool:
    """Whether there is a ``tool.cnnaudit`` in any notation; true for an invalid file."""
    try:
        tool = tomllib.loads(text).get("tool")
    except (ValueError, RecursionError):
        return True
    return isinstance(tool, dict) and "cnnaudit" in tool


def tool_table(source: Source, diagnostics: Diagnostics) -> YamlNode | None:
    """The table as a mapping; None for an invalid file, after reporting it."""
    try:
        tree = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        match = _PLACE.search(str(error))
        line, column = (int(match[1]), int(match[2])) if match else (1, 1)
        message = _PLACE.sub("", str(error)).strip()
        span = Span(source, line, column, line, column + 1)
        diagnostics.error("foreign-syntax", f"not TOML: {message}", span)
        return None
    except (ValueError, RecursionError) as error:
        message = "nested too deep" if isinstance(error, RecursionError) else "a number is too long"
        diagnostics.error("over-limit", message, Span(source, 1, 1, 1, 2))
        return None
    tool = tree.get("tool")
    table = tool.get("cnnaudit", {}) if isinstance(tool, dict) else {}
    places = _Places(source)
    if _is_deeper(table, MAX_DEPTH):
        diagnostics.error("over-limit", f"nested more than {MAX_DEPTH} deep", places.table)
        return None
    return _node(table, places.table, places)


class _Places:
    """The lines of keys in the text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = lines_of(source.text)
        #: The lines that may hold a key of this name, from the top.
        self.by_key: defaultdict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self.lines, 1):
            for key in _KEY.findall(line):
                self.by_key[key].append(number)
        starts = (n for n, line in enumerate(self.lines, 1) if _TABLE.match(line))
        #: The line of the table's header, or the first line.
        self.table = self._line(next(starts, 1))

    def key(self, name: str, below: Span) -> Span:
        """The first line from ``below`` on that has the key, or ``below`` itself."""
        numbers = self.by_key.get(name, [])
        index = bisect_left(numbers, below.line)
        return self._line(numbers[index]) if index < len(numbers) else below

    def _line(self, number: int) -> Span:
        line = self.lines[number - 1]
        first = len(line) - len(line.lstrip()) + 1
        return Span(self.source, number, first, number, max(first, len(line.rstrip())) + 1)


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether collections are nested more than ``depth`` deep."""
    level = [value]
    for _ in range(depth):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return any(isinstance(value, dict | list) for value in level)


def _node(value: Any, span: Span, places: _Places) -> YamlNode:
    if isinstance(value, dict):
        entries = []
        for key, inner in value.items():
            place = places.key(key, span)
            entries.append((ScalarNode(key, True, place), _node(inner, place, places)))
        return MapNode(tuple(entries), span)
    if isinstance(value, list):
        return ListNode(tuple(_node(inner, span, places) for inner in value), span)
    plain = not isinstance(value, str)
    return ScalarNode(str(value).lower() if isinstance(value, bool) else str(value), plain, span)
