"""``cnnaudit explain FILE [LAYER]``."""

from typing import Annotated

import typer

from cnnaudit.cli import common
from cnnaudit.errors import ExitCode

FORMATS = ("table", "json", "markdown")


@common.command
def run(
    file: Annotated[str, typer.Argument(help="A network: a file, REV:path, zoo:NAME …")],
    layer: Annotated[
        str | None, typer.Argument(help="A layer: its name, the end of it, or a pattern.")
    ] = None,
    format: common.Format = "table",
    output: common.Outputs = None,
    input: common.Inputs = None,
    set: common.Variables = None,
    color: common.Color = "auto",
    width: common.Width = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """Show how every number of a layer comes about, or tell a network's story."""
    from cnnaudit.calculator import audit
    from cnnaudit.operands import Overrides, load

    targets = common.targets(format, output, FORMATS, quiet)
    network = audit(load(file, Overrides(input or (), set or ())))
    if layer is None:
        from cnnaudit.explaining.story import story

        told = story(network)

        def render(format: str, display: common.Display) -> str:
            if format == "json":
                from cnnaudit.render import explain_json

                return explain_json.render_story(network, told)
            if format == "markdown":
                from cnnaudit.render import explain_markdown

                return explain_markdown.render_story(network, told)
            from cnnaudit.render import explain_table

            return explain_table.render_story(network, told, display.width)

        common.emit(targets, render, color, width)
        return ExitCode.OK
    from cnnaudit.explaining.find import find_layers
    from cnnaudit.explaining.layer import explain_layers

    found = explain_layers(network, find_layers(network.graph, layer))

    def render_layers(format: str, display: common.Display) -> str:
        if format == "json":
            from cnnaudit.render import explain_json

            return explain_json.render_layers(network, found)
        if format == "markdown":
            from cnnaudit.render import explain_markdown

            return explain_markdown.render_layers(found)
        from cnnaudit.render import explain_table

        return explain_table.render_layers(found, display.width, color=display.color)

    common.emit(targets, render_layers, color, width)
    return ExitCode.OK
