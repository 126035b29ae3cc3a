"""The program: finds the command that is called, and loads only that one."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated

import typer

from cnnaudit import __version__

#: Every command: the module that holds its ``run``, and the line that the overview shows.
COMMANDS = {
    "report": "The table of one network: shapes, parameters and work, layer by layer.",
    "diff": "Two networks side by side, with the cause of each difference.",
    "check": "Rules, claims, budgets and regressions over folders of architecture files.",
    "explain": "The formula of every number of a layer, or a network's story.",
    "sweep": "Every variant over a grid of variables, input sizes and batch sizes.",
    "adapt": "A network for another input, other classes, other widths, as a file.",
    "convert": "A Keras model, or another network, as an architecture file.",
    "rules": "The rules of check: code, name, level and what each finds.",
    "zoo": "The networks that come with cnnaudit.",
    "schema": "The JSON Schema of the architecture file, for editors.",
}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cnnaudit {__version__}")
        raise typer.Exit


def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Audit convolutional architectures from a text file, without a framework."""


def _overview_only() -> None:
    """Stands in for a command that is not called: the overview needs its name only."""


def build(arguments: list[str]) -> typer.Typer:
    """The program with the one command loaded that ``arguments`` call; completion loads all.

    Where a command comes first, nobody asks for the others.
    """
    app = typer.Typer(
        name="cnnaudit",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    called = next((word for word in arguments if not word.startswith("-")), None)
    completing = "_CNNAUDIT_COMPLETE" in os.environ
    first = arguments[0] if arguments and not completing else ""
    commands = {first: COMMANDS[first]} if first in COMMANDS else COMMANDS
    for name, help in commands.items():
        function: Callable[..., None] = _overview_only
        if completing or name == called:
            function = import_module(f"cnnaudit.cli.{name}").run
        app.command(name, help=help)(function)
    return app


def main() -> None:
    """Run the program with the arguments of this process."""
    build(sys.argv[1:])()
