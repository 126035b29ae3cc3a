"""``cnnaudit init [NAME]``."""

from pathlib import Path
from typing import Annotated

import typer

from cnnaudit.cli.errors import command
from cnnaudit.cli.outputs import print_text, write_file
from cnnaudit.errors import ExitCode, UsageError
from cnnaudit.reference.first_file import first_file
from cnnaudit.reference.zoo_copy import copy_of_zoo
from cnnaudit.sources.files import display_path, exists

_SUFFIXES = (".yaml", ".yml")


@command
def run(
    name: Annotated[
        str,
        typer.Argument(
            help="What the network is called; the file is NAME.yaml. A path is one too."
        ),
    ] = "",
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="zoo:NAME", help="A copy of this network of the zoo."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="PATH", help="Another file; - is standard output."),
    ] = None,
    stdout: Annotated[
        bool, typer.Option("--stdout", help="Print the file and write nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the file if there is one.")
    ] = False,
) -> ExitCode:
    """Write a small architecture file to start from, with comments, or a copy of a network."""
    if name.startswith("zoo:"):
        raise UsageError(f"'{name}' is a network of the zoo: write `--from {name}`")
    if not name.isprintable() or not (output or "").isprintable():
        raise UsageError("the name of a file holds a character that cannot be shown")
    zoo_name = source.removeprefix("zoo:") if source is not None else None
    path = Path(output) if output is not None else _path(name or zoo_name or "network")
    if zoo_name is not None:
        text = copy_of_zoo(zoo_name)
    else:
        text = first_file(_title(name) or _title(str(path)) or "network", display_path(path))
    if stdout or output == "-":
        print_text(text)
        return ExitCode.OK
    if exists(path) and not force:
        raise UsageError(f"{display_path(path)} exists: give another name, or --force")
    write_file(path, text)
    print_text(_next_steps(display_path(path)))
    return ExitCode.OK


def _path(name: str) -> Path:
    """The file of a network of that name."""
    return Path(name if name.endswith(_SUFFIXES) else f"{name}.yaml")


def _title(name: str) -> str:
    """The name of the network in the file: without folder and suffix."""
    last = Path(name).name
    return last[: last.rindex(".")] if last.endswith(_SUFFIXES) else last


def _next_steps(shown: str) -> str:
    word = f"'{shown}'" if " " in shown else shown
    return (
        f"{shown} is written. Next:\n"
        f"  cnnaudit report {word}\n"
        f"  cnnaudit check {word}\n"
        "`cnnaudit explain` lists what can stand in it.\n"
    )
