"""Comments on GitHub: sections cut to its limit, and strangers' text escaped."""

from collections.abc import Sequence
from html import escape as html_escape
from typing import NamedTuple

from cnnaudit.render.check.findings import number
from cnnaudit.render.markdown import escape
from cnnaudit.sources.files import printable

#: Characters of a comment; GitHub takes 65,536.
LONGEST = 65_000
#: Characters of the last line, which counts the rows without room.
_LAST = 200
#: Characters of one text, so that no message takes the room of all others.
_TEXT = 500


class CommentSection(NamedTuple):
    """A heading, rows that may be left out from the end, and a closing text.

    ``thing`` is the noun for a row; ``most`` bounds the number of rows.
    """

    thing: str
    head: str
    rows: Sequence[str]
    tail: str = ""
    most: int | None = None


def fitting(head: str, sections: Sequence[CommentSection]) -> str:
    """The head and the sections one after the other, as many rows as there is room for."""
    room = LONGEST - _LAST - len(head)
    parts = [head]
    left: dict[str, int] = {}
    for section in sections:
        needed = len(section.head) + len(section.tail)
        rows = _fitting_rows(section, room - needed)
        if len(rows) < len(section.rows):
            left[section.thing] = left.get(section.thing, 0) + len(section.rows) - len(rows)
        if needed <= room and (rows or not section.rows):
            parts += [section.head, *rows, section.tail]
            room -= needed + sum(map(len, rows))
    if left:
        more = ", ".join(number(count, f"more {thing}") for thing, count in left.items())
        parts.append(f"\n{more}: there is no room for them here, `cnnaudit check` shows all.\n")
    return "".join(parts)


def _fitting_rows(section: CommentSection, room: int) -> list[str]:
    rows = []
    for row in section.rows[: section.most]:
        room -= len(row)
        if room < 0:
            break
        rows.append(row)
    return rows


def plain(text: str) -> str:
    """A stranger's text as Markdown that shows it."""
    return escape(_cut(text)).replace("~", r"\~")


def html_text(text: str) -> str:
    """A stranger's text inside HTML, where Markdown's backslashes do not count."""
    return html_escape(_cut(text)).replace("@", "@&#8203;").replace("#", "#&#8203;")


def _cut(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"
