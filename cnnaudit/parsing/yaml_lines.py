"""The parts of a line of YAML that is perhaps not YAML, and proposals for it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

OPEN, CLOSE = "([{", ")]}"
CLOSER = dict(zip(OPEN, CLOSE, strict=True))


class Rewrite(NamedTuple):
    """A proposal for a line: what is wrong, from which column on (0 is the first), new lines."""

    message: str
    column: int
    lines: tuple[str, ...]


class Parts(NamedTuple):
    """A line as indentation, dashes, body and comment, which together are the line."""

    indent: str
    dashes: str
    body: str
    comment: str

    @property
    def start(self) -> int:
        """The column of the body."""
        return len(self.indent) + len(self.dashes)

    def line(self, body: str) -> str:
        """The line with another body."""
        return f"{self.indent}{self.dashes}{body}{self.comment}"


def masked(text: str) -> str:
    """The text with quoted texts and comments blotted out, of the same length."""
    marks = list(text)
    at = 0
    while at < len(text):
        is_start = at == 0 or text[at - 1] in " \t,:[{(="
        end = at
        if text[at] in "\"'" and is_start:
            closing = text.find(text[at], at + 1)
            end = closing + 1 if closing > 0 else at
        elif text[at] == "#" and (at == 0 or text[at - 1] in " \t"):
            end = len(text)
        for position in range(at, end):
            marks[position] = "\0"
        at = max(end, at + 1)
    return "".join(marks)


def parts(line: str) -> Parts:
    """The parts of a line; a comment starts at a blank."""
    hidden = masked(line)
    comment = re.search(r"\s*(?<!\S)#.*$", line)
    end = len(line)
    if comment and hidden[comment.end() - 1] == "\0" and "\0" in hidden[comment.start() :]:
        mark = line.index("#", comment.start())
        if set(hidden[mark:]) == {"\0"}:
            end = comment.start()
    head = re.match(r"(\s*)((?:-\s+)*)", line[:end])
    assert head
    return Parts(head[1], head[2], line[head.end() : end], line[end:])


def pieces(body: str) -> list[str]:
    """The parts of a text between the commas that are in no bracket."""
    hidden, depth, start = masked(body), 0, 0
    pieces = []
    for at, mark in enumerate(hidden):
        depth += (mark in OPEN) - (mark in CLOSE)
        if mark == "," and depth == 0:
            pieces.append(body[start:at].strip())
            start = at + 1
    return [*pieces, body[start:].strip()]


def matching(hidden: str, at: int) -> int | None:
    """The place of the bracket that closes the one at ``at``."""
    depth = 0
    for place in range(at, len(hidden)):
        depth += (hidden[place] in OPEN) - (hidden[place] in CLOSE)
        if depth == 0:
            return place
    return None


def enclosed(body: str, brackets: str = "{}") -> str | None:
    """The text between the brackets that enclose a body; None if there are none."""
    if not body.startswith(brackets[0]) or matching(masked(body), 0) != len(body) - 1:
        return None
    return body[1:-1].strip()


def quoted(text: str) -> str:
    """A text in double quotes, or in single ones if it holds double ones."""
    text = text.strip()
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace('"', "'") + '"'


def changed(line: str, new: str, message: str, column: int) -> Iterator[Rewrite]:
    """The new line as a proposal, unless it is the old one."""
    if new != line:
        yield Rewrite(message, column, (new,))
