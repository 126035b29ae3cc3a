"""A table as a value: title, columns in layouts from rich to bare, rows and footer.

``terminal`` and ``markdown`` write it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

R = TypeVar("R")


def unstyled(_row: Any) -> str:
    """The style of a cell that has none."""
    return ""


class Column(NamedTuple, Generic[R]):
    """A column: its header, the text of a row's cell and the style of that text on a terminal.

    A column that ``wraps`` may take several lines if the terminal is narrow. ``name`` is what a
    line below the table calls it if it has no room (empty: the header; without both it is part of
    the column before it).
    """

    header: str
    text: Callable[[R], str]
    style: Callable[[R], str] = unstyled
    right: bool = False
    wraps: bool = False
    name: str = ""


class Table(NamedTuple, Generic[R]):
    """Rows under a title and above a footer.

    ``layouts`` are the columns from the richest choice to the barest: a terminal takes the first
    choice that fits its width.
    """

    title: str
    layouts: Sequence[Sequence[Column[R]]]
    rows: Sequence[R]
    footer: Sequence[str] = ()


def missing_names(richest: Sequence[Column[R]], columns: Sequence[Column[R]]) -> list[str]:
    """The names of columns of the richest layout that another one does not have, each once."""
    present = {column.name or column.header for column in columns}
    names = dict.fromkeys(column.name or column.header for column in richest)
    return [name for name in names if name and name not in present]


def shortened(columns: Sequence[Column[R]], minimum: int) -> list[Sequence[Column[R]]]:
    """Layouts that drop one column after the other from the right, down to ``minimum`` columns."""
    return [columns[:count] for count in range(len(columns), minimum - 1, -1)]
