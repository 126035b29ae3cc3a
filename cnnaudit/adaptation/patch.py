"""What an adapted file says: the keys that differ from the file it extends, as YAML text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.parsing.document import FORMAT_VERSION
from cnnaudit.parsing.quoting import quoted

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
#: A text that is bare as the value of a key on its own line.
_LINE = re.compile(r"[A-Za-z.](?:[A-Za-z0-9 ,_./()@+*-]|:(?! ))*[A-Za-z0-9)]")
_WORDS = frozenset(("true", "false", "null", "none"))
WIDTH = 100


class PatchChange(NamedTuple):
    """One entry of ``changes``: what to do, with which layers, and with what."""

    action: str
    patterns: tuple[str, ...]
    settings: tuple[tuple[str, Any], ...] = ()
    layers: tuple[Mapping[str, Any], ...] = ()


class Patch(NamedTuple):
    """The keys of an adapted file; ``keys`` are those above ``vars``, in order."""

    keys: tuple[tuple[str, Any], ...] = ()
    vars: tuple[tuple[str, Any], ...] = ()
    changes: tuple[PatchChange, ...] = ()
    expect: tuple[tuple[str, Any], ...] = ()

    def text(self, reference: str) -> str:
        """The file that extends ``reference``."""
        lines = [f"cnnaudit: {FORMAT_VERSION}"]
        said = dict(self.keys)
        for key in ("name", "description"):
            lines += [f"{key}: {line_text(said.pop(key))}"] if key in said else []
        lines.append(f"extends: {line_text(reference)}")
        lines += [f"{key}: {yaml_text(value)}" for key, value in said.items()]
        if self.vars:
            lines.append(f"vars: {yaml_text(dict(self.vars))}")
        if self.changes:
            lines.append("changes:")
            for change in self.changes:
                lines += _entry(change)
        if self.expect:
            lines.append(f"expect: {yaml_text(dict(self.expect))}")
        return "\n".join(lines) + "\n"


def _entry(change: PatchChange) -> list[str]:
    """One change, on a line where it fits, else its patterns below one another."""
    patterns = change.patterns
    said: dict[str, Any] = {change.action: patterns[0] if len(patterns) == 1 else list(patterns)}
    if change.layers:
        said["with" if change.action == "replace" else "layers"] = list(change.layers)
    elif change.action == "set":
        said["to"] = dict(change.settings)
    whole = f"  - {yaml_text(said)}"
    if len(whole) <= WIDTH:
        return [whole]
    lines = []
    lead = "  - "
    for key, value in said.items():
        if key == change.action and len(patterns) > 1:
            lines += _wrapped(f"{lead}{key}: [", patterns)
        else:
            lines.append(f"{lead}{key}: {yaml_text(value)}")
        lead = "    "
    return lines


def _wrapped(lead: str, words: Sequence[str]) -> list[str]:
    lines, last = [], lead
    for number, word in enumerate(words, 1):
        piece = yaml_text(word) + ("," if number < len(words) else "]")
        if len(last) + len(piece) > WIDTH:
            lines.append(last.rstrip())
            last = "      "
        last += f"{piece} "
    return [*lines, last.rstrip()]


def line_text(text: str) -> str:
    """A text as the value of a key on its own line."""
    return text if _LINE.fullmatch(text) and text.lower() not in _WORDS else yaml_text(text)


class Verbatim(str):
    """A text that stands in the file as it is: an expression that was typed."""


def yaml_text(value: Any) -> str:
    """A value in YAML's flow style, which reads back as the same."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction | int):
        return str(value)
    if isinstance(value, Verbatim):
        # In quotes it is the same expression, and nothing in it can be YAML.
        return value if re.fullmatch(r"[A-Za-z0-9_.+*/-]+", value) else quoted(value)
    if isinstance(value, str):
        bare = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if bare else quoted(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{yaml_text(k)}: {yaml_text(v)}' for k, v in value.items())}}}"
    if isinstance(value, Iterable):
        return f"[{', '.join(map(yaml_text, value))}]"
    raise TypeError(type(value).__name__)
