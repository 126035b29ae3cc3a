"""The content of an adapted file: the keys that differ from the file it extends, as YAML text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.exporters.architecture import quoted
from cnnaudit.parsing.architecture import FORMAT_VERSION

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
#: A text that needs no quotes as the value of a key on its own line.
_LINE = re.compile(r"[A-Za-z.](?:[A-Za-z0-9 ,_./()@+*-]|:(?! ))*[A-Za-z0-9)]")
#: An expression that needs no quotes.
_PLAIN_EXPRESSION = re.compile(r"[A-Za-z0-9_.+*/-]+")
_RESERVED_WORDS = frozenset(("true", "false", "null", "none"))
#: Characters of a line of ``changes``.
WIDTH = 100


class PatchChange(NamedTuple):
    """One entry of ``changes``: the action, the patterns of its layers, settings, new layers."""

    action: str
    patterns: tuple[str, ...]
    settings: tuple[tuple[str, Any], ...] = ()
    layers: tuple[Mapping[str, Any], ...] = ()


class Patch(NamedTuple):
    """The keys of an adapted file; ``keys`` are those written before ``vars``, in order.

    ``comments`` come first, each a line.
    """

    keys: tuple[tuple[str, Any], ...] = ()
    vars: tuple[tuple[str, Any], ...] = ()
    changes: tuple[PatchChange, ...] = ()
    expect: tuple[tuple[str, Any], ...] = ()
    comments: tuple[str, ...] = ()

    def text(self, reference: str) -> str:
        """Return the text of the file, which extends ``reference``."""
        lines = [*self.comment_lines(), f"cnnaudit: {FORMAT_VERSION}"]
        keys = dict(self.keys)
        for key in ("name", "description"):
            if key in keys:
                lines.append(f"{key}: {line_text(keys.pop(key))}")
        lines.append(f"extends: {line_text(reference)}")
        lines += [f"{key}: {yaml_text(value)}" for key, value in keys.items()]
        if self.vars:
            lines.append(f"vars: {yaml_text(dict(self.vars))}")
        if self.changes:
            lines.append("changes:")
            for change in self.changes:
                lines += _entry_lines(change)
        if self.expect:
            lines.append(f"expect: {yaml_text(dict(self.expect))}")
        return "\n".join(lines) + "\n"

    def comment_lines(self) -> list[str]:
        """Return the comments as lines of the file, which apply to all of it."""
        return [f"# {comment}" for comment in self.comments]


def _entry_lines(change: PatchChange) -> list[str]:
    """One change on a line if it fits, else with its keys and patterns on several lines."""
    patterns = change.patterns
    entry: dict[str, Any] = {change.action: patterns[0] if len(patterns) == 1 else list(patterns)}
    if change.layers:
        entry["with" if change.action == "replace" else "layers"] = list(change.layers)
    elif change.action == "set":
        entry["to"] = dict(change.settings)
    single_line = f"  - {yaml_text(entry)}"
    if len(single_line) <= WIDTH:
        return [single_line]
    lines = []
    lead = "  - "
    for key, value in entry.items():
        if key == change.action and len(patterns) > 1:
            lines += _wrapped_list(f"{lead}{key}: [", patterns)
        else:
            lines.append(f"{lead}{key}: {yaml_text(value)}")
        lead = "    "
    return lines


def _wrapped_list(lead: str, words: Sequence[str]) -> list[str]:
    """A list in brackets that starts with ``lead``, on lines of at most ``WIDTH`` characters."""
    lines, line = [], lead
    for number, word in enumerate(words, 1):
        piece = yaml_text(word) + ("," if number < len(words) else "]")
        if len(line) + len(piece) > WIDTH:
            lines.append(line.rstrip())
            line = "      "
        line += f"{piece} "
    return [*lines, line.rstrip()]


def line_text(text: str) -> str:
    """Write a text as the value of a key on its own line."""
    is_bare = _LINE.fullmatch(text) and text.lower() not in _RESERVED_WORDS
    return text if is_bare else yaml_text(text)


class Verbatim(str):
    """An expression that is written to the file as it was typed."""


def yaml_text(value: Any) -> str:
    """Write a value in YAML's flow style, so that it reads back as the same value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction | int):
        return str(value)
    if isinstance(value, Verbatim):
        # Quotes do not change an expression, and keep its characters from being YAML.
        return value if _PLAIN_EXPRESSION.fullmatch(value) else quoted(value)
    if isinstance(value, str):
        is_bare = _PLAIN.fullmatch(value) and value.lower() not in _RESERVED_WORDS
        return value if is_bare else quoted(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{yaml_text(k)}: {yaml_text(v)}' for k, v in value.items())}}}"
    if isinstance(value, Iterable):
        return f"[{', '.join(map(yaml_text, value))}]"
    raise TypeError(type(value).__name__)
