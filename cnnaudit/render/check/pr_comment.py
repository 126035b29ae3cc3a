"""Comments on GitHub: sections cut to its limit, and untrusted text escaped."""

from collections.abc import Sequence
from html import escape as html_escape
from typing import NamedTuple

from cnnaudit.render.check.findings import number
from cnnaudit.render.markdown import escape
from cnnaudit.sources.files import printable

#: Most characters of a comment; GitHub takes 65,536.
MAX_LENGTH = 65_000
#: Room for the last line, which counts the omitted rows.
_LAST_LINE = 200
#: Most characters of one text, so that no message takes the room of all others.
_MAX_TEXT = 500


class CommentSection(NamedTuple):
    """A heading, rows that may be left out from the end, and a closing text.

    ``thing`` is the noun for a row; ``max_rows`` is the most rows to show.
    """

    thing: str
    head: str
    rows: Sequence[str]
    tail: str = ""
    max_rows: int | None = None


def fitting(head: str, sections: Sequence[CommentSection]) -> str:
    """The head and the sections in order, with as many rows as fit."""
    room = MAX_LENGTH - _LAST_LINE - len(head)
    parts = [head]
    omitted: dict[str, int] = {}
    for section in sections:
        frame = len(section.head) + len(section.tail)
        rows = _fitting_rows(section, room - frame)
        if len(rows) < len(section.rows):
            omitted[section.thing] = omitted.get(section.thing, 0) + len(section.rows) - len(rows)
        if frame <= room and (rows or not section.rows):
            parts += [section.head, *rows, section.tail]
            room -= frame + sum(map(len, rows))
    if omitted:
        more = ", ".join(number(count, f"more {thing}") for thing, count in omitted.items())
        parts.append(f"\n{more}: there is no room for them here, `cnnaudit check` shows all.\n")
    return "".join(parts)


def _fitting_rows(section: CommentSection, room: int) -> list[str]:
    rows = []
    for row in section.rows[: section.max_rows]:
        room -= len(row)
        if room < 0:
            break
        rows.append(row)
    return rows


def plain(text: str) -> str:
    """An untrusted text as Markdown that shows it."""
    return escape(_cut(text)).replace("~", r"\~")


def html_text(text: str) -> str:
    """An untrusted text inside HTML, in which Markdown's backslashes do not count."""
    return html_escape(_cut(text)).replace("@", "@&#8203;").replace("#", "#&#8203;")


def _cut(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
