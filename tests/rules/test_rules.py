"""Every rule on the networks of its case file: what it finds there, and what it lets pass."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import cnnaudit.rules
from cnnaudit.calculator import audit
from cnnaudit.comparison.limits import parse_limit
from cnnaudit.errors import CODES, Diagnostics, Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.rules.catalogue import RULES
from cnnaudit.rules.network import AuditedNetwork, PreviousNetwork
from cnnaudit.rules.rule import Finding
from cnnaudit.sources.files import FileResolver, SourceFile
from tests.support import ROOT, run

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text())
    return loaded


ALL = [
    pytest.param(name, case, id=f"{name}: {case['name']}") for name in RULES for case in cases(name)
]


def subject(case: dict[str, Any], folder: Path) -> AuditedNetwork:
    """The network of a case, in a folder with its other ``files``."""
    for name, text in case.get("files", {}).items():
        (folder / name).write_text(text)
    diagnostics = Diagnostics()
    opened = SourceFile(Source("net.yaml", case["net"]), FileResolver(folder, folder.resolve()))
    document = load_architecture(opened, diagnostics)
    before = None
    if "before" in case:
        limits = tuple(parse_limit(text) for text in case["limits"])
        before = PreviousNetwork(case["before"], "origin/main", limits)
    return AuditedNetwork(
        audit(build_graph(document, diagnostics)), document, case.get("budgets"), before
    )


@pytest.mark.parametrize(("name", "case"), ALL)
def test_case(name: str, case: dict[str, Any], tmp_path: Path) -> None:
    rule = RULES[name]
    assert rule.check is not None
    options = case.get("options", {})
    assert options.keys() <= rule.defaults.keys()
    found = list(rule.check(subject(case, tmp_path), rule.defaults | options))
    expected = case.get("finds", [])
    assert [finding.layer for finding in found] == [e["layer"] for e in expected], found
    for finding, wanted in zip(found, expected, strict=True):
        assert wanted["says"] in said(finding)
        if "line" in wanted:
            assert finding.span is not None
            assert finding.span.line == wanted["line"]


def said(finding: Finding) -> str:
    return "\n".join(filter(None, (finding.message, finding.help, *finding.notes)))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_cases_of_both_kinds(name: str) -> None:
    finds = [bool(case.get("finds")) for case in cases(name)]
    assert True in finds, "no case that it finds"
    assert False in finds, "no case that passes"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_documented(name: str) -> None:
    rule = RULES[name]
    assert all(rule.doc), rule.doc
    assert rule.doc.summary.endswith(".")
    assert "\n" not in rule.doc.summary, "the first paragraph is one sentence"
    for option in rule.options:
        assert option.doc


#: What examples leave out, where it is not a small image and a classifier of it.
LEFT_OUT = {
    "dropout-before-batch-norm": "input: 784\n",
    "initialisation-mismatch": "input: 784\n",
    "over-budget": "layers: [flatten, {dense: 407}]\n",
}
#: Examples of commands.
COMMANDS = {"regression"}


@pytest.mark.parametrize("name", [name for name in RULES if name not in COMMANDS])
def test_an_example_is_one(name: str, tmp_path: Path) -> None:
    rule = RULES[name]
    assert rule.check is not None
    text = f"cnnaudit: 1\n{rule.doc.example}\n{LEFT_OUT.get(name, '')}"
    given = yaml.safe_load(text)
    if "extends" not in given:
        text += "" if "input" in given else "input: 32x32x3\n"
        text += "" if "layers" in given else "layers: [flatten, {dense: 10}]\n"
    files = {path.name: path.read_text() for path in (ROOT / "configs/alexnet").glob("*.yaml")}
    assert list(rule.check(subject({"net": text, "files": files}, tmp_path), rule.defaults))


def test_case_files_belong_to_rules() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == set(RULES)


def test_codes_and_names_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES.values()]
    assert codes == sorted(codes)
    assert len(set(codes)) == len(codes)
    for rule in RULES.values():
        # A rule may go on where an input error of the same name ends.
        assert CODES.get(rule.name, rule.code) == rule.code
        assert rule.code not in CODES.values() or rule.name in CODES


def test_every_rule_is_in_the_table() -> None:
    folder = Path(cnnaudit.rules.__file__).parent
    modules = [path.stem for path in folder.glob("*.py") if "\nCODE = " in path.read_text()]
    assert {name.replace("_", "-") for name in modules} == set(RULES)
    shown = run("rules").stdout
    assert all(rule.name in shown and rule.code in shown for rule in RULES.values())
