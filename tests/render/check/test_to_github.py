"""``check -f github``, read back as the runner reads it."""

import re
from typing import NamedTuple

import pytest

from cnnaudit.checking.results import CheckResult
from cnnaudit.errors import LEVELS, Diagnostic, Level, Region
from cnnaudit.render.check import to_github
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.sources.files import printable
from tests.render.check.results import (
    CLEAN,
    HOSTILE,
    MIXED,
    NARROW,
    WEIGHTS,
    finding,
    hostile,
    one_file,
    short,
)
from tests.render.goldens import assert_golden


def render(result: CheckResult, *, folder: str = "") -> str:
    return to_github.render(result, CheckOptions(folder=folder))


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def unescape(text: str, *, property: bool = False) -> str:
    for code, char in {"%3A": ":", "%2C": ","}.items() if property else ():
        text = text.replace(code, char)
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def commands(text: str) -> list[Command]:
    """What the runner finds: ``::name key=value,key=value::message``, spaces in front ignored."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        if line.lstrip().startswith("::"):
            head, message = line.lstrip()[2:].split("::", 1)
            name, _, listed = head.partition(" ")
            pairs = [pair.split("=", 1) for pair in listed.split(",")]
            properties = {key: unescape(value, property=True) for key, value in pairs}
            found.append(Command(name, properties, unescape(message)))
        else:
            assert "##[" not in line
    return found


def many(level: Level, count: int) -> list[Diagnostic]:
    return [
        finding(level=level, region=Region(n, 1, n, 2), message=f"{level} {n}")
        for n in range(1, count + 1)
    ]


def test_the_annotations() -> None:
    assert_golden(render(MIXED), "check-github.txt")


def test_a_clean_run_annotates_nothing() -> None:
    assert commands(render(CLEAN)) == []


def test_a_finding_is_annotated_at_its_place() -> None:
    (command,) = commands(render(one_file(NARROW)))
    assert command.name == "warning"
    assert command.properties == {
        "file": NARROW.path,
        "line": "7",
        "endLine": "7",
        "col": "5",
        "endColumn": "32",
        "title": "CA304 narrow-layer",
    }
    assert command.message == f"{NARROW.message}\nhelp: {NARROW.help}"


def test_columns_are_left_out_over_several_lines() -> None:
    (command,) = commands(render(one_file(NARROW._replace(region=Region(7, 5, 9, 32)))))
    assert command.properties.keys() == {"file", "line", "endLine", "title"}


def test_a_finding_without_a_line_is_the_files() -> None:
    (command,) = commands(render(one_file(WEIGHTS)))
    assert command.name == "notice"
    assert command.properties.keys() == {"file", "title"}


def test_files_are_named_from_the_root_of_the_repository() -> None:
    (command,) = commands(render(one_file(finding(path="../a.yaml")), folder="models/new"))
    assert command.properties["file"] == "models/a.yaml"


@pytest.mark.parametrize("count", [9, 10, 11, 30])
def test_nothing_is_lost_without_a_word(count: int) -> None:
    found = [finding for level in reversed(LEVELS) for finding in many(level, count)]
    text = render(one_file(*found))
    annotated = commands(text)
    names = [command.name for command in annotated]
    assert names == sorted(names, key=["error", "warning", "notice"].index)
    for level, name in zip(LEVELS, ("error", "warning", "notice"), strict=True):
        shown = [command for command in annotated if command.name == name]
        assert len(shown) == min(count, 10)
        if count > 10:
            assert shown[-1].message.startswith(f"{count - 9} more {level}s:")
    plain = [line for line in text.splitlines() if not line.startswith("::")]
    for n, told in enumerate(found):
        assert any(line.endswith(f":{n % count + 1}:1: {told.message}") for line in plain)


@pytest.mark.parametrize("text", HOSTILE, ids=short)
def test_text_is_no_command(text: str) -> None:
    rendered = render(hostile(text))
    assert all(line.isprintable() for line in rendered.split("\n"))
    (command,) = commands(rendered)
    assert command.name == "warning"
    assert command.properties["file"] == printable(f"configs/{text}.yaml")
    assert command.message.split("\n")[0] == printable(text)


def test_a_path_is_no_command() -> None:
    outcome = one_file(finding(path="::stop-commands::x"), notes=("::add-mask::x",))
    assert [command.name for command in commands(render(outcome))] == ["warning"]


def test_findings_of_several_files_are_sorted() -> None:
    outcome = CheckResult(tuple(reversed(MIXED.files)), MIXED.fail_on)
    assert commands(render(outcome)) == commands(render(MIXED))
