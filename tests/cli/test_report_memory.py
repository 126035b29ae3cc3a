"""``report --batch, --dtype, --in-place, --optimizer, --fits``: what they show, and refuse."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.importers.models import chain, entry, layer
from tests.support import run

KEYS = ("weight_bytes", "activation_bytes", "saved_bytes", "live_bytes")
COLUMNS = ",".join(("layer", *KEYS))


def network(*arguments: str) -> dict[str, Any]:
    result = run("report", *arguments, "-f", "json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)["networks"][0]
    return found


def lines(*arguments: str) -> list[str]:
    result = run("report", *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


def test_json_has_memory_in_its_totals() -> None:
    found = network("zoo:resnet-50@v1.5")
    totals, memory = found["totals"], found["memory"]
    assert totals["weight_bytes"] == 102_228_128
    assert totals["peak_activation_bytes"] == memory["peak"]["bytes"]
    assert totals["training_activation_bytes"] == 86_121_984 + 4000  # the softmax's output
    assert totals["training_bytes"] == memory["training"]["total_bytes"]
    assert (memory["batch"], memory["dtype"], memory["in_place"]) == (1, "fp32", False)
    assert memory["training"]["optimizer_assumed"] is True
    assert (
        sum(layer["saved_bytes"] for layer in found["layers"]) + 4 * 224 * 224 * 3
        == (totals["training_activation_bytes"])
    )


def test_options_change_the_bytes_and_are_named() -> None:
    found = network("zoo:resnet-50", "--batch", "2", "--dtype", "bf16", "--in-place")
    assert found["totals"]["peak_activation_bytes"] == 7_225_344
    assert found["totals"]["weight_bytes"] == 2 * found["totals"]["params"]
    assert found["totals"]["activation_bytes"] == 4 * found["totals"]["activation_size"]
    memory = found["memory"]
    assert (memory["batch"], memory["dtype"], memory["in_place"]) == (2, "bf16", True)


def test_what_does_not_train_is_null() -> None:
    found = network("zoo:lenet-5-rgb", "--dtype", "int8")
    assert found["totals"]["training_bytes"] is None
    assert found["totals"]["training_activation_bytes"] is None
    assert found["memory"]["training"] is None


def test_fits_in_json() -> None:
    fits = network("zoo:resnet-50", "--fits", "8GiB")["memory"]["fits"]
    assert fits["budget_bytes"] == 8 << 30
    for found in (fits["training"], fits["inference"]):
        assert found["bytes"] == found["standing_bytes"] + found["batch"] * found["bytes_per_image"]
        assert found["bytes"] <= 8 << 30 < found["bytes"] + found["bytes_per_image"]


def test_auxiliary_totals_have_no_peak() -> None:
    found = network("zoo:googlenet")
    assert found["auxiliary_totals"]["weight_bytes"] == 4 * found["auxiliary_totals"]["params"]
    assert found["auxiliary_totals"]["peak_activation_bytes"] is None


def test_training_cost_in_json() -> None:
    found = network("zoo:simple-cnn-cifar10")["training"]
    assert found["images"] == 50_000
    assert found["flops_per_epoch"] == 50_000 * found["flops_per_image"]
    assert found["batch_size"] is found["steps_per_epoch"] is found["flops"] is None


def test_a_plain_table_does_not_speak_of_memory() -> None:
    assert not [line for line in lines("zoo:lenet-5-rgb") if line.startswith(("Peak", "Training"))]


@pytest.mark.parametrize(
    "option",
    [
        ("--batch", "1"),
        ("--dtype", "fp32"),
        ("--in-place",),
        ("--optimizer", "sgd"),
        ("--fits", "1GiB"),
        ("--columns", "layer,live_bytes"),
    ],
)
def test_an_option_or_a_column_shows_memory(option: tuple[str, ...]) -> None:
    shown = lines("zoo:lenet-5-rgb", *option)
    assert [line for line in shown if line.startswith("Peak")]
    (at,) = [index for index, line in enumerate(shown) if line.startswith("Training")]
    bar = shown[at + 1].strip()
    assert len(bar) == 48
    assert set(bar) <= set("█▓▒░")


def test_the_file_says_how_it_is_trained() -> None:
    (epoch,) = [line for line in lines("zoo:simple-cnn-cifar10") if line.startswith("Epoch")]
    assert epoch.startswith("Epoch        11.6 TFLOPs (231,469,146 an image")


def test_a_column_adds_up_to_its_total() -> None:
    for name in ("zoo:resnet-18", "zoo:googlenet"):
        result = run("report", name, "--columns", COLUMNS, "-f", "csv", "--batch", "2")
        rows = list(csv.DictReader(StringIO(result.stdout)))
        found = network(name, "--batch", "2")
        totals = found["totals"]
        main = [row for row in rows if not row["layer"].startswith("aux")]
        assert sum(int(row["weight_bytes"]) for row in main) == totals["weight_bytes"]
        assert sum(int(row["activation_bytes"]) for row in main) == totals["activation_bytes"]
        assert (
            sum(int(row["saved_bytes"] or 0) for row in rows)
            == (totals["training_activation_bytes"])
        )
        assert max(int(row["live_bytes"] or 0) for row in rows) == totals["peak_activation_bytes"]


def test_heads_of_training_stand_in_brackets_where_they_do_not_count() -> None:
    shown = lines("zoo:googlenet", "--columns", COLUMNS)
    (head,) = [line.split() for line in shown if line.startswith("aux1 ")]
    assert head[1].startswith("(")  # weights, of which the totals are those of inference
    assert not head[-2].startswith("(")  # kept by training, where the head exists


def test_csv_has_the_columns_where_memory_is_asked_for() -> None:
    plain = run("report", "zoo:lenet-5-rgb", "-f", "csv").stdout.splitlines()[0]
    asked = run("report", "zoo:lenet-5-rgb", "-f", "csv", "--batch", "4").stdout.splitlines()[0]
    assert asked == ",".join((plain, *KEYS))


def test_repetitions_are_written_out_beside_columns_that_differ_between_them() -> None:
    assert any("×2" in line for line in lines("zoo:resnet-18", "--columns", "layer,weight_bytes"))
    assert not any(
        "×2" in line for line in lines("zoo:resnet-18", "--columns", "layer,saved_bytes")
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dtype", "fp23"), "did you mean 'fp32'"),
        (("--optimizer", "lion"), "sgd, momentum, adam"),
        (("--fits", "8"), "such as 8GiB"),
        (("--columns", "saved_byte"), "saved_bytes"),
    ],
)
def test_what_does_not_exist(arguments: tuple[str, ...], message: str) -> None:
    result = run("report", "zoo:lenet-5-rgb", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_no_images_are_no_batch() -> None:
    assert run("report", "zoo:lenet-5-rgb", "--batch", "0").exit_code == 2


def test_markdown_says_it_too() -> None:
    result = run("report", "zoo:lenet-5-rgb", "-f", "markdown", "--fits", "1GiB")
    assert "\n- Training " in result.stdout
    assert "\n- Fits runs with up to " in result.stdout


def test_what_nobody_knows_makes_bytes_lower_bounds(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    dense = layer("Dense", "first", units=3, activation="relu", use_bias=True)
    path.write_text(json.dumps(chain(entry(4), dense, layer("Lambda", "odd"))))
    shown = lines(str(path), "--fits", "1GiB")
    for word in ("Weights", "Activations", "Peak", "Training"):
        (line,) = [line for line in shown if line.startswith(word)]
        assert "≥" in line
    assert "  at best: what unknown layers take is not counted" in shown
    first, odd = network(str(path))["layers"][-2:]
    assert first["saved_bytes"] == 4 * 3
    assert odd["saved_bytes"] is odd["live_bytes"] is None
