"""What a command loads: the start is most of what a short command costs."""

import json
import subprocess
import sys

import pytest

from tests.support import said

ALEXNET = "configs/alexnet/alexnet.yaml"

PROBE = """
import json, sys
sys.argv = ["cnnaudit", *{arguments!r}]
from cnnaudit.cli.app import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """The modules that the program has loaded when it is done."""
    modules: list[str] = json.loads(said(PROBE.format(arguments=list(arguments))))
    return set(modules)


def test_the_version_loads_next_to_nothing() -> None:
    modules = loaded("--version")
    assert not modules & {"yaml", "rich", "numpy", "fractions"}
    assert {m for m in modules if m.startswith("cnnaudit.")} <= {
        "cnnaudit.cli",
        "cnnaudit.cli.app",
        "cnnaudit.version",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "zoo:alexnet", "-f", "json"],
        ["report", "zoo:alexnet", "-f", "csv"],
        ["report", "zoo:alexnet", "-f", "markdown"],
        ["diff", "zoo:alexnet", "zoo:alexnet-adapted", "-f", "json"],
        ["rules", "-f", "json"],
        ["rules", "-f", "markdown"],
        ["diff", "zoo:alexnet", "zoo:alexnet-adapted", "--waterfall", "-f", "json"],
        ["explain", "zoo:alexnet", "-f", "json"],
        ["explain", "zoo:alexnet", "conv1", "-f", "markdown"],
        *(["check", ALEXNET, "-f", form] for form in ("json", "sarif", "github", "junit")),
        ["check", ALEXNET, "-f", "markdown"],
    ],
    ids=" ".join,
)
def test_machine_formats_load_neither_rich_nor_numpy(arguments: list[str]) -> None:
    modules = loaded(*arguments)
    assert not [m for m in modules if m.partition(".")[0] in ("rich", "numpy", "dataclasses")]


def test_a_table_loads_no_numpy() -> None:
    assert "numpy" not in loaded("report", "zoo:alexnet")


def test_a_sweep_loads_numpy_and_rich_only_for_its_table() -> None:
    modules = loaded("sweep", "zoo:alexnet", "--vary", "batch=1,2", "-f", "csv")
    assert "numpy" in modules
    assert "rich" not in modules


@pytest.mark.parametrize("arguments", [["--help"], ["report", "--help"], ["check", "--help"]])
def test_numpy_is_loaded_for_a_sweep_alone(arguments: list[str]) -> None:
    assert "numpy" not in loaded(*arguments)


def test_completion_loads_only_the_command_that_is_completed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("_CNNAUDIT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "cnnaudit report --dt")
    monkeypatch.setenv("COMP_CWORD", "2")
    modules = {m for m in loaded() if m.startswith("cnnaudit.cli.")}
    assert "cnnaudit.cli.report" in modules
    assert not modules & {f"cnnaudit.cli.{name}" for name in ("check", "sweep", "adapt")}


def test_a_command_loads_only_its_own_module() -> None:
    modules = loaded("report", "zoo:alexnet", "-f", "json")
    assert "cnnaudit.cli.report" in modules
    assert not modules & {"cnnaudit.cli.diff", "cnnaudit.cli.zoo", "cnnaudit.comparison.diff"}


@pytest.mark.parametrize(
    "arguments", [["report", ALEXNET, "-f", "json"], ["check", "configs/alexnet", "-f", "json"]]
)
def test_an_architecture_file_loads_no_importer(arguments: list[str]) -> None:
    modules = {m for m in loaded(*arguments) if m.startswith("cnnaudit.importers")}
    assert modules <= {"cnnaudit.importers"}


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["report", "zoo:alexnet", "-f", "csv"], ["receptive_field", "signal.signal"]),
        (["report", "zoo:alexnet", "-f", "json"], ["signal.signal"]),
        (
            ["report", "zoo:alexnet", "-f", "csv", "--view", "signal"],
            ["receptive_field", "memory.memory"],
        ),
    ],
)
def test_an_analysis_is_loaded_where_it_is_asked_for(
    arguments: list[str], absent: list[str]
) -> None:
    modules = loaded(*arguments)
    assert not modules & {f"cnnaudit.analysis.{name}" for name in absent}


@pytest.mark.parametrize(
    ("arguments", "libraries", "most"),
    [
        (["--version"], "typer", 8),
        (["report", "zoo:resnet-50", "-f", "json"], "typer, yaml", 105),
        (["report", "zoo:resnet-50", "-f", "csv"], "typer, yaml", 95),
        # A table ends with what `check` finds, by all its rules.
        (["report", "zoo:resnet-50"], "typer, yaml, rich.table, rich.console", 190),
        (["diff", "zoo:alexnet", "zoo:alexnet-adapted", "-f", "json"], "typer, yaml", 115),
        (["check", ALEXNET, "-f", "json"], "typer, yaml", 180),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_few_modules_come_on_top_of_the_libraries(
    arguments: list[str], libraries: str, most: int
) -> None:
    names = f"import {libraries}, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", names], capture_output=True, check=True)
    more = loaded(*arguments) - set(json.loads(done.stdout))
    assert len(more) <= most, sorted(more)
