"""``explain``: formats, layers and errors."""

import json
from pathlib import Path

import pytest

from tests.support import run

NET = "cnnaudit: 1\ninput: 8x8x3\nlayers:\n  - {name: c, conv: 4, kernel: 3, activation: relu}\n"


@pytest.fixture(autouse=True)
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)


def test_a_layer_in_json() -> None:
    document = json.loads(run("explain", "net.yaml", "c", "-f", "json").stdout)
    assert document["command"] == "explain"
    (layer,) = document["layers"]
    assert [node["op"] for node in layer["nodes"]] == ["conv", "activation"]
    formulas = layer["nodes"][0]["formulas"]
    assert formulas[0] == {
        "quantity": "output",
        "axis": "height",
        "symbols": "⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1",
        "expression": "(8 + 2·0 − 3)/1 + 1",
        "value": 6,
    }
    assert {
        "quantity": "params",
        "axis": None,
        "symbols": "(kh·kw·c/g + b)·f",
        "expression": "(3·3·3 + 1)·4",
        "value": 112,
    } in formulas


def test_a_story_in_json() -> None:
    document = json.loads(run("explain", "net.yaml", "-f", "json").stdout)
    assert document["story"]["params"] == [{"layer": "c", "amount": 112, "share": 1.0}]
    assert document["story"]["resolution"] == [
        {"layer": "c", "before": [8, 8], "after": [6, 6], "never_read": None}
    ]


def test_other_inputs_are_explained_too() -> None:
    text = run("explain", "net.yaml", "c", "--input", "9x9x3").stdout
    assert "(9 + 2·0 − 3)/1 + 1 = 7" in text


def test_a_table_and_a_text() -> None:
    assert "(3·3·3 + 1)·4 = 112" in run("explain", "net.yaml", "c").stdout
    assert (
        "| parameters | (kh·kw·c/g + b)·f = (3·3·3 + 1)·4 = 112 |"
        in run("explain", "net.yaml", "c", "-f", "markdown").stdout
    )


def test_nothing_is_cut_where_room_is_short() -> None:
    wide, narrow = (
        run("explain", "net.yaml", "c", "--width", width).stdout for width in ("80", "30")
    )
    assert "(8 + 2·0 − 3)/1 + 1 = 6" in wide
    assert "(n + 2p − d(k − 1) − 1)/s⌋ + 1 = (8 + 2·0 − 3)/1 + 1 = 6" in " ".join(narrow.split())
    assert "…" not in narrow


def test_an_unknown_layer() -> None:
    result = run("explain", "net.yaml", "d")
    assert result.exit_code == 2
    assert "has no layer 'd': `cnnaudit report` lists them" in result.stderr
    stage = run("explain", "zoo:resnet-50", "conv3x")
    assert "has no layer 'conv3x': did you mean 'conv3_x'?" in stage.stderr


def test_a_file_that_cannot_be_audited(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET.replace("kernel: 3", "kernel: 9"))
    result = run("explain", "net.yaml")
    assert result.exit_code == 2
    assert "CA202" in result.stderr


def test_a_file_is_written(tmp_path: Path) -> None:
    run("explain", "net.yaml", "c", "-q", "-o", "json:out.json")
    assert json.loads((tmp_path / "out.json").read_text())["layers"]


def test_a_rule_by_code_or_name() -> None:
    page = run("explain", "CA304").stdout
    assert page.startswith("CA304 narrow-layer (warning)")
    assert run("explain", "narrow-layer").stdout == page
    assert run("explain", "ca304", "-f", "json").exit_code == 0
    assert json.loads(run("explain", "CA905", "-f", "json").stdout)["rule"]["name"] == "unknown-key"
    assert "`narrow-layer`" in run("explain", "CA304", "-f", "markdown").stdout


def test_a_rule_that_there_is_not() -> None:
    result = run("explain", "CA999")
    assert result.exit_code == 2
    assert "there is no rule 'CA999'" in result.output


def test_a_rule_spelt_wrong_is_no_missing_file() -> None:
    result = run("explain", "narow-layer")
    assert result.exit_code == 2
    assert "there is no rule 'narow-layer' (did you mean 'narrow-layer'?)" in result.output


def test_a_file_with_the_name_of_a_rule_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "narrow-layer").write_text(NET)
    assert "Parameters" in run("explain", "narrow-layer").stdout


NARROW = """\
cnnaudit: 1
input: 32x32x3
layers:
  - {name: c, conv: 4, kernel: 5, activation: relu}  # cnnaudit: ignore[narrow-layer] grey
  - {name: d, conv: 16, kernel: 5, activation: relu}
expect: {params: 7}
"""


def test_what_rules_find_in_a_layer_excused_or_not(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NARROW)
    assert "warning CA304 narrow-layer: 4 filters" in run("explain", "net.yaml", "c").stdout
    assert "narrow-layer" not in run("explain", "net.yaml", "d").stdout
    assert "- warning CA304" in run("explain", "net.yaml", "c", "-f", "markdown").stdout
    (layer,) = json.loads(run("explain", "net.yaml", "c", "-f", "json").stdout)["layers"]
    assert "CA304" in [finding["code"] for finding in layer["findings"]]


def test_what_rules_find_is_part_of_the_story(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NARROW)
    story = run("explain", "net.yaml").stdout
    assert "narrow-layer CA304 at c" in story
    assert "wrong-claim CA401" in story
    # Of another input the file claims nothing.
    assert "wrong-claim" not in run("explain", "net.yaml", "--input", "48x48x3").stdout
    (tmp_path / ".cnnaudit.yaml").write_text("ignore: [narrow-layer]\n")
    assert "narrow-layer" not in run("explain", "net.yaml").stdout
