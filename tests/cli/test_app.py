"""The program before any command: the overview, its options, and what a shell completes."""

import os
import subprocess
import sys

import pytest

from cnnaudit import __version__
from cnnaudit.cli.app import COMMANDS
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
