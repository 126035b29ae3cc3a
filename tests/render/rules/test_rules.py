"""The list of rules, and the page of each."""

import json
from pathlib import Path

import pytest

from cnnaudit.checking.config import read_config
from cnnaudit.checking.suppressions import suppressions
from cnnaudit.errors import Source, UsageError
from cnnaudit.render import rule_page
from cnnaudit.rules.catalogue import RULES, SELECTABLE, catalogue, rule_called
from cnnaudit.rules.rule import Rule
from tests.render.goldens import assert_golden
from tests.support import run

NARROW = RULES["narrow-layer"]


def test_every_rule_is_listed_in_every_format() -> None:
    listed = json.loads(run("rules", "-f", "json").stdout)["rules"]
    assert [rule["name"] for rule in listed] == list(catalogue())
    table, markdown = run("rules").stdout, run("rules", "-f", "markdown").stdout
    for rule in catalogue().values():
        assert f"{rule.code}  {rule.name}" in table
        assert f"| {rule.code} | {rule.name} | {rule.level} |" in markdown


def test_codes_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in catalogue().values()]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("width", [50, 80, 120])
def test_the_table_fits(width: int) -> None:
    text = run("rules", "--width", str(width)).stdout
    assert all(len(line) <= width for line in text.splitlines())
    assert all(rule.code in text for rule in catalogue().values())


def test_the_page_on_a_terminal() -> None:
    assert_golden(rule_page.as_text(NARROW, width=80), "rule.txt")


def test_the_page_as_markdown() -> None:
    assert_golden(rule_page.as_markdown(NARROW), "rule.md")


def test_the_page_for_machines() -> None:
    assert_golden(rule_page.as_json(NARROW), "rule.json")


@pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.name)
def test_a_page_has_every_part_of_the_documentation(rule: Rule) -> None:
    page = rule_page.as_markdown(rule)
    for part in (rule.doc.summary, rule.doc.why, rule.doc.instead):
        assert part in page
    for option in rule.options:
        assert option.name in page
    words = rule_page.as_text(rule, width=60).lower().split()
    for part in rule.doc:
        assert set(part.lower().split()) <= set(words)


@pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.name)
def test_what_a_page_says_allows_it(rule: Rule, tmp_path: Path) -> None:
    allow = rule_page.rule_object(rule)["allow"]
    assert ("To allow it" in rule_page.as_text(rule)) is (allow is not None)
    assert ("To allow it" in rule_page.as_markdown(rule)) is (allow is not None)
    if allow is None:
        assert rule.name not in SELECTABLE, "what can be chosen can be allowed"
    elif allow.startswith("#"):
        (comment,) = suppressions(Source("net.yaml", f"{allow}\ncnnaudit: 1\n"))
        assert (comment.rules, comment.reason) == ((rule.name,), "reason")
    else:
        (tmp_path / ".cnnaudit.yaml").write_text(allow)
        assert not read_config(tmp_path / ".cnnaudit.yaml").wants(SELECTABLE[rule.name])


def test_a_rule_is_found_by_code_and_by_name() -> None:
    assert rule_called("CA304") == rule_called("ca304") == rule_called("narrow-layer") == NARROW
    with pytest.raises(UsageError, match="did you mean 'narrow-layer'"):
        rule_called("narow-layer")
