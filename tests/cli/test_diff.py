"""``diff``: formats, gates and exit codes."""

import json
from pathlib import Path

import pytest

from tests.support import run

NET = "cnnaudit: 1\ninput: 8x8x3\nlayers:\n  - {name: c, conv: 4, kernel: 3}\n  - relu\n"


@pytest.fixture(autouse=True)
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(NET)
    (tmp_path / "b.yaml").write_text(NET.replace("conv: 4", "conv: 5"))


def test_json() -> None:
    document = json.loads(run("diff", "a.yaml", "b.yaml", "-f", "json").stdout)
    assert document["command"] == "diff"
    assert [network["path"] for network in document["networks"]] == ["a.yaml", "b.yaml"]
    first, second = document["delta"]["rows"]
    assert first["status"] == "changed"
    assert (first["a"], first["b"]) == ("c", "c")
    assert first["causes"] == [{"kind": "own", "attribute": "filters", "a": 4, "b": 5}]
    assert first["params"] == [112, 140]
    assert second["causes"] == [
        {"kind": "inherited", "attribute": "input", "a": [6, 6, 4], "b": [6, 6, 5], "from": "c"}
    ]
    assert document["delta"]["totals"]["params"] == {
        "a": 112,
        "b": 140,
        "difference": 28,
        "ratio": 1.25,
    }


def test_the_waterfall_in_json(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(NET.replace("8x8x3", "9x8x3").replace("conv: 4", "conv: 5"))
    document = json.loads(run("diff", "a.yaml", "b.yaml", "--waterfall", "-f", "json").stdout)
    first, second = document["waterfall"]
    assert first["label"] == "input 8×8 → 9×8"
    assert first["difference"]["params"] == 0
    assert first["difference"]["macs"] == 6 * 4 * 27
    assert second["changes"] == [
        {
            "kind": "changed",
            "name": "c",
            "layers": 1,
            "causes": [{"kind": "own", "attribute": "filters", "a": 4, "b": 5}],
        }
    ]
    assert second["obstacle"] is None
    assert second["after"] == {n: t["b"] for n, t in document["delta"]["totals"].items()}


def test_there_is_no_waterfall_unless_asked() -> None:
    assert "waterfall" not in json.loads(run("diff", "a.yaml", "b.yaml", "-f", "json").stdout)


def test_a_waterfall_of_nothing() -> None:
    text = run("diff", "a.yaml", "a.yaml", "--waterfall").stdout
    assert "Nothing that was changed makes a difference" in text


def test_only_changed_leaves_out_the_rest(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(NET.replace("relu", "elu"))
    arguments = ("diff", "a.yaml", "b.yaml", "--only-changed")
    rows = json.loads(run(*arguments, "-f", "json").stdout)["delta"]["rows"]
    assert [row["status"] for row in rows] == ["changed"]
    assert (
        "activation relu → elu" in run(*arguments).stdout or "relu → elu" in run(*arguments).stdout
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["a.yaml", "b.yaml"], 0),
        (["a.yaml", "a.yaml", "--exit-code"], 0),
        (["a.yaml", "b.yaml", "--exit-code"], 1),
        (["a.yaml", "b.yaml", "--fail-on", "increase"], 1),
        (["b.yaml", "a.yaml", "--fail-on", "increase"], 0),
        (["a.yaml", "b.yaml", "--max-increase", "params=5%"], 1),
        (["a.yaml", "b.yaml", "--max-increase", "params=25%"], 0),
        (["a.yaml", "b.yaml", "--max-increase", "params=27"], 1),
        (["a.yaml", "b.yaml", "--max-increase", "params=28"], 0),
        (["a.yaml", "b.yaml", "--max-increase", "params=1K", "--max-increase", "macs=1%"], 1),
        (["a.yaml", "none.yaml"], 2),
        (["a.yaml", "b.yaml", "--fail-on", "decrease"], 2),
        (["a.yaml", "b.yaml", "--max-increase", "parms=5%"], 2),
        (["a.yaml", "b.yaml", "--max-increase", "params"], 2),
        (["a.yaml"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
@pytest.mark.parametrize("format", ["table", "json", "markdown"])
def test_exit_codes_are_the_same_in_every_format(
    format: str, arguments: list[str], code: int
) -> None:
    assert run("diff", *arguments, "-f", format).exit_code == code


def test_a_gate_says_what_grew() -> None:
    result = run("diff", "a.yaml", "b.yaml", "--max-increase", "params=5%", "-q")
    assert result.stdout == ""
    assert "params grew from 112 to 140, by 28 (25.0 %); allowed is 5 %" in result.stderr
