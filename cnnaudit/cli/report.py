"""``cnnaudit report FILE…``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cnnaudit.calculator import Audit, audit, claims_hold
from cnnaudit.cli import memory_options
from cnnaudit.cli.errors import command, print_error, read_each
from cnnaudit.cli.on_demand import on_demand
from cnnaudit.cli.options import Color, Inputs, Outputs, Quiet, Variables, Width, format_option
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, render_outputs
from cnnaudit.errors import ExitCode
from cnnaudit.loading import Overrides, load_network
from cnnaudit.loading import expand as files_of
from cnnaudit.parsing.loader import split_variant
from cnnaudit.render.report.column_names import MEMORY_KEYS, columns_of, needs
from cnnaudit.render.report.formats import FORMATS, WITH_CHECK_LINE, Report, ReportOptions

if TYPE_CHECKING:  # loaded with --count only
    from cnnaudit.counting.count import Count

#: Nodes of a report up to which all rules run for its last line: beyond, they take longer than it.
MAX_CHECKED_NODES = 5_000


@command
def run(
    files: Annotated[
        list[str],
        typer.Argument(help="Files, folders, -, REV:path, file.yaml@variant or zoo:NAME."),
    ],
    format: Annotated[str, format_option(tuple(FORMATS))] = "table",
    output: Outputs = None,
    input: Inputs = None,
    set: Variables = None,
    columns: Annotated[
        str,
        typer.Option(
            "--columns",
            metavar="KEYS",
            help="Which columns, such as layer,output,params; `explain views` lists them.",
        ),
    ] = "",
    view: Annotated[
        str,
        typer.Option(
            "--view",
            metavar="VIEW",
            help="The columns for a question: shapes, cost, memory, receptive-field or signal.",
        ),
    ] = "",
    expand: Annotated[
        bool, typer.Option("--expand", help="A row for every modifier and every repetition.")
    ] = False,
    count: Annotated[
        str,
        typer.Option(
            "--count",
            metavar="PRESETS",
            help="What other tools count: fvcore, thop … or all; `explain counting`.",
        ),
    ] = "",
    batch: memory_options.Batch = None,
    dtype: memory_options.Dtype = None,
    in_place: memory_options.InPlace = False,
    optimizer: memory_options.Optimizer = None,
    fits: memory_options.Fits = None,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Print what each layer of a network costs, and what it comes to."""
    outputs = parse_outputs(format, output, FORMATS, quiet)
    columns = columns_of(view, columns)
    memory = memory_options.MemoryOptions(batch, dtype, in_place, optimizer, fits)
    settings = None
    if memory.is_set or needs(MEMORY_KEYS, columns):
        settings = on_demand("memory_settings")(memory)
    names = files_of(files)
    if not names:
        print_error(f"no architecture files in {', '.join(files)}")
        return ExitCode.NOTHING_FOUND
    overrides = Overrides(input or (), set or ())
    audits, failed = read_each(names, lambda name: _audit(name, overrides))
    if input:
        on_demand("input_notes")(input, [audit.graph for audit in audits])
    result = Report(audits, _counts(audits, count) if count else ())
    if any(output.format in WITH_CHECK_LINE for output in outputs) and not _is_changed(overrides):
        result = result._replace(check_line=_check_line(audits, files, names))
    options = ReportOptions(columns=columns, expand=expand, narrows=bool(view), memory=settings)
    if audits or not failed:
        render_outputs(outputs, "report", FORMATS, result, options, OutputStyle(color, width))
    return ExitCode.INPUT_ERROR if failed else ExitCode.OK


def _check_line(audits: Sequence[Audit], files: Sequence[str], names: Sequence[str]) -> str:
    """The line about what ``check`` finds; for large networks only that it was not run."""
    if sum(len(audited.graph.nodes) for audited in audits) > MAX_CHECKED_NODES:
        command = on_demand("check_command")(files)
        return f"Not checked, with more than {MAX_CHECKED_NODES:,} nodes: `{command}`"
    line: str = on_demand("check_line")(files, names)
    return line


def _is_changed(overrides: Overrides) -> bool:
    """Whether the networks are others than those of the files."""
    return bool(overrides.inputs or overrides.variables)


def _audit(name: str, overrides: Overrides) -> Audit:
    """The audit of one network; raises ``AuditError`` if a claim under ``expect`` does not hold."""
    graph, architecture = load_network(name, overrides)
    audited = audit(graph)
    is_changed = _is_changed(overrides) or split_variant(name)[1] is not None
    if architecture is not None and not is_changed and not claims_hold(audited):
        error = on_demand("unmet_claims")(audited, architecture)
        if error is not None:
            raise error
    return audited


def _counts(audits: Sequence[Audit], presets: str) -> "list[list[Count]]":
    """The counts of ``--count`` for each network."""
    tables = on_demand("presets")(presets)
    return [on_demand("counts")(audit, tables) for audit in audits]
