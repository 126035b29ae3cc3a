"""``cnnaudit schema``."""

from cnnaudit.cli.errors import command
from cnnaudit.cli.options import Outputs
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, write_outputs
from cnnaudit.errors import ExitCode
from cnnaudit.render import schema

FORMATS = ("json",)


@command
def run(output: Outputs = None) -> ExitCode:
    """Print the JSON Schema (draft-07) of the architecture file, for editors."""
    outputs = parse_outputs("json", output, FORMATS, False)
    write_outputs(outputs, lambda _format, _display: schema.render(), OutputStyle())
    return ExitCode.OK
