"""A rule that is new: one module, one line in the catalogue."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from cnnaudit.rules import catalogue
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options, rule_of
from tests.support import chain, run

DOC = """A layer with a name that is too short.

Why it matters: nobody finds it again.

Example::

    - {name: c, conv: 8, kernel: 3}

Instead: a name that a reader would search for.
"""


LAYERS = ("{name: c, conv: 8, kernel: 3}", "{name: stem, conv: 8, kernel: 3}")


def check(subject: AuditedNetwork, options: Options) -> Iterator[Finding]:
    for index in subject.nodes_of("conv"):
        name = subject.nodes[index].name
        if len(name) < options["letters"]:
            yield Finding(name, f"the name '{name}' is short", "write more of it")


@pytest.fixture(autouse=True)
def _one_more_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("short_name", DOC)
    module.__dict__.update(
        CODE="CA399",
        NAME="short-name",
        LEVEL="warning",
        OPTIONS=(Option("letters", 3, "the fewest letters that pass"),),
        check=check,
    )
    rule = rule_of(module)
    monkeypatch.setitem(catalogue.RULES, rule.name, rule)
    monkeypatch.setitem(catalogue.SELECTABLE, rule.name, rule)


def test_it_is_listed_explained_and_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(
        chain("{name: c, conv: 8, kernel: 3}", "{name: stem, conv: 8, kernel: 3}")
    )
    assert "short-name" in run("rules").stdout
    assert "Nobody finds it again" in run("explain", "CA399").stdout
    result = run("check", "net.yaml", "--no-cache", "--select", "short-name", "-f", "json")
    (finding,) = json.loads(result.stdout)["findings"]
    assert (finding["code"], finding["layer"], finding["line"]) == ("CA399", "c", 5)


def test_its_option_is_read_from_a_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(chain("{name: stem, conv: 8, kernel: 3}"))
    Path(".cnnaudit.yaml").write_text("rules: {short-name: {letters: 9}}\n")
    result = run("check", "net.yaml", "--no-cache", "--select", "short-name", "-f", "json")
    assert [finding["layer"] for finding in json.loads(result.stdout)["findings"]] == ["stem"]
