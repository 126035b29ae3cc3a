"""``cnnaudit report FILE…``."""

from typing import Annotated

import typer

from cnnaudit.cli import common, memory_options
from cnnaudit.errors import ExitCode

FORMATS = ("table", "json", "csv", "markdown")


@common.command
def run(
    files: Annotated[
        list[str],
        typer.Argument(help="Files, folders, -, REV:path, file.yaml@variant or zoo:NAME."),
    ],
    format: common.Format = "table",
    output: common.Outputs = None,
    input: common.Inputs = None,
    set: common.Variables = None,
    columns: Annotated[
        str, typer.Option("--columns", help="Which columns, such as layer,output,params.")
    ] = "",
    expand: Annotated[
        bool, typer.Option("--expand", help="Open layers into nodes, and unfold repetitions.")
    ] = False,
    batch: memory_options.Batch = None,
    dtype: memory_options.Dtype = None,
    in_place: memory_options.InPlace = False,
    optimizer: memory_options.Optimizer = None,
    fits: memory_options.Fits = None,
    color: common.Color = "auto",
    width: common.Width = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """Print what each layer of a network costs, and what it comes to."""
    from cnnaudit.calculator import audit
    from cnnaudit.operands import Overrides, load
    from cnnaudit.operands import expand as files_of

    targets = common.targets(format, output, FORMATS, quiet)
    asked = memory_options.settings(batch, dtype, in_place, optimizer, fits, columns)
    names = files_of(files)
    if not names:
        typer.echo(f"cnnaudit: no architecture files in {', '.join(files)}", err=True)
        return ExitCode.NOTHING_FOUND
    overrides = Overrides(input or (), set or ())
    audits, failed = common.audited(names, lambda name: audit(load(name, overrides)))

    def render(format: str, display: common.Display) -> str:
        if format == "json":
            from cnnaudit.render import report_json

            return report_json.render(audits, *filter(None, (asked,)))
        from cnnaudit.render.columns import chosen

        memories, more = memory_options.analysed(audits, asked)
        wanted = chosen(columns, more) if columns else None
        if format == "csv":
            from cnnaudit.render import report_csv

            return report_csv.render(audits, wanted, expand=expand, more=more.values())
        if format == "markdown":
            from cnnaudit.render import report_markdown

            return report_markdown.render(audits, wanted, expand=expand, memories=memories)
        from cnnaudit.render import report_table

        return report_table.render(
            audits,
            wanted,
            expand=expand,
            width=display.width,
            color=display.color,
            memories=memories,
        )

    if audits or not failed:
        common.emit(targets, render, color, width)
    return ExitCode.INPUT_ERROR if failed else ExitCode.OK
