"""Tables and texts as GitHub's Markdown."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from cnnaudit.render.table import Column

R = TypeVar("R")

_NO_BREAK_SPACE = "\u00a0"


def grid(columns: Sequence[Column[R]], rows: Iterable[R]) -> str:
    """A table of these columns, without title and footer."""
    head = table_head([(column.header, column.right) for column in columns])
    texts = [column.text for column in columns]
    return head + "".join(table_row(escape(text(row)) for text in texts) for row in rows)


def table_head(titles: Sequence[tuple[str, bool]]) -> str:
    """The first two lines of a table; titles with their alignment (right or not)."""
    rule = "|".join("---:" if right else ":---" for _, right in titles)
    return f"{table_row(escape(title) for title, _ in titles)}|{rule}|\n"


def table_row(cells: Iterable[str]) -> str:
    """A line of a table whose cells are Markdown."""
    return f"| {' | '.join(cells)} |\n"


def bullets(lines: Iterable[str]) -> str:
    """A list with an item for each line."""
    return "".join(f"- {escape(line)}\n" for line in lines)


def stripped(column: Column[R]) -> Column[R]:
    """The column without the spaces that align or indent its cells on a terminal."""
    return column._replace(text=lambda row: column.text(row).strip())


def spaced(column: Column[R]) -> Column[R]:
    """The column with no-break spaces, which Markdown does not collapse."""
    return column._replace(text=lambda row: column.text(row).rstrip().replace(" ", _NO_BREAK_SPACE))


_PLAIN = str.maketrans(
    {c: f"\\{c}" for c in "\\|*_`[]"}
    | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    # A zero-width space: GitHub mentions nobody, but takes no entity for @ or #.
    | {c: f"{c}&#8203;" for c in "@#"}
)


def escape(text: str) -> str:
    """Text without markup of Markdown or HTML, and without mentions on GitHub."""
    return text.translate(_PLAIN)
