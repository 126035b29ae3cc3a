"""``cnnaudit schema``."""

from cnnaudit.cli import common
from cnnaudit.errors import ExitCode

FORMATS = ("json",)


@common.command
def run(output: common.Outputs = None) -> ExitCode:
    """Print the JSON Schema (draft-07) of the architecture file, for editors."""
    from cnnaudit.render import schema

    targets = common.targets("json", output, FORMATS, False)
    common.emit(targets, lambda _format, _display: schema.render(), "never", None)
    return ExitCode.OK
