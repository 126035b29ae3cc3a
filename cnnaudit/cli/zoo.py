"""``cnnaudit zoo [NAME]``."""

from typing import Annotated

import typer

from cnnaudit.cli import common
from cnnaudit.errors import ExitCode

FORMATS = ("table", "json", "markdown", "yaml")


@common.command
def run(
    name: Annotated[
        str | None, typer.Argument(help="Show the file of this network; without it, list all.")
    ] = None,
    format: common.Format = "table",
    output: common.Outputs = None,
    color: common.Color = "auto",
    width: common.Width = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """List the networks that come with cnnaudit, or print the file of one of them."""
    from cnnaudit.sources import zoo

    if name is not None:
        opened = zoo.open_zoo(name.removeprefix("zoo:"))
        targets = common.targets("yaml", output, FORMATS, quiet)
        common.emit(targets, lambda _format, _display: opened.source.text, color, width)
        return ExitCode.OK
    from cnnaudit.calculator import audit
    from cnnaudit.loading import load
    from cnnaudit.render import zoo_list

    targets = common.targets(format, output, FORMATS[:3], quiet)
    audits = {shipped: audit(load(f"zoo:{shipped}")) for shipped in zoo.files()}

    def render(format: str, display: common.Display) -> str:
        if format == "json":
            return zoo_list.as_json(audits)
        if format == "markdown":
            return zoo_list.as_markdown(audits)
        from cnnaudit.render import zoo_table

        return zoo_table.render(audits, width=display.width, color=display.color)

    common.emit(targets, render, color, width)
    return ExitCode.OK
