"""A page as a value: headings, texts, lists and grids, which ``markdown`` and ``latex`` write.

A text that is ``marked`` has the markup of the reference: ```code```, ``**bold**``, and lines
that begin with a dash are a list. Any other text is plain, and a writer escapes it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from cnnaudit.render.table import Column

R = TypeVar("R")

_NO_BREAK_SPACE = "\u00a0"


class Heading(NamedTuple):
    """A heading; level 1 is the title of a page."""

    level: int
    text: str
    marked: bool = False


class TextBlock(NamedTuple):
    """A paragraph of one or more lines."""

    lines: Sequence[str]
    marked: bool = False


class Bullets(NamedTuple):
    """A list with an item for each line; ``leads`` are bold words before each."""

    lines: Sequence[str]
    leads: Sequence[str] = ()
    marked: bool = False


class CodeBlock(NamedTuple):
    """Lines of code; without a language, the lines of an example as they are."""

    text: str
    language: str = ""


class GridColumn(NamedTuple):
    """A column of a grid: its title, its alignment and whether its cells are long."""

    title: str
    right: bool = False
    wraps: bool = False
    marked: bool = False


class Grid(NamedTuple):
    """A table of texts."""

    columns: Sequence[GridColumn]
    rows: Sequence[Sequence[str]]


Block = Heading | TextBlock | Bullets | CodeBlock | Grid


def grid(columns: Sequence[Column[R]], rows: Iterable[R]) -> Grid:
    """The cells of some rows in columns of a table."""
    texts = [column.text for column in columns]
    return Grid(
        [GridColumn(column.header, column.right, column.wraps) for column in columns],
        [[text(row) for text in texts] for row in rows],
    )


def stripped(column: Column[R]) -> Column[R]:
    """The column without the spaces that align or indent its cells on a terminal."""
    return column._replace(text=lambda row: column.text(row).strip())


def spaced(column: Column[R]) -> Column[R]:
    """The column with no-break spaces, which no page collapses."""
    return column._replace(text=lambda row: column.text(row).rstrip().replace(" ", _NO_BREAK_SPACE))


def renderer(
    write: Callable[[Iterable[Block]], str], page: Callable[..., Sequence[Block]]
) -> Callable[..., str]:
    """The renderer of a format: ``page`` gives the blocks of a result, ``write`` their text."""
    return lambda result, options: write(page(result, options))
