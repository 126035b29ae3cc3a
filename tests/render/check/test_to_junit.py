"""``check -f junit``, read back as XML."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from cnnaudit.checking.results import CheckResult
from cnnaudit.errors import LEVELS, Level, rank
from cnnaudit.render.check import to_junit
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.sources.files import printable
from tests.render.check.results import (
    CLEAN,
    HOSTILE,
    MIXED,
    NARROW,
    WEIGHTS,
    hostile,
    one_file,
    short,
)
from tests.render.goldens import assert_golden


def render(result: CheckResult) -> str:
    return to_junit.render(result, CheckOptions())


def parsed(outcome: CheckResult) -> Element:
    return ElementTree.fromstring(render(outcome).encode())


def test_the_document() -> None:
    assert_golden(render(MIXED), "check-junit.xml")


@pytest.mark.parametrize("fail_on", LEVELS)
def test_the_counts_are_those_of_the_cases(fail_on: Level) -> None:
    root = parsed(MIXED._replace(fail_on=fail_on))
    for element in (root, *root.iter("testsuite")):
        assert int(element.attrib["tests"]) == len(list(element.iter("testcase")))
        assert int(element.attrib["failures"]) == len(list(element.iter("failure")))
    expected = [f for f in MIXED.findings if rank(f.level) <= rank(fail_on)]
    assert len(list(root.iter("failure"))) == len(expected)


def test_a_suite_is_a_file() -> None:
    suites = parsed(MIXED).findall("testsuite")
    assert [suite.attrib["name"] for suite in suites] == [file.path for file in MIXED.files]


def test_a_clean_file_is_a_case_that_has_passed() -> None:
    (case,) = parsed(CLEAN).iter("testcase")
    assert case.attrib["classname"] == "lenet.yaml"
    assert list(case) == []


def test_a_failure_tells_the_place_and_what_to_do() -> None:
    (case,) = parsed(one_file(NARROW)).iter("testcase")
    assert case.attrib["name"] == "CA304 narrow-layer: conv1"
    assert case.attrib["line"] == "7"
    (failure,) = case
    assert failure.attrib == {"message": NARROW.message, "type": "warning"}
    assert failure.text is not None
    assert f"{NARROW.path}:7:5: warning" in failure.text
    assert f"help: {NARROW.help}" in failure.text


def test_what_does_not_fail_is_said() -> None:
    (case,) = parsed(one_file(WEIGHTS)).iter("testcase")
    (said,) = case
    assert said.tag == "system-out"
    assert WEIGHTS.message in (said.text or "")


@pytest.mark.parametrize("text", HOSTILE, ids=short)
def test_any_text_is_valid(text: str) -> None:
    (case,) = parsed(hostile(text)).iter("testcase")
    (failure,) = case
    assert failure.attrib["message"] == printable(text)
    assert printable(text) in (failure.text or "")
