"""``cnnaudit report FILE…``."""

from typing import TYPE_CHECKING, Annotated

import typer

from cnnaudit.cli import common
from cnnaudit.errors import ExitCode

if TYPE_CHECKING:
    from cnnaudit.calculator import Audit
    from cnnaudit.counting.preset import Preset

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
    count: Annotated[
        str,
        typer.Option(
            "--count", metavar="PRESET", help="What other tools print: fvcore, thop … or all."
        ),
    ] = "",
    color: common.Color = "auto",
    width: common.Width = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """Print what each layer of a network costs, and what it comes to."""
    from cnnaudit.calculator import audit
    from cnnaudit.operands import Overrides, load
    from cnnaudit.operands import expand as files_of

    targets = common.targets(format, output, FORMATS, quiet)
    presets = _presets(count)
    names = files_of(files)
    if not names:
        typer.echo(f"cnnaudit: no architecture files in {', '.join(files)}", err=True)
        return ExitCode.NOTHING_FOUND
    overrides = Overrides(input or (), set or ())
    audits, failed = common.audited(names, lambda name: audit(load(name, overrides)))

    def render(format: str, display: common.Display) -> str:
        if presets:
            return _counted(audits, presets, format, columns, expand, display)
        if format == "json":
            from cnnaudit.render import report_json

            return report_json.render(audits)
        from cnnaudit.render.columns import chosen

        wanted = chosen(columns) if columns else None
        if format == "csv":
            from cnnaudit.render import report_csv

            return report_csv.render(audits, wanted, expand=expand)
        if format == "markdown":
            from cnnaudit.render import report_markdown

            return report_markdown.render(audits, wanted, expand=expand)
        from cnnaudit.render import report_table

        return report_table.render(
            audits, wanted, expand=expand, width=display.width, color=display.color
        )

    if audits or not failed:
        common.emit(targets, render, color, width)
    return ExitCode.INPUT_ERROR if failed else ExitCode.OK


def _presets(text: str) -> "tuple[Preset, ...]":
    """What ``--count`` asks for; without it, nothing of counting is loaded."""
    if not text:
        return ()
    from cnnaudit.counting.count import chosen

    return chosen(text)


def _counted(
    audits: "list[Audit]",
    presets: "tuple[Preset, ...]",
    format: str,
    columns: str,
    expand: bool,
    display: common.Display,
) -> str:
    """The report with what other tools count; as CSV, only that."""
    from cnnaudit.counting.count import count
    from cnnaudit.render import counts
    from cnnaudit.render.columns import chosen

    found = [[count(audit, preset) for preset in presets] for audit in audits]
    wanted = chosen(columns) if columns else None
    if format == "json":
        return counts.as_json(audits, found)
    if format == "csv":
        return counts.as_csv(audits, found)
    if format == "markdown":
        return counts.as_markdown(audits, found, wanted, expand=expand)
    from cnnaudit.render import counts_table

    return counts_table.render(
        audits, found, wanted, expand=expand, width=display.width, color=display.color
    )
