"""``check`` on a terminal."""

import re

import pytest

from cnnaudit.checking.results import CheckResult
from cnnaudit.render.check import to_text
from cnnaudit.render.check.formats import CheckOptions
from tests.render.check.results import (
    CLEAN,
    HOSTILE,
    MIXED,
    NARROW,
    finding,
    hostile,
    one_file,
    short,
)
from tests.render.goldens import assert_golden


def render(result: CheckResult, *, color: bool = False) -> str:
    return to_text.render(result, CheckOptions(color=color))


def test_findings_under_their_lines() -> None:
    assert_golden(render(MIXED), "check.txt")


def test_a_clean_run_says_so() -> None:
    assert render(CLEAN) == "1 file, no findings\n"


def test_files_are_together_and_read_from_the_top() -> None:
    places = re.findall(r"^(\S+\.yaml)(?::(\d+))?.*\[CA", render(MIXED), re.MULTILINE)
    assert places == sorted(places, key=lambda place: (place[0], int(place[1] or 0)))


def test_the_caret_stands_under_the_place() -> None:
    shown, caret = render(one_file(NARROW)).splitlines()[1:3]
    start = caret.index("^")
    assert shown[start:].startswith("{name: conv1, conv: 4,")
    assert caret[start:] == "^" * (32 - 5)


def test_the_gravest_rule_is_explained_first() -> None:
    outcome = one_file(finding(), finding("CA402", "over-budget", "error"))
    assert "`cnnaudit explain CA402`" in render(outcome)


def test_colour_changes_nothing_else() -> None:
    colored = render(MIXED, color=True)
    assert "\x1b[1;31merror[CA402]\x1b[0m" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == render(MIXED)


@pytest.mark.parametrize("text", HOSTILE, ids=short)
def test_nothing_steers_the_terminal(text: str) -> None:
    lines = render(hostile(text)).split("\n")
    assert all(line.isprintable() for line in lines)
    # Head, line, caret, note and help (if any), blank, note, blank, and two lines at the end.
    assert len(lines) == (11 if text else 10)
