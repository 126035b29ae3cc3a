"""Inputs in another order of axes are named, and those that make sense are left alone."""

import json
from pathlib import Path

import pytest

from cnnaudit.graph.input_axes import FirstWindow, likely_order, other_orders
from tests.support import run

WINDOWS = """\
  - {conv: 4, kernel: 3x3, stride: 2, activation: relu}
  - {max_pool: [2, 2]}
  - flatten
  - {dense: 10}
"""
PADDED = """\
  - {conv: 8, kernel: 3, padding: same, activation: relu}
  - flatten
  - {dense: 10}
"""
#: What is written, and what should be.
WRONG_ORDERS = (
    ("3x224x224", "`input: 224x224x3`"),
    ("1x28x28", "`input: 28x28x1`"),
    ("[3, 32, 32]", "`input: 32x32x3`"),
    ("1x224x224x3", "`input: 224x224x3`"),
    ("1x28x28x1", "`input: 28x28x1`"),
    ("1x3x224x224", "`input: 224x224x3`"),
    ("28x28", "`input: 28x28x1` (grey) or `input: 28x28x3` (colour)"),
    ("224x224", "`input: 224x224x1` (grey) or `input: 224x224x3` (colour)"),
)
COMMANDS = (
    "report",
    "explain",
    "adapt --classes 3",
    "convert",
    "check --no-cache",
    "diff net.yaml",
)


def write_net(input: str, layers: str) -> None:
    Path("net.yaml").write_text(f"cnnaudit: 1\ninput: {input}\nlayers:\n{layers}", "utf-8")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("written", "instead"), [*WRONG_ORDERS, ("32x224x224x3", "`input: 224x224x3`")]
)
def test_the_error_is_that_of_the_input_alone(written: str, instead: str) -> None:
    write_net(written, WINDOWS)
    result = run("report", "net.yaml")
    assert result.exit_code == 2
    assert result.stderr.startswith("net.yaml:2:8: error[CA205]: the input ")
    assert result.stderr.endswith(f"  help: write {instead}\n")
    assert result.stderr.count("error[") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_so(command: str) -> None:
    write_net("3x224x224", WINDOWS)
    result = run(*command.split(), "net.yaml")
    assert "help: write `input: 224x224x3`" in result.stdout + result.stderr


def test_other_errors_stay() -> None:
    write_net("3x32x32", f"{WINDOWS}  - {{name: far, conv: 4, kernel: 3}}\n")
    result = run("report", "net.yaml")
    assert "help: write `input: 32x32x3`" in result.stderr
    write_net("32x32x3", f"{WINDOWS}  - {{name: far, conv: 4, kernel: 3}}\n")
    assert "the input" in run("report", "net.yaml").stderr


def test_an_error_that_no_order_explains_is_left_alone() -> None:
    write_net("28x28", "  - {lstm: 16, return_sequences: true}\n  - {conv: 4, kernel: 3x3}\n")
    assert "looks like" not in run("report", "net.yaml").stderr


def test_the_option_is_named_where_it_gives_the_order() -> None:
    write_net("224x224x3", WINDOWS)
    result = run("report", "net.yaml", "--input", "3x224x224")
    assert result.stderr.startswith("--input:1:1: error[CA205]")
    assert "help: write `--input 224x224x3`" in result.stderr


@pytest.mark.parametrize(("written", "instead"), WRONG_ORDERS)
def test_a_report_and_a_check_warn_where_the_network_can_be_built(
    written: str, instead: str
) -> None:
    write_net(written, PADDED)
    assert f"; write {instead}\n" in run("report", "net.yaml").stdout
    assert "- Warning the input" in run("report", "net.yaml", "-f", "markdown").stdout
    (network,) = json.loads(run("report", "net.yaml", "-f", "json").stdout)["networks"]
    (warning,) = network["warnings"]
    assert (warning["code"], warning["name"]) == ("CA217", "suspicious-axes")
    assert warning["help"] == f"write {instead}"
    found = run("check", "net.yaml", "--no-cache", "--select", "suspicious-axes").stdout
    assert f"help: write {instead}" in found


def test_a_report_without_a_warning_has_an_empty_list() -> None:
    write_net("224x224x3", PADDED)
    (network,) = json.loads(run("report", "net.yaml", "-f", "json").stdout)["networks"]
    assert network["warnings"] == []
    assert "Warning" not in run("report", "net.yaml").stdout


@pytest.mark.parametrize(
    ("shape", "kernel"),
    [
        ((224, 224, 3), (3, 3)),
        ((270, 480, 3), (3, 3)),
        ((7, 7, 512), (3, 3)),
        ((3, 3, 256), (3, 3)),
        ((1, 1, 2048), (1, 1)),
        ((1, 128, 22), (1, 5)),
        ((1, 128, 128), (1, 5)),
        ((28, 28), None),
        ((16000, 1), (80,)),
        ((128, 9), (3,)),
        ((100, 300), (3,)),
        ((16, 112, 112, 3), (3, 3, 3)),
        ((784,), None),
    ],
)
def test_an_order_that_makes_sense_is_silent(
    shape: tuple[int, ...], kernel: tuple[int, ...] | None
) -> None:
    assert likely_order(shape, FirstWindow(kernel) if kernel else None) is None


def test_the_likeliest_order_comes_first() -> None:
    orders = [order.shapes[0] for order in other_orders((1, 3, 224, 224))]
    assert orders[0] == (224, 224, 3)
    assert list(other_orders((224, 224, 3))) == []
