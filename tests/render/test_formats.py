"""Tables of formats: each entry is a renderer, and a further format is one line and one file."""

import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

from cnnaudit.calculator import audit
from cnnaudit.errors import UsageError
from cnnaudit.lazy import load_function
from cnnaudit.loading import load
from cnnaudit.render.formats import Display, check_format, load_renderer
from cnnaudit.render.report.formats import FORMATS, Report, ReportOptions
from tests.support import ROOT, run

TABLES = sorted((ROOT / "cnnaudit/render").glob("*/formats.py"))


def entries() -> Iterator[tuple[str, str, str, str]]:
    """Command, name of the table, name of the format, and what it refers to."""
    for path in TABLES:
        command = path.parent.name
        module = import_module(f"cnnaudit.render.{command}.formats")
        for name, table in vars(module).items():
            if name.endswith("FORMATS"):
                for format, reference in table.items():
                    yield command, name, format, reference


def test_every_command_has_a_table() -> None:
    commands = {"report", "diff", "explain", "adapt", "sweep", "rules", "zoo"}
    assert commands <= {path.parent.name for path in TABLES}


@pytest.mark.parametrize(("command", "table", "format", "reference"), list(entries()))
def test_every_format_is_a_renderer(command: str, table: str, format: str, reference: str) -> None:
    assert re.fullmatch(r"(\w+_)?to_\w+:\w+", reference), f"{command}: {table}: {format}"
    assert callable(load_renderer(command, reference))


def test_an_unknown_format() -> None:
    check_format("json", FORMATS)
    with pytest.raises(UsageError, match=r"no format 'jsn' \(did you mean 'json'\?\)"):
        check_format("jsn", FORMATS)
    with pytest.raises(UsageError, match=r"\(there are table, json, csv, markdown, latex\)"):
        check_format("qqqqq", FORMATS)


def test_a_function_by_its_reference() -> None:
    assert load_function("json:dumps") is json.dumps
    assert load_function("json.decoder:JSONDecoder") is json.JSONDecoder


def names(report: Report, options: ReportOptions) -> str:
    """A toy format: the networks with the options that reach a renderer."""
    lines = [audit.graph.name for audit in report.audits]
    return "\n".join((*lines, f"width {options.width}", f"columns {options.columns}")) + "\n"


@pytest.fixture
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The format ``toy`` in a module of its own, and its line in the table."""
    module = ModuleType("cnnaudit.render.report.to_toy")
    module.__dict__["render"] = names
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, "toy", "to_toy:render")


@pytest.mark.usefixtures("_toy")
def test_a_further_format_is_one_line() -> None:
    arguments = ("report", "zoo:alexnet", "--width", "40", "--columns", "layer", "-f", "toy")
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (0, "AlexNet\nwidth 40\ncolumns layer\n")


@pytest.mark.usefixtures("_toy")
def test_a_further_format_is_known_to_every_option() -> None:
    assert run("report", "zoo:alexnet", "-q", "-o", "toy").stdout.startswith("AlexNet\n")
    assert "did you mean 'toy'" in run("report", "zoo:alexnet", "-f", "toi").stderr


def test_a_renderer_needs_no_command_line() -> None:
    text = load_renderer("report", FORMATS["markdown"])(
        Report([audit(load("zoo:lenet-5-rgb"))]), ReportOptions(columns="layer,params")
    )
    assert "| conv1 |" in text
    assert Display() == (None, False)
