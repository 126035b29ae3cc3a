"""Comments that silence a rule: ``# cnnaudit: ignore[narrow-layer] why``.

Behind a layer such a comment is for that layer; on a line of its own, for the layer that follows;
above the first key, or as ``ignore-file[…]``, for the whole file.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnnaudit.errors import Source, Span, suggestion
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

    def covers(self, rule: str, span: Span | None) -> bool:
        """Whether a finding of a rule, at a place of the same file, is silenced."""
        if rule not in self.rules:
            return False
        if self.line is None:
            return True
        return span is not None and span.line <= self.line <= span.end_line


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """The suppressions of a file, in the order of its lines."""
    if _MARK not in source.text or "ignore" not in source.text:
        return ()
    return tuple(_read(source))


def _read(source: Source) -> Iterator[Suppression]:
    lines = lines_of(source.text)
    found = comments(source)
    own_lines = {comment.span.line for comment in found if comment.alone}
    first = _next_line(lines, own_lines, 1)
    for comment in found:
        match = _FORM.match(comment.text)
        if match is None:
            continue
        whole_file, listed, reason = match[1], match[2] or "", match[3]
        line: int | None = comment.span.line
        if whole_file or (comment.alone and comment.span.line < first):
            line = None
        elif comment.alone:
            line = _next_line(lines, own_lines, comment.span.line)
        yield _suppression(comment, listed, line, reason.strip())


def _next_line(lines: list[str], own_lines: set[int], start: int) -> int:
    """The first line at or behind ``start`` that holds neither a comment alone nor nothing."""
    number = start
    while number <= len(lines) and (number in own_lines or not lines[number - 1].strip()):
        number += 1
    return number


def _suppression(comment: Comment, listed: str, line: int | None, reason: str) -> Suppression:
    words = [word.strip() for word in listed.split(",") if word.strip()]
    names = {word: _name(word) for word in words}
    rules = tuple(name for name in names.values() if name)
    unknown = tuple(word for word, name in names.items() if name is None)
    return Suppression(comment.span, rules, line, reason, unknown)


def _name(word: str) -> str | None:
    """A rule's name, from its name or code."""
    return next((entry.name for entry in entries().values() if word in entry[:2]), None)


def unknown_texts(suppression: Suppression) -> Iterator[tuple[str, str | None]]:
    """What to say of a comment that names no rule, or ones that there are not, and hints."""
    for word in suppression.unknown:
        if is_input_error(word):
            yield f"'{word}' is an error of the file, which no comment silences", "correct the file"
        else:
            hint = suggestion(word, tuple(entries())) or "`cnnaudit rules` lists them"
            yield f"there is no rule '{printable(word)}'", hint
    if not suppression.unknown and not suppression.rules:
        yield "the comment names no rule", "write `# cnnaudit: ignore[NAME] reason`"
