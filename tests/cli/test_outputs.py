"""``-o``: formats by name or by suffix, files and standard output."""

import json
import os
from pathlib import Path

import pytest

from cnnaudit.cli.outputs import Output, parse_outputs
from cnnaudit.errors import UsageError
from tests.cli.test_report import NET
from tests.support import run

FORMATS = ("table", "json", "csv", "markdown", "sarif", "plot")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a network."""
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(NET)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "format", "path"),
    [
        ("json", "json", None),
        ("-", "markdown", None),
        ("json:-", "json", None),
        ("a.json", "json", "a.json"),
        ("dir/A.MD", "markdown", "dir/A.MD"),
        ("a.sarif.json", "sarif", "a.sarif.json"),
        ("a.txt", "table", "a.txt"),
        ("csv:a.txt", "csv", "a.txt"),
        ("csv:a.json", "csv", "a.json"),
        ("plot:a", "plot", "a"),
        ("./b:c.csv", "csv", "./b:c.csv"),
        ("C:/x.csv", "csv", "C:/x.csv"),
    ],
)
def test_an_output(text: str, format: str, path: str | None) -> None:
    expected = Output(format, Path(path) if path else None)
    assert parse_outputs("markdown", [text], FORMATS, quiet=True) == [expected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x.py", "-o x.py: no format has the suffix '.py': there are table (.txt), json (.json)"),
        ("x.py", "plot; `-o table:x.py` takes any name"),
        ("out/x", "-o out/x: neither a format nor a path with a suffix: there are table (.txt)"),
        ("jsn", "there is no format 'jsn' (did you mean 'json'?)"),
        ("jsn:x.json", "there is no format 'jsn' (did you mean 'json'?)"),
        ("csv:", "the path is missing after the colon"),
        ("", "neither a format nor a path"),
    ],
)
def test_no_output(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_outputs("table", [text], FORMATS, quiet=False)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("command", "path", "start"),
    [
        (("report", "net.yaml"), "a.csv", "network,layer"),
        (("report", "net.yaml"), "a.md", "## "),
        (("diff", "net.yaml", "net.yaml"), "a.json", "{"),
        (("diff", "net.yaml", "net.yaml", "--waterfall"), "a.md", "## "),
        (("check", "net.yaml"), "a.sarif", "{"),
        (("check", "net.yaml"), "a.xml", "<?xml"),
        (("explain", "net.yaml"), "a.md", "## "),
        (("explain", "conv"), "a.md", "## "),
        (("sweep", "net.yaml", "--vary", "batch=1,2"), "a.csv", "variant,"),
        (("sweep", "net.yaml", "--vary", "batch=1,2"), "a.npz", "PK"),
        (("adapt", "net.yaml", "--classes", "3"), "b.yml", "cnnaudit: 1"),
        (("adapt", "net.yaml", "--classes", "3"), "a.md", "## "),
        (("convert", "net.yaml"), "b.yml", "cnnaudit: 1"),
        (("rules",), "a.md", "| Code |"),
        (("zoo",), "a.json", "{"),
        (("zoo", "lenet-5"), "a.yaml", "# "),
        (("schema",), "a.json", "{"),
    ],
)
def test_every_command_writes_by_the_suffix(
    command: tuple[str, ...], path: str, start: str
) -> None:
    result = run(*command, "-o", path)
    assert result.exit_code in (0, 1), result.stderr
    assert Path(path).read_bytes()[: len(start)].decode() == start


@pytest.mark.parametrize(
    "command",
    [
        ("report", "net.yaml"),
        ("convert", "net.yaml"),
        ("zoo", "lenet-5"),
        ("sweep", "net.yaml", "--vary", "batch=1"),
        ("adapt", "net.yaml", "--classes", "3"),
    ],
)
def test_a_suffix_of_no_format_writes_nothing(command: tuple[str, ...], folder: Path) -> None:
    result = run(*command, "-o", "x.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no format has the suffix '.toml': there are " in result.stderr
    assert not (folder / "x.toml").exists()


def test_convert_with_a_format_takes_any_name() -> None:
    assert run("convert", "net.yaml", "-f", "yaml", "-o", "x.toml").exit_code == 0
    assert Path("x.toml").read_text().startswith("cnnaudit: 1")


def test_a_device_takes_the_format_of_the_command() -> None:
    assert run("report", "net.yaml", "-f", "json", "-q", "-o", os.devnull).exit_code == 0
    assert parse_outputs("json", [os.devnull], FORMATS, quiet=True)[0].format == "json"


def test_a_dash_is_standard_output() -> None:
    assert json.loads(run("report", "net.yaml", "-f", "json", "-o", "-").stdout)["networks"]
    assert run("convert", "net.yaml", "-o", "-").stdout.startswith("cnnaudit: 1")
