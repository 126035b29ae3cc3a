"""What a finding's help says to write, written: the finding is gone, and no error has come."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from cnnaudit.rules.catalogue import RULES
from cnnaudit.rules.rule import Finding
from tests.rules.test_rules import subject

REMEDIES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "remedies.yaml").read_text()
)


def found(name: str, case: dict[str, Any], folder: Path) -> list[Finding]:
    rule = RULES[name]
    assert rule.check is not None
    return list(rule.check(subject(case, folder), rule.defaults))


def errors(case: dict[str, Any], folder: Path) -> set[str]:
    return {
        name for name, rule in RULES.items() if rule.level == "error" and found(name, case, folder)
    }


@pytest.mark.parametrize("case", REMEDIES, ids=lambda case: f"{case['rule']}: {case['says']}")
def test_a_remedy_helps(case: dict[str, Any], tmp_path: Path) -> None:
    before = found(case["rule"], case, tmp_path)
    assert any(case["says"] in (finding.help or "") for finding in before), before
    after = {**case, "net": case["instead"], "limits": case.get("allowed")}
    assert found(case["rule"], after, tmp_path) == []
    assert errors(after, tmp_path) <= errors(case, tmp_path)


def test_every_rule_has_a_remedy() -> None:
    assert {case["rule"] for case in REMEDIES} == set(RULES)
