"""``cnnaudit convert FILE``."""

from pathlib import Path
from typing import Annotated

import typer

from cnnaudit.cli.errors import command
from cnnaudit.cli.options import Inputs, Variables
from cnnaudit.cli.outputs import Look, Output, write_outputs
from cnnaudit.errors import ExitCode


@command
def run(
    file: Annotated[
        str, typer.Argument(help="A Keras model, or anything else that `report` takes.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="Where to; else standard output."),
    ] = None,
    input: Inputs = None,
    set: Variables = None,
) -> ExitCode:
    """Write a network as an architecture file that reports the same numbers."""
    from cnnaudit.loading import Overrides, load
    from cnnaudit.render import architecture

    text = architecture.render(load(file, Overrides(input or (), set or ())))
    write_outputs([Output("yaml", output)], lambda _format, _display: text, Look())
    return ExitCode.OK
