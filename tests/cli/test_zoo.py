"""``zoo``, ``schema`` and the program itself."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
import yaml

import cnnaudit
from cnnaudit.ops.op import FieldType
from cnnaudit.ops.registry import OPS
from cnnaudit.render.schema import TYPES
from tests.support import ROOT, run

FILES = sorted((ROOT / "configs").glob("*/*.yaml"))


def test_the_zoo_is_listed() -> None:
    document = json.loads(run("zoo", "-f", "json").stdout)
    names = [network["zoo"] for network in document["networks"]]
    assert names == sorted(path.stem for path in FILES)
    alexnet = next(n for n in document["networks"] if n["zoo"] == "alexnet")
    assert (alexnet["params"], alexnet["macs"]) == (62_378_344, 1_135_256_096)
    assert "alexnet" in run("zoo", "--width", "80").stdout
    assert "| alexnet |" in run("zoo", "-f", "markdown").stdout


def test_80_columns_show_which_versions_there_are() -> None:
    lines = run("zoo", "--width", "80").stdout.splitlines()
    assert all(len(line) <= 80 for line in lines)
    names = {line.split("  ")[0] for line in lines}
    assert {"resnet-50 (@v1.5)", "resnet-50-keras", "efficientnet (@b0…b7)"} <= names
    assert {"googlenet", "googlenet-torchvision", "squeezenet-1.0-caffe"} <= names


def test_the_list_in_the_repository_is_the_list_of_the_program() -> None:
    text = run("zoo", "-f", "markdown").stdout
    path = ROOT / "configs/README.md"
    if os.environ.get("CNNAUDIT_OVERWRITE_GOLDENS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_a_file_of_the_zoo_is_printed() -> None:
    text = (ROOT / "configs/alexnet/alexnet.yaml").read_text()
    assert run("zoo", "alexnet").stdout == text
    assert run("zoo", "alxnet").exit_code == 2


def test_names_in_the_zoo_are_unique() -> None:
    assert len({path.stem for path in FILES}) == len(FILES)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    schema = json.loads(run("schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_the_zoo_fits_the_schema(
    path: Path, validator: jsonschema.Draft7Validator
) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{cnnaudit: 2}",
        "{cnnaudit: 1, inptu: 3x3x3}",
        "{cnnaudit: 1, layers: [{conv: 3, kernle: 3}]}",
        "{cnnaudit: 1, layers: [{conv: 0, kernel: 3}]}",
        "{cnnaudit: 1, layers: [{dense: 3, bias: 2}]}",
        "{cnnaudit: 1, layers: [{branches: {a: []}}]}",
        "{cnnaudit: 1, defaults: {conv: {strides: 2}}}",
        "{cnnaudit: 1, training: {optimizer: {type: none}}}",
        "{cnnaudit: 1, changes: [{remove: a, with: []}]}",
    ],
)
def test_the_schema_refuses(text: str, validator: jsonschema.Draft7Validator) -> None:
    assert list(validator.iter_errors(yaml.safe_load(text)))


def test_the_schema_knows_every_operation_and_type() -> None:
    text = run("schema").stdout
    for kind in OPS.values():
        assert json.dumps(kind.name) in text
        for field in kind.fields:
            # What the operation's own key sets has no key of its own.
            assert json.dumps(field.name) in text or json.dumps(field.doc) in text
    assert set(TYPES) == set(FieldType) - {FieldType.CHOICE}


def test_the_version() -> None:
    assert run("--version").stdout == f"cnnaudit {cnnaudit.__version__}\n"


def test_no_command_shows_what_there_is() -> None:
    result = run()
    assert "report" in result.stdout + result.stderr


def test_an_unknown_command_is_a_usage_error() -> None:
    assert run("raport").exit_code == 2
