"""The comments of a YAML text, which its events do not show.

A ``#`` starts a comment where a line starts or a blank stands before it, unless a quoted text or a
block text goes on there (YAML 1.2.2, section 6.6). Which stretches these are the YAML reader says,
so nothing is guessed about quotes and indentation here.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from cnnaudit.errors import Source, Span, breaks
from cnnaudit.parsing.yaml_tokens import texts

_BREAKS = "\n\r\x85\u2028\u2029"
_START = re.compile(f"(?<![^ \t{_BREAKS}])#[^{_BREAKS}]*")


class Comment(NamedTuple):
    """A comment: its place, the ``#`` included, and what it says without ``#`` and outer blanks.

    ``alone`` is true where nothing but blanks stands before it on its line.
    """

    span: Span
    text: str
    alone: bool


def comments(source: Source) -> tuple[Comment, ...]:
    """Every comment of a text, from top to bottom; linear in its length.

    Of a text that is not valid YAML, those in front of the place that cannot be read.
    """
    text = source.text
    if _START.search(text) is None:
        return ()
    stretches, end = texts(source)
    found: list[re.Match[str]] = []
    position = 0
    # The last stretch is where reading ends: between two of them everything is a comment.
    for (_, before), (start, _) in pairwise([(0, 0), *stretches, (end, end)]):
        position = max(position, before)
        while match := _START.search(text, position):
            if match.start() >= start:
                break
            found.append(match)
            position = match.end()
    return _placed(source, found)


def _placed(source: Source, matches: list[re.Match[str]]) -> tuple[Comment, ...]:
    """Comments with lines and columns, counted on from one to the next."""
    placed = []
    line, first, position = 1, 0, 0
    for match in matches:
        start, end = match.span()
        for broken in breaks().finditer(source.text, position, start):
            line, first = line + 1, broken.end()
        position = start
        span = Span(source, line, start - first + 1, line, end - first + 1)
        alone = not source.text[first:start].strip()
        placed.append(Comment(span, match[0].lstrip("#").strip(), alone))
    return tuple(placed)
