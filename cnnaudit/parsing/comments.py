"""The comments of a YAML text, which its events do not show.

A ``#`` starts a comment at the start of a line or after a blank, unless it is inside a quoted or
block scalar (YAML 1.2.2, section 6.6). The tokens of the YAML reader give the spans of those.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from cnnaudit.errors import Source, Span, breaks
from cnnaudit.parsing.yaml_tokens import texts

_BREAKS = "\n\r\x85\u2028\u2029"
_START = re.compile(f"(?<![^ \t{_BREAKS}])#[^{_BREAKS}]*")


class Comment(NamedTuple):
    """A comment: its span with the ``#``, and its text without ``#`` and outer blanks.

    ``alone`` is true if only blanks precede it on its line.
    """

    span: Span
    text: str
    alone: bool


def comments(source: Source) -> tuple[Comment, ...]:
    """Every comment of a text, from top to bottom; linear in its length.

    For text that is not valid YAML, the comments before the first error.
    """
    text = source.text
    if _START.search(text) is None:
        return ()
    stretches, end = texts(source)
    matches: list[re.Match[str]] = []
    position = 0
    # The last stretch is the end of the readable text; every `#` between two is a comment.
    for (_, before), (start, _) in pairwise([(0, 0), *stretches, (end, end)]):
        position = max(position, before)
        while match := _START.search(text, position):
            if match.start() >= start:
                break
            matches.append(match)
            position = match.end()
    return _with_spans(source, matches)


def _with_spans(source: Source, matches: list[re.Match[str]]) -> tuple[Comment, ...]:
    """The comments of the matches, with lines and columns; linear in the length of the text."""
    comments_in_order = []
    line, first, position = 1, 0, 0
    for match in matches:
        start, end = match.span()
        for line_break in breaks().finditer(source.text, position, start):
            line, first = line + 1, line_break.end()
        position = start
        span = Span(source, line, start - first + 1, line, end - first + 1)
        alone = not source.text[first:start].strip()
        comments_in_order.append(Comment(span, match[0].lstrip("#").strip(), alone))
    return tuple(comments_in_order)
