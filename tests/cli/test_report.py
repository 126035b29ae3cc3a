"""``report``: operands, overrides, outputs and exit codes."""

import csv
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from cnnaudit.cli.outputs import OutputStyle, display
from tests.support import ROOT, run

ALEXNET = str(ROOT / "configs/alexnet/alexnet.yaml")
NET = "cnnaudit: 1\ninput: 8x8x3\nvars: {w: 4}\nlayers:\n  - {name: c, conv: w, kernel: 3}\n"

LAYER_KEYS = [
    "index", "name", "op", "group", "inputs", "attributes", "output_shape", "activation_size",
    "params", "trainable_params", "non_trainable_params", "buffers", "macs", "bias_adds",
    "elementwise_ops", "flops", "saved_bytes", "live_bytes", "receptive_field", "stride", "source",
]  # fmt: skip
TOTAL_KEYS = [
    "layers", "params", "trainable_params", "non_trainable_params", "buffers", "macs", "bias_adds",
    "elementwise_ops", "flops", "activation_size", "weight_bytes", "activation_bytes",
    "peak_activation_bytes", "training_activation_bytes", "training_bytes", "by_kind",
]  # fmt: skip


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)
    return "net.yaml"


def report(*arguments: str) -> dict[str, object]:
    """The first network of ``report … -f json``."""
    result = run("report", *arguments, "-f", "json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)["networks"][0]
    return found


def params(network: dict[str, object]) -> int:
    totals = network["totals"]
    assert isinstance(totals, dict)
    return int(totals["params"])


def test_json_has_the_documented_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = run("report", "configs/alexnet/alexnet.yaml", "-f", "json")
    document = json.loads(result.stdout)
    assert list(document)[:3] == ["schema_version", "tool", "command"]
    assert document["schema_version"] == 1
    network = document["networks"][0]
    assert network["path"] == "configs/alexnet/alexnet.yaml"
    assert network["status"] == "complete"
    assert network["input_shapes"] == [[227, 227, 3]]
    first = network["layers"][0]
    assert [key for key in first if key in LAYER_KEYS] == LAYER_KEYS
    assert set(TOTAL_KEYS) == set(network["totals"])
    expected = {
        "index": 1, "name": "conv1", "op": "conv", "group": "conv1", "inputs": ["input"],
        "attributes": {
            "filters": 96, "kernel": [11, 11], "stride": [4, 4], "padding": [[0, 0], [0, 0]],
            "dilation": [1, 1], "groups": 1, "bias": True,
        },
        "output_shape": [55, 55, 96], "activation_size": 290400, "params": 34944,
        "trainable_params": 34944, "non_trainable_params": 0, "buffers": 0, "macs": 105415200,
        "bias_adds": 290400, "elementwise_ops": 0, "flops": 211120800,
    }  # fmt: skip
    assert {key: first[key] for key in expected} == expected
    assert first["source"]["path"] == "configs/alexnet/alexnet.yaml"
    assert network["totals"]["by_kind"]["dense"] == {"params": 58631144, "macs": 58621952}


def test_padding_same_is_worked_out_for_the_input() -> None:
    network = report("zoo:alexnet-tflearn-code")
    layers = network["layers"]
    assert isinstance(layers, list)
    # ceil(480/4) = 120 windows of 11 with stride 4 reach 487: 3 rows before and 4 after.
    assert layers[0]["attributes"]["padding"] == [[3, 4], [4, 5]]


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (run("report", "zoo:vgg-d", "-f", "json").stdout for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], 4 * 27 + 4),
        (["--set", "w=6"], 6 * 27 + 6),
        (["--set", "w=3*2"], 6 * 27 + 6),
        (["--input", "8x8x5"], 4 * 45 + 4),
    ],
)
def test_overrides(net: str, arguments: list[str], expected: int) -> None:
    assert params(report(net, *arguments)) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "v=6"], "no such variable (it has w, classes)"),
        (["--set", "w"], "--set takes NAME=VALUE"),
        (["--input", "8xx3"], "--input:1:2: error"),
        (["--input", "other=8x8x3"], "there is no input 'other'"),
        (["-f", "jsn"], "did you mean 'json'?"),
        (["-o", "json:"], "the path is missing"),
        (["-o", "json:one", "-o", "csv:./one"], "another output goes to this file"),
        (["--columns", "parms"], "did you mean 'params'?"),
        (["--color", "red"], "--color takes auto, always or never"),
        (["-o", "json:no/such/folder/x.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(net: str, arguments: list[str], message: str) -> None:
    result = run("report", net, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_several_outputs_in_one_run(net: str, tmp_path: Path) -> None:
    result = run("report", net, "-o", "json:out.json", "-o", "csv:out.csv")
    assert result.exit_code == 0
    assert "Layer" in result.stdout
    assert json.loads((tmp_path / "out.json").read_text())["command"] == "report"
    rows = list(csv.DictReader(StringIO((tmp_path / "out.csv").read_text())))
    assert [row["params"] for row in rows] == ["0", "112"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.yaml", "out.csv", "out.json"]


def test_an_output_without_a_path_takes_the_place_of_the_table(net: str) -> None:
    assert run("report", net, "-o", "json").stdout.startswith("{")


def test_quiet_prints_nothing(net: str) -> None:
    result = run("report", net, "-q")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_file_that_was_there_survives_a_failed_run(net: str, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("before")
    (tmp_path / "net.yaml").write_text(NET.replace("conv", "cnov"))
    assert run("report", net, "-o", "json:out.json").exit_code == 2
    assert (tmp_path / "out.json").read_text() == "before"


def test_columns_are_chosen(net: str) -> None:
    text = run("report", net, "--columns", "layer,flops", "-f", "csv").stdout
    assert text.splitlines()[0] == "network,layer,flops"


def test_standard_input(net: str) -> None:
    result = run("report", "-", "-f", "json", stdin=NET)
    assert json.loads(result.stdout)["networks"][0]["path"] == "<stdin>"
    broken = run("report", "-", stdin="cnnaudit: 1\n")
    assert "<stdin>:1:1: error" in broken.stderr


def test_a_folder_stands_for_its_architectures(net: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/named-at-will.txt").write_text(NET)
    (tmp_path / "sub/other.yaml").write_text("key: value\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden/net.yaml").write_text(NET)
    result = run("report", ".", "-f", "json")
    paths = [network["path"] for network in json.loads(result.stdout)["networks"]]
    assert paths == ["net.yaml", "sub/named-at-will.txt"]


def test_a_folder_without_architectures(tmp_path: Path) -> None:
    result = run("report", str(tmp_path))
    assert result.exit_code == 3
    assert "no architecture files" in result.stderr


def test_a_broken_file_does_not_hide_a_good_one(net: str, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("cnnaudit: 1\n")
    result = run("report", "bad.yaml", net, "-f", "json")
    assert result.exit_code == 2
    assert "bad.yaml:1:1" in result.stderr
    assert [n["path"] for n in json.loads(result.stdout)["networks"]] == ["net.yaml"]


def test_variants(net: str, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET + "variants: {big: {w: 40}, v1.5: {w: 5}}\n")
    assert params(report("net.yaml@big")) == 40 * 28
    assert params(report("net.yaml@v1.5")) == 5 * 28
    result = run("report", "net.yaml@bgi")
    assert result.exit_code == 2
    assert "did you mean 'big'?" in result.stderr


def test_a_revision_of_git(net: str, tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    (tmp_path / "base.yaml").write_text(NET)
    (tmp_path / "net.yaml").write_text("cnnaudit: 1\nextends: base.yaml\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    (tmp_path / "base.yaml").write_text(NET.replace("w: 4", "w: 9"))
    assert params(report("HEAD:net.yaml")) == 4 * 28
    assert params(report("net.yaml")) == 9 * 28
    for operand, message in [
        ("HEAD:none.yaml", "not in git"),
        ("nowhere:net.yaml", "not in git"),
        ("HEAD:../net.yaml", "outside the repository"),
    ]:
        result = run("report", operand)
        assert result.exit_code == 2
        assert message in result.stderr


def test_a_zoo_name_that_is_not_there() -> None:
    result = run("report", "zoo:alexnt")
    assert result.exit_code == 2
    assert "did you mean 'alexnet'?" in result.stderr


def test_no_color_is_honoured(net: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr("os.get_terminal_size", lambda _fd: os.terminal_size((99, 40)))
    monkeypatch.setattr(Terminal, "fileno", lambda _self: 1)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert display(OutputStyle("auto")) == (99, True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert display(OutputStyle("auto")) == (99, False)
    assert display(OutputStyle("always", 50)) == (50, True)


def test_an_internal_error_is_not_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnaudit.cli.report.load_network", lambda *_: 1 / 0)
    result = run("report", "zoo:alexnet")
    assert result.exit_code == 101
    assert "internal error: ZeroDivisionError" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_encoding_without_the_signs_loses_only_the_signs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cnnaudit", "report", "zoo:lenet-5-rgb"],
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert b"32 ? 32 ? 3" in done.stdout


def test_a_reader_that_leaves_early_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "cnnaudit", "report", "configs", "-f", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
