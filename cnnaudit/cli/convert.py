"""``cnnaudit convert FILE``."""

import re
from typing import Annotated

import typer

from cnnaudit import exporters
from cnnaudit.cli.errors import command
from cnnaudit.cli.on_demand import on_demand
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
        str,
        typer.Option("-f", "--format", help=f"What to write: {_FORMATS}."),
    ] = "yaml",
    output: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="[FORMAT:]PATH",
            help="Where to, repeatedly; else standard output.",
        ),
    ] = None,
    input: Inputs = None,
    set: Variables = None,
) -> ExitCode:
    """Write a network as an architecture file that reports the same numbers."""
    outputs = [_with_format(text, format) for text in output or ()]
    targets = parse_outputs(format, outputs, exporters.EXPORTERS, quiet=bool(outputs))
    graph = load(file, Overrides(input or (), set or ()))
    if input:
        on_demand("input_notes")(input, [graph])
    formats = dict.fromkeys(target.format for target in targets)
    texts = {name: exporters.EXPORTERS[name].text(graph) for name in formats}
    write_outputs(targets, lambda name, _display: texts[name], OutputStyle())
    return ExitCode.OK


def _with_format(output: str, format: str) -> str:
    """An output as ``FORMAT:PATH``: a path alone is in the format of its suffix, else ``format``.

    A format's name alone means standard output. ``./a:b`` is a path.
    """
    if output in exporters.EXPORTERS or re.match(r"[a-z][a-z-]+:", output):
        return output
    return f"{exporters.format_of_path(output) or format}:{output}"
