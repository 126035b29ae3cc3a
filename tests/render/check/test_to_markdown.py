"""``check -f markdown``, read back with a Markdown parser."""

import re

import pytest
from markdown_it import MarkdownIt

from cnnaudit.checking.results import CheckResult, FileResult, PreviousTotals
from cnnaudit.errors import Region
from cnnaudit.render.check import to_markdown
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.render.check.pr_comment import MAX_LENGTH
from tests.render.check.results import (
    AFTER,
    BEFORE,
    CLEAN,
    HOSTILE,
    MIXED,
    finding,
    hostile,
    one_file,
    short,
)
from tests.render.goldens import assert_golden


def render(result: CheckResult) -> str:
    return to_markdown.render(result, CheckOptions())


def page(text: str) -> str:
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def test_the_comment() -> None:
    assert_golden(render(MIXED), "check.md")


def test_the_verdict_comes_first() -> None:
    assert render(MIXED).startswith("**cnnaudit failed**: 4 files, 2 errors")
    assert render(CLEAN) == "**cnnaudit passed**: 1 file, no findings\n"


def compared(before: int, after: int) -> str:
    previous = PreviousTotals({"params": before}, "main")
    file = FileResult("a.yaml", "A", {"params": after}, (), previous=previous)
    return render(CheckResult((file,), "error"))


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        (1000, 1250, "| 1,000 | 1,250 | +250 | +25.0 % |"),
        (1000, 1, "| 1,000 | 1 | −999 | −99.9 % |"),
        (10**9, 10**9 + 1, "| 1,000,000,000 | 1,000,000,001 | +1 | +&lt;0.1 % |"),
        (0, 5, "| 0 | 5 | +5 | – |"),
    ],
)
def test_before_and_after(before: int, after: int, row: str) -> None:
    assert f"| a.yaml | main | Parameters {row}\n" in compared(before, after)


def test_what_has_not_changed_is_said_once() -> None:
    text = compared(7, 7)
    assert "1 file compared: no total has changed." in text
    assert "Parameters" not in text


def test_many_findings_are_folded() -> None:
    few = one_file(*(finding(region=Region(n, 1, n, 2)) for n in range(1, 11)))
    many = one_file(*(finding(region=Region(n, 1, n, 2)) for n in range(1, 12)))
    assert "<details>" not in render(few)
    assert "<summary>configs/alexnet-adapted.yaml: 11 warnings</summary>" in render(many)


@pytest.mark.parametrize("length", [20, 10_000])
def test_a_comment_is_never_too_long(length: int) -> None:
    message = "@|" * (length // 2)
    files = tuple(
        FileResult(
            path,
            "Net",
            AFTER,
            tuple(
                finding(message=message, path=path, region=Region(n, 1, n, 2)) for n in range(1, 21)
            ),
            previous=PreviousTotals(BEFORE, "main"),
            notes=(message,),
        )
        for path in (f"configs/{number:03}.yaml" for number in range(200))
    )
    text = render(CheckResult(files, "note"))
    assert MAX_LENGTH - 10_000 < len(text) <= MAX_LENGTH
    assert text.count("<details>") == text.count("</details>") > 0
    shown = len(re.findall(r"^\| warning \|", text, re.MULTILINE))
    left = re.search(r"([\d,]+) more findings", text)
    assert left is not None
    assert shown + int(left[1].replace(",", "")) == 200 * 20


@pytest.mark.parametrize("text", HOSTILE, ids=short)
@pytest.mark.parametrize("times", [1, 11])
def test_text_is_only_text(text: str, times: int) -> None:
    (file,) = hostile(text).files
    result = CheckResult((file._replace(findings=file.findings * times),), "note")
    rendered = render(result)
    assert not re.search(r"@\w|#\d", rendered.replace("&#8203;", "\u200b"))
    html = page(rendered)
    for mark in ("<script", "<a ", "<img", "<em>", "<s>", "<code>a", "<code> "):
        assert mark not in html
    # The verdict, a table for what changed and one for what was found: as many rows as there are.
    assert html.count("<table>") == 2
    assert html.count(">warning</td>") == times
    assert html.count("<br>") == (2 if text else 1) * times
    assert all(line.isprintable() for line in rendered.split("\n"))
