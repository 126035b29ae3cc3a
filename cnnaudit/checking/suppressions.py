"""Comments that silence a rule: ``# cnnaudit: ignore[narrow-layer] why``.

Behind a layer such a comment is for that layer; on a line of its own, for the layer that follows;
above the first key, or as ``ignore-file[…]``, for the whole file.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from cnnaudit.errors import Source, Span, did_you_mean
from cnnaudit.parsing.comments import Comment, comments
from cnnaudit.parsing.source import lines_of, printable
from cnnaudit.rules.selectable import entries, is_input_error

_MARK = "cnnaudit:"
_FORM = re.compile(r"cnnaudit:\s*ignore(-file)?\b\s*(?:\[([^\]]*)\])?\s*(.*)", re.DOTALL)


class Suppression(NamedTuple):
    """One comment: the rules it names, by name, the line it is for (None: the file), and why.

    ``unknown`` are the words that name no rule.
    """

    span: Span
    rules: tuple[str, ...]
    line: int | None
    reason: str
    unknown: tuple[str, ...]


class Silence:
    """The suppressions of a file by the rules that they name, ready to be asked for a place."""

    def __init__(self, own: Sequence[Suppression]) -> None:
        self._everywhere: dict[str, list[Suppression]] = {}
        self._on_lines: dict[str, list[tuple[int, Suppression]]] = {}
        for suppression in own:
            for rule in suppression.rules:
                if suppression.line is None:
                    self._everywhere.setdefault(rule, []).append(suppression)
                else:
                    place = suppression.line, suppression
                    self._on_lines.setdefault(rule, []).append(place)
        for places in self._on_lines.values():
            places.sort(key=_line)

    def over(self, rule: str, span: Span | None) -> tuple[Suppression, ...]:
        """What silences a finding of a rule, at a place of the same file."""
        found = self._everywhere.get(rule, [])
        places = self._on_lines.get(rule, [])
        if span is None or not places:
            return tuple(found)
        first = bisect_left(places, span.line, key=_line)
        last = bisect_right(places, span.end_line, key=_line)
        return (*found, *(suppression for _, suppression in places[first:last]))


def _line(place: tuple[int, Suppression]) -> int:
    return place[0]


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """The suppressions of a file, in the order of its lines."""
    if _MARK not in source.text or "ignore" not in source.text:
        return ()
    return tuple(_read(source))


def _read(source: Source) -> Iterator[Suppression]:
    lines = lines_of(source.text)
    found = comments(source)
    own_lines = {comment.span.line for comment in found if comment.alone}
    following = _following(lines, own_lines)
    for comment in found:
        match = _FORM.match(comment.text)
        if match is None:
            continue
        whole_file, listed, reason = match[1], match[2] or "", match[3]
        line: int | None = comment.span.line
        if whole_file or (comment.alone and comment.span.line < following[1]):
            line = None
        elif comment.alone:
            line = following[comment.span.line]
        yield _suppression(comment, listed, line, reason.strip())


def _following(lines: list[str], own_lines: set[int]) -> list[int]:
    """For each line, the first at or behind it that holds more than a comment alone or nothing."""
    found = [len(lines) + 1] * (len(lines) + 2)
    for number in range(len(lines), 0, -1):
        empty = number in own_lines or not lines[number - 1].strip()
        found[number] = found[number + 1] if empty else number
    return found


def _suppression(comment: Comment, listed: str, line: int | None, reason: str) -> Suppression:
    words = [word.strip() for word in listed.split(",") if word.strip()]
    names = _names()
    rules = tuple(dict.fromkeys(names[word] for word in words if word in names))
    unknown = tuple(dict.fromkeys(word for word in words if word not in names))
    return Suppression(comment.span, rules, line, reason, unknown)


@cache
def _names() -> dict[str, str]:
    """The rules' names by what they may be called: name or code."""
    return {word: entry.name for entry in entries().values() for word in (entry.name, entry.code)}


def unknown_texts(suppression: Suppression) -> Iterator[tuple[str, str | None]]:
    """What to say of a comment that names no rule, or ones that there are not, and hints."""
    for word in suppression.unknown:
        if is_input_error(word):
            yield f"'{word}' is an error of the file, which no comment silences", "correct the file"
        else:
            hint = did_you_mean(word, tuple(entries())) or "`cnnaudit rules` lists them"
            yield f"there is no rule '{printable(word)}'", hint
    if not suppression.unknown and not suppression.rules:
        yield "the comment names no rule", "write `# cnnaudit: ignore[NAME] reason`"
