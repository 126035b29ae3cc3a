"""``report --view``: presets of columns, the analyses behind them, and their JSON."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from cnnaudit.render.report.column_names import FIELD_KEYS, MEMORY_KEYS, SIGNAL_KEYS, VIEWS
from cnnaudit.render.report.columns import COLUMNS
from tests.support import run


def rows(*arguments: str) -> list[dict[str, str]]:
    result = run("report", *arguments, "-f", "csv")
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(StringIO(result.stdout)))


def layers(*arguments: str) -> dict[str, dict[str, Any]]:
    result = run("report", *arguments, "-f", "json")
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)["networks"][0]["layers"]
    return {layer["name"]: layer for layer in found}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_its_columns_in_every_tabular_format(view: str) -> None:
    columns = VIEWS[view]
    assert set(columns) <= {*COLUMNS, *MEMORY_KEYS, *FIELD_KEYS, *SIGNAL_KEYS}
    assert list(rows("zoo:lenet-5-rgb", "--view", view)[0]) == ["network", *columns]
    for format in ("table", "markdown"):
        result = run("report", "zoo:lenet-5-rgb", "--view", view, "-f", format)
        assert result.exit_code == 0, result.stderr
        assert "conv1" in result.stdout


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_a_view_leaves_out_columns_where_room_is_short(view: str, width: int) -> None:
    text = run("report", "tests/golden/blocks.yaml", "--view", view, "--width", str(width)).stdout
    table = text.split("\n\n")[0]
    assert max(map(len, table.splitlines())) <= width
    assert "…" not in table
    assert "stage1" in table


def test_the_default_table_stays_calm() -> None:
    text = run("report", "zoo:lenet-5-rgb").stdout
    assert not [word for word in ("Field", "Stride", "Forward", "Signal") if word in text]


def test_fields_in_csv_are_exact() -> None:
    found = {row["layer"]: row for row in rows("zoo:alexnet", "--view", "receptive-field")}
    pool5 = found["pool5"]
    assert (pool5["receptive_field"], pool5["stride"], pool5["offset"]) == ("195", "32", "33")
    assert float(pool5["seen"]) == pytest.approx((195 / 227) ** 2)
    assert (found["fc6"]["receptive_field"], found["fc6"]["stride"]) == ("global", "")


def test_repetitions_are_written_out_where_their_fields_differ() -> None:
    network = "tests/golden/blocks.yaml"
    fields = [
        row["receptive_field"]
        for row in rows(network, "--columns", "layer,receptive_field")
        if row["layer"].startswith("stage1.") and row["layer"].endswith("add1")
    ]
    assert fields == ["7", "11", "15"]
    text = run("report", network, "--columns", "layer,receptive_field").stdout
    assert "×" not in text.split("Field  ")[1].split("Terms")[0].replace("3 × 3", "")


def test_fields_in_json() -> None:
    found = layers("zoo:alexnet")
    pool5, fc6 = found["pool5"], found["fc6"]
    assert (pool5["receptive_field"], pool5["stride"]) == ([195, 195], [32, 32])
    assert pool5["receptive_field_offset"] == [33, 33]
    assert pool5["receptive_field_misalignment"] == [0, 0]
    assert pool5["receptive_field_note"] is None
    assert pool5["path_lengths"] == [5, 5]
    assert (fc6["receptive_field"], fc6["stride"]) == (None, None)
    assert fc6["receptive_field_note"] == "global"
    assert fc6["input_seen"] == 1


def test_the_signal_is_in_json_where_it_is_asked_for() -> None:
    assert "signal" not in layers("zoo:lenet-5-rgb")["conv1"]
    for asked in (["--view", "signal"], ["--columns", "layer,backward_signal"]):
        signal = layers("zoo:mlp-init-study@he", *asked)["dense2"]["signal"]
        assert signal == {
            "forward_gain": 2,
            "forward_signal": 2,
            "backward_gain": 1,
            "backward_signal": 0.078125,
        }


def test_gains_of_a_layer_and_its_modifiers_multiply() -> None:
    found = {row["layer"]: row for row in rows("zoo:mlp-init-study@he", "--view", "signal")}
    assert float(found["dense2"]["forward_gain"]) == pytest.approx(1)
    assert float(found["dense2"]["backward_gain"]) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("scheme", "verdict"),
    [("zeros", "dead"), ("normal", "vanishes"), ("xavier", "holds"), ("he", "holds")],
)
def test_the_verdict_stands_below_the_table(scheme: str, verdict: str) -> None:
    text = run("report", f"zoo:mlp-init-study@{scheme}", "--view", "signal").stdout
    (line,) = [line for line in text.splitlines() if line.startswith("Signal ")]
    assert f": {verdict}" in line


def test_a_caffe_network_without_init_is_not_called_dead() -> None:
    text = run("report", "zoo:squeezenet-1.0-caffe", "--view", "signal").stdout
    assert ": unknown" in text
    assert "layers without `init` are unknown" in text


def test_why_a_field_is_undefined_stands_below_the_table() -> None:
    net = """
cnnaudit: 1
input: 9x9x3
layers:
  - branches: {a: [{conv: 4, kernel: 1, stride: 2}], b: [{conv: 4, kernel: 5}]}
    merge: concat
"""
    result = run("report", "-", "--view", "receptive-field", stdin=net)
    assert "undefined" in result.stdout
    assert "Undefined    from concat1 on: branches of strides 2 and 1 meet" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--view", "sgnal"], "did you mean 'signal'?"),
        (["--view", "cost", "--columns", "params"], "both choose the columns"),
        (["--columns", "recptive_field"], "did you mean 'receptive_field'?"),
    ],
)
def test_what_cannot_be_shown_is_said(arguments: list[str], message: str) -> None:
    result = run("report", "zoo:lenet-5-rgb", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
