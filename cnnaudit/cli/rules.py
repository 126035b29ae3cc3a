"""``cnnaudit rules``."""

from typing import Annotated

from cnnaudit.cli.errors import command
from cnnaudit.cli.options import Color, Outputs, Quiet, Width, format_option
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, render_outputs
from cnnaudit.errors import ExitCode
from cnnaudit.render.formats import Display
from cnnaudit.render.rules.formats import FORMATS
from cnnaudit.rules.catalogue import catalogue


@command
def run(
    format: Annotated[str, format_option(tuple(FORMATS))] = "table",
    output: Outputs = None,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """List the rules of `check`: code, name, level and what each finds."""
    outputs = parse_outputs(format, output, FORMATS, quiet)
    render_outputs(outputs, "rules", FORMATS, catalogue(), Display(), OutputStyle(color, width))
    return ExitCode.OK
