"""Real models against what Keras itself says of them, layer by layer; and converted ones."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cnnaudit.calculator import Audit, Row, audit
from cnnaudit.comparison.diff import compare
from cnnaudit.exporters import architecture
from cnnaudit.loading import load
from tests.support import ROOT, audit_text

FOLDER = ROOT / "tests/oracle/keras"
NAMES = sorted(path.name.removesuffix(".golden.json") for path in FOLDER.glob("*.golden.json"))


@cache
def imported(name: str) -> Audit:
    return audit(load(str(FOLDER / f"{name}.config.json")))


@cache
def golden(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.golden.json").read_text(encoding="utf-8"))


def flat(layers: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every layer with its full name; what stands in a model before the model itself."""
    for layer in layers:
        name = prefix + layer["name"]
        yield from flat(layer.get("sublayers", ()), f"{name}.")
        yield name, layer


def rows_of(result: Audit, name: str, layer: Any) -> list[Row]:
    if "sublayers" in layer:
        return [row for row in result.rows if row.node.layer.startswith(f"{name}.")]
    return [row for row in result.rows if row.node.layer == name]


def test_there_are_goldens() -> None:
    assert len(NAMES) >= 9


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_agrees(name: str) -> None:
    result = imported(name)
    for full, layer in flat(golden(name)["layers"]):
        if layer["class"] == "InputLayer" and "." in full:
            continue  # inside a model it is what enters the model
        rows = rows_of(result, full, layer)
        assert rows, f"{full} is missing"
        assert list(rows[-1].node.output_shape) == layer["output_shape"], full
        for key in ("params", "trainable_params", "non_trainable_params"):
            assert sum(getattr(row, key) for row in rows) == layer[key], full
        assert sum(row.macs for row in rows) == layer["macs_conv_dense"], full


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_reads_what_keras_says(name: str) -> None:
    result = imported(name)
    nodes = result.graph.nodes
    for layer in golden(name)["layers"]:
        first = next((n for n in nodes if n.layer == layer["name"]), None)
        if first is not None:
            read = {nodes[index].layer.partition(".")[0] for index in first.inputs}
            inbound = {part.partition(".")[0] for part in layer["inbound"]}
            assert read == inbound, layer["name"]


@pytest.mark.parametrize("name", NAMES)
def test_the_totals_agree(name: str) -> None:
    expected, totals = golden(name), imported(name).totals
    assert imported(name).complete
    assert totals.params == expected["total_params"]
    assert totals.trainable_params == expected["trainable_params"]
    assert totals.non_trainable_params == expected["non_trainable_params"]
    assert totals.macs == expected["macs_conv_dense"]
    assert [list(node.output_shape) for node in imported(name).graph.inputs] == [
        expected["input_shape"]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_converted_model_is_the_same(name: str) -> None:
    original = imported(name)
    converted = audit_text(architecture.render(original.graph))
    assert converted.totals == original.totals
    assert [row[1:] for row in converted.rows] == [row[1:] for row in original.rows]
    assert {pair.status for pair in compare(original, converted).rows} <= {"same", "renamed"}


def test_the_files_are_found_by_what_they_hold(tmp_path: Path) -> None:
    from cnnaudit.loading import expand

    found = {Path(name).name for name in expand([str(FOLDER)])}
    assert found == {f"{name}.config.json" for name in NAMES}
    (tmp_path / "tokenizer.json").write_text('{"class_name": "Tokenizer", "config": {}}')
    (tmp_path / "other.zip").write_bytes(b"PK\x03\x04 nothing")
    assert expand([str(tmp_path)]) == []
