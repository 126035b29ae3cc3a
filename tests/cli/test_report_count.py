"""``report --count``: the conventions of other tools in every format."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from cnnaudit.counting.count import PRESETS
from tests.support import chain, run
from tests.test_startup import loaded

RESNET = "zoo:resnet-50@v1.5"


def counts(*arguments: str) -> list[dict[str, object]]:
    result = run("report", RESNET, "-f", "json", *arguments)
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, object]] = json.loads(result.stdout)["networks"][0]["counts"]
    return found


def test_json_has_every_addend() -> None:
    (fvcore,) = counts("--count", "fvcore")
    assert fvcore["addends"] == [
        {
            "what": "multiply-accumulates",
            "count": 4_089_184_256,
            "each": 1,
            "total": 4_089_184_256,
        },
        {
            "what": "elements of batch norms",
            "count": 11_113_984,
            "each": 2,
            "total": 22_227_968,
        },
        {
            "what": "elements read by adaptive average pools",
            "count": 100_352,
            "each": 1,
            "total": 100_352,
        },
    ]
    assert (fvcore["preset"], fvcore["version"]) == ("fvcore", "0.1.5.post20221221")
    assert (fvcore["total"], fvcore["unit"]) == (4_111_512_576, "MACs")
    assert (fvcore["status"], fvcore["unknown"]) == ("complete", [])
    assert [a["total"] for a in fvcore["alternatives"]] == [4_111_412_224]  # type: ignore[attr-defined]


def test_all_stand_side_by_side_in_one_order() -> None:
    assert [count["preset"] for count in counts("--count", "all")] == list(PRESETS)


def test_several_are_given_in_their_order() -> None:
    names = [count["preset"] for count in counts("--count", "thop, paper")]
    assert names == ["thop", "paper"]


def test_without_it_nothing_is_counted() -> None:
    result = run("report", RESNET, "-f", "json")
    assert "counts" not in json.loads(result.stdout)["networks"][0]


def test_the_rest_of_the_report_stays_as_it_is() -> None:
    plain = json.loads(run("report", RESNET, "-f", "json").stdout)["networks"][0]
    network = json.loads(run("report", RESNET, "-f", "json", "--count", "all").stdout)
    (counted,) = network["networks"]
    del counted["counts"]
    assert counted == plain
    for format in ("table", "markdown"):
        before = run("report", RESNET, "-f", format).stdout
        assert run("report", RESNET, "-f", format, "--count", "thop").stdout.startswith(before)


def test_rows_of_the_csv_add_up() -> None:
    result = run("report", RESNET, "zoo:lenet-5-rgb", "-f", "csv", "--count", "all")
    rows = list(csv.DictReader(StringIO(result.stdout)))
    assert {row["network"] for row in rows} == {"ResNet-50", "LeNet-5 RGB"}
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        assert int(row["addend"]) == int(row["each"]) * int(row["count"])
        key = row["network"], row["preset"]
        sums[key] = sums.get(key, 0) + int(row["addend"])
    assert sums == {(row["network"], row["preset"]): int(row["total"]) for row in rows}


def test_a_tool_that_finds_nothing_to_count() -> None:
    """Darknet prints no BFLOPs for a dense layer."""
    text = chain("{dense: 3}", input="4")
    result = run("report", "-", "-f", "csv", "--count", "darknet", stdin=text)
    assert result.stdout.splitlines()[1].endswith("FLOPs,0,,,,")
    table = run("report", "-", "--count", "darknet", stdin=text)
    assert "0  FLOPs" in table.stdout


def test_every_network_gets_its_own() -> None:
    result = run("report", RESNET, "zoo:lenet-5-rgb", "--count", "fvcore", "--columns", "layer")
    assert result.stdout.count("Whose FLOPs?") == 2
    markdown = run("report", RESNET, "zoo:lenet-5-rgb", "--count", "fvcore", "-f", "markdown")
    assert markdown.stdout.index("## LeNet") > markdown.stdout.index("### Whose FLOPs?")


def test_what_is_unknown_is_said() -> None:
    text = chain("{adaptive_pool: 2}", "{conv: 3, kernel: 1}", input="5x5x3")
    table = run("report", "-", "--count", "keras", stdin=text)
    assert "≥ 84  FLOPs" in table.stdout
    assert "how it counts adaptive_pool is not known" in table.stdout
    result = run("report", "-", "--count", "keras", "-f", "json", stdin=text)
    (count,) = json.loads(result.stdout)["networks"][0]["counts"]
    assert (count["status"], count["unknown"]) == ("partial", ["adaptive_pool"])


def test_a_foreign_layer_makes_every_number_a_lower_bound(tmp_path: Path) -> None:
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 3], "name": "i"}},
        {"class_name": "Conv2D", "config": {"name": "c", "filters": 4, "kernel_size": [1, 1]}},
        {"class_name": "Wavelet", "module": "mine", "config": {"name": "w"}},
        {"class_name": "Activation", "config": {"name": "a", "activation": "softmax"}},
    ]
    model = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    path = tmp_path / "model.json"
    path.write_text(json.dumps({**model, "keras_version": "3.15.1", "backend": "jax"}))
    result = run("report", str(path), "--count", "all", "-f", "json")
    found = json.loads(result.stdout)["networks"][0]["counts"]
    assert [count["preset"] for count in found] == list(PRESETS)
    assert {count["status"] for count in found} == {"partial"}
    assert all("Wavelet" in count["unknown"] for count in found)


def test_what_the_file_does_not_tell_is_said() -> None:
    result = run("report", "zoo:densenet-121", "--count", "thop", "--columns", "layer")
    assert "thop: 2,897,007,104 if global average pools are function calls" in result.stdout


@pytest.mark.parametrize(("text", "hint"), [("thob", "did you mean 'thop'?"), ("x", "there are")])
def test_a_preset_that_does_not_exist(text: str, hint: str) -> None:
    result = run("report", RESNET, "--count", text)
    assert result.exit_code == 2
    assert f"there is no preset '{text}'" in result.stderr
    assert hint in result.stderr


@pytest.mark.parametrize("width", [20, 40, 60, 100])
def test_a_narrow_terminal_loses_no_number(width: int) -> None:
    result = run("report", RESNET, "--count", "all", "--columns", "layer", "--width", str(width))
    assert max(map(len, result.stdout.splitlines())) <= width
    if width >= 40:
        assert "4,144,854,528" in result.stdout


def test_counting_is_loaded_only_where_asked() -> None:
    plain = loaded("report", "zoo:alexnet", "-f", "json")
    assert not [name for name in plain if name.startswith("cnnaudit.counting")]
    for format in ("json", "csv", "markdown"):
        asked = loaded("report", "zoo:alexnet", "-f", format, "--count", "all")
        assert not [name for name in asked if name.partition(".")[0] in ("rich", "numpy")]
