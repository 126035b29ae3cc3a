"""``convert``: files that report the same numbers."""

import json
from pathlib import Path

import pytest

from cnnaudit.calculator import audit
from cnnaudit.exporters import architecture
from cnnaudit.graph.graph import Graph
from cnnaudit.loading import load
from cnnaudit.sources import zoo
from tests.importers.models import chain, entry, layer
from tests.support import ROOT, audit_text, run

VGG16 = str(ROOT / "tests/oracle/keras/VGG16.config.json")


def test_to_standard_output_and_to_a_file(tmp_path: Path) -> None:
    printed = run("convert", VGG16)
    written = run("convert", VGG16, "-o", str(tmp_path / "vgg.yaml"))
    assert (printed.exit_code, written.exit_code, written.stdout) == (0, 0, "")
    assert (tmp_path / "vgg.yaml").read_text(encoding="utf-8") == printed.stdout
    assert "  - {name: block1_conv1, conv: 64, kernel: 3, padding: same, activation: relu}\n" in (
        printed.stdout
    )
    result = run("diff", VGG16, str(tmp_path / "vgg.yaml"), "--exit-code")
    assert result.exit_code == 0, result.stdout


def test_what_is_unknown_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(chain(entry(4), layer("Lambda", "odd"))))
    result = run("convert", str(path), "-o", str(tmp_path / "odd.yaml"))
    assert result.exit_code == 2
    assert "'odd' (Lambda) cannot be written: a Lambda runs code" in result.stderr
    assert not (tmp_path / "odd.yaml").exists()


def test_names_that_the_format_has_no_room_for() -> None:
    names = ("a.b", "a_b", "in", "input", "true", "[x]", "mit Ü: {#}", "a\nb", "1")
    layers = [layer("Flatten", name) for name in names]
    result = audit(load_model(chain(entry(4), *layers)))
    text = architecture.render(result.graph)
    assert audit_text(text).totals == result.totals


def load_model(model: object) -> Graph:
    from cnnaudit.importers.keras.model import graph

    return graph(json.dumps(model).encode(), "model.json")


@pytest.mark.parametrize("name", sorted(zoo.files()))
def test_every_shipped_network_is_the_same_when_written_out(name: str) -> None:
    original = audit(load(f"zoo:{name}"))
    converted = audit_text(architecture.render(original.graph))
    assert converted.totals == original.totals
    assert converted.graph.training == original.graph.training
    assert [row[1:] for row in converted.rows] == [row[1:] for row in original.rows]
    heads = [[node.auxiliary for node in found.graph.nodes] for found in (converted, original)]
    assert heads[0] == heads[1]
