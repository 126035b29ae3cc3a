"""``cnnaudit zoo [NAME]``."""

from typing import Annotated

import typer

from cnnaudit.cli.errors import command
from cnnaudit.cli.on_demand import on_demand
from cnnaudit.cli.options import Color, Outputs, Quiet, Width, format_option
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, render_outputs, write_outputs
from cnnaudit.errors import ExitCode
from cnnaudit.render.formats import Display
from cnnaudit.render.zoo.formats import FORMATS
from cnnaudit.sources import zoo


@command
def run(
    name: Annotated[
        str | None, typer.Argument(help="Show the file of this network; without it, list all.")
    ] = None,
    format: Annotated[str, format_option(tuple(FORMATS))] = "table",
    output: Outputs = None,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """List the networks that come with cnnaudit, or print the file of one of them."""
    style = OutputStyle(color, width)
    if name is not None:
        text = zoo.open_zoo(name.removeprefix("zoo:")).source.text
        # The one format of a file; the default of -f is that of the list.
        chosen = "yaml" if format == "table" else format
        outputs = parse_outputs(chosen, output, ("yaml",), quiet)
        write_outputs(outputs, lambda _format, _display: text, style)
        return ExitCode.OK
    outputs = parse_outputs(format, output, FORMATS, quiet)
    load, audit = on_demand("load"), on_demand("audit")
    audits = {shipped: audit(load(f"zoo:{shipped}")) for shipped in zoo.files()}
    render_outputs(outputs, "zoo", FORMATS, audits, Display(), style)
    return ExitCode.OK
