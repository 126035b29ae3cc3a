"""The program before any command: the overview, its options, and what a shell completes."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cnnaudit import __version__
from cnnaudit.cli.app import COMMANDS, EXAMPLES
from cnnaudit.errors import ExitCode
from tests.support import ROOT, run


def completed(line: str) -> list[str]:
    """What bash would offer behind the line."""
    words = line.split(" ")
    asked = {
        "_CNNAUDIT_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "cnnaudit", *words[1:]],
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **asked},
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("cnnaudit ", list(COMMANDS)),
        ("cnnaudit re", ["report"]),
        ("cnnaudit report --dt", ["--dtype"]),
        ("cnnaudit report zoo:alexnet --exp", ["--expand"]),
    ],
)
def test_a_shell_completes_commands_and_their_options(line: str, offered: list[str]) -> None:
    assert completed(line) == offered


def test_the_overview_shows_every_command_with_its_line() -> None:
    shown = " ".join(run("--help").stdout.split())
    for name, line in COMMANDS.items():
        assert f"{name} {line}" in shown


def test_without_arguments_the_overview_is_what_is_wanted() -> None:
    assert run().output == run("--help").stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_shows_its_own_help(name: str) -> None:
    short, long = run(name, "-h"), run(name, "--help")
    assert short.exit_code == long.exit_code == ExitCode.OK
    assert short.stdout == long.stdout
    assert short.stdout.startswith(f"Usage: cnnaudit {name} [OPTIONS]")
    assert COMMANDS[name] in " ".join(short.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_ends_with_an_example_that_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = EXAMPLES[name]
    assert run(name, "--help").stdout.endswith(f"Example:\n    {example}\n")
    monkeypatch.chdir(tmp_path)
    run("init", "net")
    _, *arguments = shlex.split(example)
    result = run(*arguments)
    assert result.exit_code == ExitCode.OK, result.stderr
    if "-o" in arguments:
        assert Path(arguments[-1]).stat().st_size > 0


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_takes_in_a_sentence(name: str) -> None:
    text = run(name, "--help").stdout
    assert not re.findall(r"<(str|int|float|path|integer|text)\b", text, re.IGNORECASE)
    _, _, options = text.partition("Options:\n")
    entries = re.split(r"\n  (?=-)", options.partition("\n\n")[0])
    for entry in entries:
        assert re.search(r"  [`A-Z].*[a-z]|\n +[`A-Z]|  An? ", entry), entry


@pytest.mark.parametrize(("columns", "width"), [(60, 60), (100, 100), (200, 100)])
def test_help_is_as_wide_as_the_terminal(columns: int, width: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cnnaudit", "check", "--help"],
        capture_output=True,
        check=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "COLUMNS": str(columns)},
    )
    text, _, _ = done.stdout.partition("\n  Example:")
    longest = max(map(len, text.splitlines()))
    assert width - 12 <= longest <= width


def test_the_version() -> None:
    assert run("--version").stdout == f"cnnaudit {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reprot",), "No such command 'reprot'"),
        (("--nonsense",), "No such option: --nonsense"),
        (("report", "--nonsense"), "No such option: --nonsense"),
        (("report",), "Missing argument"),
    ],
)
def test_what_is_called_wrongly_is_said_with_the_usage(
    arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == ExitCode.INPUT_ERROR
    assert done.stdout == ""
    assert done.stderr.startswith("Usage: cnnaudit ")
    assert said in done.stderr
