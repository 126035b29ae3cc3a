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
        "expression": "(8 + 2·0 − 3)/1 + 1",
        "value": 6,
    }
    assert {
        "quantity": "params",
        "axis": None,
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
        "| parameters | (3·3·3 + 1)·4 = 112 |"
        in run("explain", "net.yaml", "c", "-f", "markdown").stdout
    )


def test_nothing_is_cut_where_room_is_short() -> None:
    wide, narrow = (
        run("explain", "net.yaml", "c", "--width", width).stdout for width in ("80", "30")
    )
    assert "(8 + 2·0 − 3)/1 + 1 = 6" in wide
    assert "height, width: (8 + 2·0 − 3)/1 + 1 = 6" in " ".join(narrow.split())
    assert "…" not in narrow


def test_an_unknown_layer() -> None:
    result = run("explain", "net.yaml", "d")
    assert result.exit_code == 2
    assert "has no layer 'd'" in result.stderr


def test_a_file_that_cannot_be_audited(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET.replace("kernel: 3", "kernel: 9"))
    result = run("explain", "net.yaml")
    assert result.exit_code == 2
    assert "CA202" in result.stderr


def test_a_file_is_written(tmp_path: Path) -> None:
    run("explain", "net.yaml", "c", "-q", "-o", "json:out.json")
    assert json.loads((tmp_path / "out.json").read_text())["layers"]
