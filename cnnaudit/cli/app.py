"""The program: loads only the command that is called."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any

import typer

from cnnaudit import __version__

#: Every command, named like the module with its ``run``, and its line in the overview.
COMMANDS = {
    "report": "The table of one network: shapes, parameters and work, layer by layer.",
    "diff": "Two networks side by side, with the cause of each difference.",
    "check": "Rules, claims, budgets and regressions over folders of architecture files.",
    "explain": "The reference by topic, a rule, or the formula of every number of a network.",
    "init": "A small architecture file with comments to start from.",
    "sweep": "Every variant over a grid of variables, input sizes and batch sizes.",
    "adapt": "A network for another input, other classes, other widths, as a file.",
    "convert": "A Keras model, or another network, as an architecture file.",
    "rules": "The rules of check: code, name, level and what each finds.",
    "zoo": "The networks that come with cnnaudit.",
    "schema": "The JSON Schema of the architecture file, for editors.",
}

#: An example of every command, the last lines of its help.
EXAMPLES = {
    "report": "cnnaudit report zoo:alexnet --view memory --batch 32 -o memory.csv",
    "diff": "cnnaudit diff zoo:vgg-a zoo:vgg-d --only-changed -o diff.md",
    "check": "cnnaudit check net.yaml --budget params=5M -o findings.sarif",
    "explain": "cnnaudit explain zoo:alexnet conv1",
    "init": "cnnaudit init my-net --from zoo:lenet-5",
    "sweep": "cnnaudit sweep zoo:alexnet --vary input=192,224,256 --sort macs -o grid.csv",
    "adapt": "cnnaudit adapt zoo:alexnet --input 128x128x3 --classes 10 -o adapted.yaml",
    "convert": "cnnaudit convert zoo:alexnet -o alexnet.yaml",
    "rules": "cnnaudit rules -o rules.md",
    "zoo": "cnnaudit zoo lenet-5 -o lenet.yaml",
    "schema": "cnnaudit schema -o cnnaudit.schema.json",
}

#: Settings of the overview and of each command.
_STYLE: Mapping[str, Any] = {
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    # Lines of help are as wide as the terminal, up to what is easy to read.
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100},
}


def _version(is_given: bool) -> None:
    if is_given:
        typer.echo(f"cnnaudit {__version__}")
        raise typer.Exit


def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Audit convolutional architectures from a text file, without a framework."""


def program(arguments: list[str]) -> tuple[typer.Typer, str, list[str]]:
    """The program for these arguments, its name, and its own arguments.

    A command that comes first is a program of its own, and no other command is loaded; anything
    else is the overview.
    """
    completing = "_CNNAUDIT_COMPLETE" in os.environ
    if not arguments or arguments[0] not in COMMANDS or completing:
        return _overview(arguments, completing), "cnnaudit", arguments
    name = arguments[0]
    app = typer.Typer(add_completion=False, **_STYLE)
    _add(app, name, f"cnnaudit {name}")
    return app, f"cnnaudit {name}", arguments[1:]


def _overview(arguments: list[str], completing: bool) -> typer.Typer:
    """All commands, of which only the one that is called or completed is loaded."""
    app = typer.Typer(name="cnnaudit", no_args_is_help=True, **_STYLE)
    app.callback()(_root)
    words = _completed_words() if completing else arguments
    command = next((word for word in words if not word.startswith("-")), None)
    for name, line in COMMANDS.items():
        if name == command:
            _add(app, name, name)
        else:
            app.command(name, short_help=line)(_unloaded)
    return app


def _completed_words() -> list[str]:
    """The words after the program's name that a shell completes, as Typer's scripts pass them."""
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    return line.split()[1:]


def _add(app: typer.Typer, name: str, shown: str) -> None:
    # After \b lines are not joined.
    epilog = f"\b\nExample:\n  {EXAMPLES[name]}"
    run = import_module(f"cnnaudit.cli.{name}").run
    app.command(shown, help=COMMANDS[name], epilog=epilog)(run)


def _unloaded() -> None:
    """Stands in for a command that is not called, of which the overview only needs the name."""


def main() -> None:
    """Run the program with the arguments of this process."""
    app, name, sys.argv[1:] = program(sys.argv[1:])
    # Arguments stay in ``sys.argv``: on Windows patterns are expanded only there.
    app(prog_name=name)
