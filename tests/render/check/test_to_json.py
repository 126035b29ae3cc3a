"""``check -f json``."""

import json
from typing import Any

import pytest

from cnnaudit.checking.results import CheckResult
from cnnaudit.render.check import to_json
from cnnaudit.render.check.formats import CheckOptions
from tests.render.check.results import CLEAN, HOSTILE, MIXED, hostile, short
from tests.render.goldens import assert_golden


def render(result: CheckResult) -> str:
    return to_json.render(result, CheckOptions())


def document(text: str) -> Any:
    return json.loads(text)


def test_the_document() -> None:
    assert_golden(render(MIXED), "check.json")


def test_the_summary_counts_the_findings() -> None:
    found = document(render(MIXED))
    levels = [finding["level"] for finding in found["findings"]]
    summary = found["summary"]
    assert summary["files"] == len(found["files"])
    assert {level: summary[f"{level}s"] for level in levels} == {
        level: levels.count(level) for level in levels
    }
    assert sum(file["findings"] for file in found["files"]) == len(levels)
    assert sum(file["suppressed"] for file in found["files"]) == summary["suppressed"]


def test_whether_it_failed() -> None:
    assert document(render(MIXED))["failed"]
    assert not document(render(CLEAN))["failed"]
    assert document(render(MIXED._replace(fail_on="note")))["fail_on"] == "note"


def test_the_difference_is_now_less_before() -> None:
    compared = next(file for file in document(render(MIXED))["files"] if file["earlier"])
    assert {
        key: value + compared["difference"][key]
        for key, value in compared["earlier"]["totals"].items()
    } == compared["totals"]


@pytest.mark.parametrize("text", HOSTILE, ids=short)
def test_text_comes_back_as_it_was(text: str) -> None:
    rendered = render(hostile(text))
    assert rendered.isascii()
    (finding,) = document(rendered)["findings"]
    assert [finding["message"], finding["help"], *finding["notes"]] == [text] * 3
