"""Tables as values: the layout that a terminal takes, and the same rows as Markdown."""

import re

import pytest

from cnnaudit.render import blocks, markdown, terminal
from cnnaudit.render.table import Column, Table, shortened
from tests.support import run

Row = tuple[str, int]

NAME = Column[Row]("Name", lambda row: row[0], lambda _: "bold")
SIZE = Column[Row]("Size", lambda row: f"{row[1]:,}", right=True)
NOTE = Column[Row]("Note", lambda row: "a few words on " + row[0], wraps=True)
ROWS = [("first", 1234), ("a_b", 5)]
TABLE = Table("Title", shortened((NAME, SIZE, NOTE), 2), ROWS, ("Footer",))


def test_columns_are_dropped_from_the_right() -> None:
    headers = [[column.header for column in layout] for layout in TABLE.layouts]
    assert headers == [["Name", "Size", "Note"], ["Name", "Size"]]


def test_without_a_width_the_richest_layout_is_drawn() -> None:
    assert terminal.write(TABLE, None, False) == (
        "Title\n"
        "Name    Size  Note\n"
        f"{'─' * 34}\n"
        "first  1,234  a few words on first\n"
        "a_b        5  a few words on a_b\n"
        "\n"
        "Footer\n"
    )


@pytest.mark.parametrize("width", range(12, 40))
def test_the_first_layout_that_fits_is_drawn(width: int) -> None:
    lines = terminal.write(TABLE, width, False).splitlines()
    assert max(map(len, lines)) <= width
    assert ("Note" in lines[1]) == (width >= 5 + 2 + 5 + 2 + len("a few words on first"))


def test_a_column_that_wraps_is_squeezed_before_it_is_dropped() -> None:
    long = NOTE._replace(text=lambda row: "words " * 20 + row[0])
    table = TABLE._replace(layouts=[(NAME, SIZE, long), (NAME, SIZE)])
    text = terminal.write(table, 60, False)
    assert "words" in text
    assert max(map(len, text.splitlines())) <= 60


def test_styles_are_for_colour_only() -> None:
    assert "\x1b[" in terminal.write(TABLE, None, True)
    assert "\x1b[" not in terminal.write(TABLE, None, False)


def test_a_grid_in_markdown_has_all_columns_and_escaped_cells() -> None:
    assert markdown.write([blocks.grid((NAME, SIZE), ROWS)]) == (
        "| Name | Size |\n|:---|---:|\n| first | 1,234 |\n| a\\_b | 5 |\n"
    )


def test_cells_without_or_with_their_spaces() -> None:
    padded = Column[Row]("Bar", lambda row: f"  {row[0]}  ")
    assert blocks.stripped(padded).text(("x", 1)) == "x"
    assert blocks.spaced(padded).text(("x", 1)) == "\u00a0\u00a0x"


def test_columns_without_room_are_named_with_the_width_that_shows_all() -> None:
    assert "not shown" not in terminal.write(TABLE, None, False)
    narrow = terminal.write(TABLE, 30, False).splitlines()
    assert narrow[5] == "not shown: Note; `--width 34`"
    assert narrow[6] == ""
    assert "not shown" not in terminal.write(TABLE, 34, False)
    assert "not shown" in terminal.write(TABLE, 33, False)


def test_a_column_in_short_form_is_shown_and_one_without_a_name_is_not_missed() -> None:
    exact = SIZE._replace(header="Exact size", name="Size")
    layouts = [(NAME, exact, NOTE._replace(header="")), (NAME, SIZE)]
    assert "not shown" not in terminal.write(TABLE._replace(layouts=layouts), 20, False)


@pytest.mark.parametrize(
    ("command", "names"),
    [
        (("report", "zoo:alexnet", "--width", "80"), "Size, % of params, % of MACs"),
        (("report", "zoo:alexnet", "--width", "50"), "Operation, Size, % of params, % of MACs"),
        (("report", "zoo:alexnet", "--view", "shapes", "--width", "60"), "Attributes"),
        (("diff", "zoo:alexnet", "zoo:alexnet-270x480", "--width", "80"), "MACs"),
        (("sweep", "zoo:alexnet", "--vary", "batch=1", "--width", "40"), "Weights, Outputs, FLOPs"),
        (("rules", "--width", "40"), "Level, What it finds"),
    ],
)
def test_each_command_names_the_columns_without_room(command: tuple[str, ...], names: str) -> None:
    text = " ".join(run(*command).stdout.split())
    note = re.search(r"not shown: (.*?); `--width (\d+)`", text)
    assert note is not None
    assert note[1] == names
    for width in (note[2], "200"):
        assert "not shown" not in run(*command[:-1], width).stdout
    assert "not shown" not in run(*command[:-2]).stdout
    assert "not shown" in run(*command[:-1], str(int(note[2]) - 1)).stdout
