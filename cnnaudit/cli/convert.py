"""``cnnaudit convert FILE``."""

from typing import Annotated

import typer

from cnnaudit import exporters
from cnnaudit.cli.errors import command
from cnnaudit.cli.options import Inputs, Variables
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, write_outputs
from cnnaudit.errors import ExitCode
from cnnaudit.importers import IMPORTERS
from cnnaudit.loading import Overrides, load

_FORMATS = ", ".join(exporters.EXPORTERS)
_INPUTS = ", ".join(importer.label for importer in IMPORTERS)


@command
def run(
    file: Annotated[
        str,
        typer.Argument(
            help=f"{_INPUTS[0].upper()}{_INPUTS[1:]}, or anything else that `report` takes."
        ),
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "-f", "--format", metavar="FORMAT", help=f"What to write: {_FORMATS}; yaml without it."
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="[FORMAT:]PATH",
            help="Where to, repeatedly, in the format of the suffix; else standard output.",
        ),
    ] = None,
    input: Inputs = None,
    set: Variables = None,
) -> ExitCode:
    """Write a network as an architecture file that reports the same numbers."""
    suffixes = {name: exporter.suffixes for name, exporter in exporters.EXPORTERS.items()}
    targets = parse_outputs(
        format or "yaml",
        output,
        exporters.EXPORTERS,
        quiet=bool(output),
        suffixes=suffixes,
        # With -f a file may have any name.
        other_suffixes=format,
    )
    graph = load(file, Overrides(input or (), set or ()))
    formats = dict.fromkeys(target.format for target in targets)
    texts = {name: exporters.EXPORTERS[name].text(graph) for name in formats}
    write_outputs(targets, lambda name, _display: texts[name], OutputStyle())
    return ExitCode.OK
