"""Comments that silence a rule: ``# cnnaudit: ignore[narrow-layer] why``.

A comment after a layer is for that layer, alone on a line for the layer that follows, and above the
first key, or as ``ignore-file[…]``, for the file.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from cnnaudit.errors import Region, Source, Span, did_you_mean, lines_of
from cnnaudit.parsing.comments import Comment, comments
from cnnaudit.rules.catalogue import SELECTABLE, is_input_error
from cnnaudit.sources.files import printable

_MARK = "cnnaudit:"
_FORM = re.compile(r"cnnaudit:\s*ignore(-file)?\b\s*(?:\[([^\]]*)\])?\s*(.*)", re.DOTALL)


class Suppression(NamedTuple):
    """One comment: its rules, by name, its line (None: the file), and the reason.

    ``unknown`` are the words that name no rule.
    """

    span: Span
    rules: tuple[str, ...]
    line: int | None
    reason: str
    unknown: tuple[str, ...]


class SuppressionIndex:
    """The suppressions of a file by rule and line."""

    def __init__(self, comments: Sequence[Suppression]) -> None:
        self._of_file: dict[str, list[Suppression]] = {}
        self._by_line: dict[str, list[tuple[int, Suppression]]] = {}
        for suppression in comments:
            for rule in suppression.rules:
                if suppression.line is None:
                    self._of_file.setdefault(rule, []).append(suppression)
                else:
                    at_line = suppression.line, suppression
                    self._by_line.setdefault(rule, []).append(at_line)
        for of_rule in self._by_line.values():
            of_rule.sort(key=_line)

    def matching(self, rule: str, region: Region | None) -> tuple[Suppression, ...]:
        """The suppressions of a rule's finding at a region of the file."""
        of_file = self._of_file.get(rule, [])
        by_line = self._by_line.get(rule, [])
        if region is None or not by_line:
            return tuple(of_file)
        first = bisect_left(by_line, region.line, key=_line)
        last = bisect_right(by_line, region.end_line, key=_line)
        return (*of_file, *(suppression for _, suppression in by_line[first:last]))


def _line(at_line: tuple[int, Suppression]) -> int:
    return at_line[0]


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """The suppressions of a file, in the order of its lines."""
    if _MARK not in source.text or "ignore" not in source.text:
        return ()
    return tuple(_read(source))


def _read(source: Source) -> Iterator[Suppression]:
    lines = lines_of(source.text)
    in_file = comments(source)
    alone = {comment.span.line for comment in in_file if comment.alone}
    following = _following(lines, alone)
    for comment in in_file:
        match = _FORM.match(comment.text)
        if match is None:
            continue
        is_for_file, rule_list, reason = match[1], match[2] or "", match[3]
        line: int | None = comment.span.line
        if is_for_file or (comment.alone and comment.span.line < following[1]):
            line = None
        elif comment.alone:
            line = following[comment.span.line]
        yield _suppression(comment, rule_list, line, reason.strip())


def _following(lines: list[str], comment_lines: set[int]) -> list[int]:
    """For each line number, the next line from there on that is neither empty nor a comment."""
    following = [len(lines) + 1] * (len(lines) + 2)
    for number in range(len(lines), 0, -1):
        is_empty = number in comment_lines or not lines[number - 1].strip()
        following[number] = following[number + 1] if is_empty else number
    return following


def _suppression(comment: Comment, rule_list: str, line: int | None, reason: str) -> Suppression:
    words = [word.strip() for word in rule_list.split(",") if word.strip()]
    names = _names()
    rules = tuple(dict.fromkeys(names[word] for word in words if word in names))
    unknown = tuple(dict.fromkeys(word for word in words if word not in names))
    return Suppression(comment.span, rules, line, reason, unknown)


@cache
def _names() -> dict[str, str]:
    """The name of each rule, by its name and by its code."""
    return {word: rule.name for rule in SELECTABLE.values() for word in (rule.name, rule.code)}


def naming_mistakes(suppression: Suppression) -> Iterator[tuple[str, str | None]]:
    """Messages and hints about rules that a comment names but do not exist."""
    for word in suppression.unknown:
        if is_input_error(word):
            yield f"'{word}' is an error of the file, which no comment silences", "correct the file"
        else:
            hint = did_you_mean(word, tuple(SELECTABLE)) or "`cnnaudit rules` lists them"
            yield f"there is no rule '{printable(word)}'", hint
    if not suppression.unknown and not suppression.rules:
        yield "the comment names no rule", "write `# cnnaudit: ignore[NAME] reason`"
