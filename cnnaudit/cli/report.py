"""``cnnaudit report FILE…``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnaudit.cli import common, memory_options
from cnnaudit.errors import ExitCode

if TYPE_CHECKING:
    from cnnaudit.calculator import Audit
    from cnnaudit.counting.count import Count

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
    view: Annotated[
        str,
        typer.Option(
            "--view",
            metavar="VIEW",
            help="The columns for a question: shapes, cost, memory, receptive-field, signal.",
        ),
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
    from cnnaudit.loading import Overrides, load
    from cnnaudit.loading import expand as files_of
    from cnnaudit.render.keys import columns_of, wants_signal

    targets = common.targets(format, output, FORMATS, quiet)
    columns = columns_of(view, columns)
    asked = memory_options.settings(batch, dtype, in_place, optimizer, fits, columns)
    names = files_of(files)
    if not names:
        common.say(f"no architecture files in {', '.join(files)}")
        return ExitCode.NOTHING_FOUND
    overrides = Overrides(input or (), set or ())
    audits, failed = common.audited(names, lambda name: audit(load(name, overrides)))

    counted = _counted(audits, count)

    def table(chosen_ones: "list[Audit]", format: str, display: common.Display) -> str:
        from cnnaudit.render.columns import chosen
        from cnnaudit.render.views import Shown

        memories, more = memory_options.analysed(chosen_ones, asked)
        shown = Shown(chosen_ones, columns, memories)
        wanted = chosen(columns, {**more, **shown.columns}) if columns else None
        if format == "csv":
            from cnnaudit.render import report_csv

            return report_csv.render(chosen_ones, wanted, expand=expand, more=more.values())
        footers = shown.footers
        if format == "markdown":
            from cnnaudit.render import report_markdown

            return report_markdown.render(chosen_ones, wanted, expand=expand, footers=footers)
        from cnnaudit.render import report_table

        return report_table.render(
            chosen_ones,
            wanted,
            expand=expand,
            width=display.width,
            color=display.color,
            footers=footers,
            narrows=bool(view),
        )

    def render(format: str, display: common.Display) -> str:
        if format == "json":
            from cnnaudit.render import report_json

            given: dict[str, Any] = {"asked": asked} if asked else {}
            signal = wants_signal(columns)
            return report_json.render(audits, more=_keys(counted), signal=signal, **given)
        if not counted:
            return table(audits, format, display)
        if format == "csv":
            from cnnaudit.render import counts

            return counts.as_csv(audits, counted)
        pairs = zip(audits, counted, strict=True)
        return "\n".join(
            f"{table([audit], format, display)}\n{_section(found, format, display)}"
            for audit, found in pairs
        )

    if audits or not failed:
        common.emit(targets, render, color, width)
    return ExitCode.INPUT_ERROR if failed else ExitCode.OK


def _counted(audits: "list[Audit]", text: str) -> "list[list[Count]]":
    """What ``--count`` asks for, for each network; without it, nothing of counting is loaded."""
    if not text:
        return []
    from cnnaudit.counting.count import count, parse_presets

    presets = parse_presets(text)
    return [[count(audit, preset) for preset in presets] for audit in audits]


def _keys(counted: "list[list[Count]]") -> list[dict[str, Any]]:
    if not counted:
        return []
    from cnnaudit.render.counts import keys

    return keys(counted)


def _section(counts: "list[Count]", format: str, display: common.Display) -> str:
    if format == "markdown":
        from cnnaudit.render.counts import section

        return section(counts)
    from cnnaudit.render import counts_table

    return counts_table.section(counts, width=display.width, color=display.color)
