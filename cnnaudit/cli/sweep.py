"""``cnnaudit sweep FILE --vary …``."""

from pathlib import Path
from typing import Annotated

import typer

from cnnaudit.cli.errors import command
from cnnaudit.cli.interrupts import stoppable
from cnnaudit.cli.options import Color, Inputs, Outputs, Quiet, Variables, Width, format_option
from cnnaudit.cli.outputs import OutputStyle, parse_outputs
from cnnaudit.cli.progress import Progress
from cnnaudit.cli.sweep_output import write_rows
from cnnaudit.errors import ExitCode, UsageError
from cnnaudit.loading import Overrides
from cnnaudit.render.sweep.formats import FORMATS
from cnnaudit.sweeping import shards
from cnnaudit.sweeping.header import SelectionOptions, read_shard
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.run import prepare_sweep, stream_variants


@command
def run(
    files: Annotated[
        list[str], typer.Argument(help="The network; with --merge, the parts of a sweep.")
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="NAME=VALUES",
            help="Vary a variable, input, classes or batch:"
            " width=1/20..1:1/20, batch=1,8; repeatedly.",
        ),
    ] = None,
    where: Annotated[
        str,
        typer.Option(
            "--where", metavar="BOUNDS", help='Keep what satisfies this: "params<5M and macs<=1G".'
        ),
    ] = "",
    pareto: Annotated[
        str,
        typer.Option(
            "--pareto",
            metavar="TOTALS",
            help="Keep the front: less is better, more with +: macs,+width.",
        ),
    ] = "",
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="TOTAL",
            help="Order the variants: params, or -params for the largest first.",
        ),
    ] = "",
    top: Annotated[
        int | None, typer.Option("--top", metavar="N", help="Write only the first N.")
    ] = None,
    shard: Annotated[
        str,
        typer.Option(
            "--shard", metavar="PART/PARTS", help="Work out only this part of the grid: 1/4 to 4/4."
        ),
    ] = "",
    merge: Annotated[
        bool, typer.Option("--merge", help="Join the files that --shard wrote.")
    ] = False,
    format: Annotated[str, format_option(tuple(FORMATS))] = "table",
    output: Outputs = None,
    input: Inputs = None,
    set: Variables = None,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Work out every variant of a network over a grid of variables and sizes."""
    outputs = parse_outputs(format, output, FORMATS, quiet)
    style = OutputStyle(color, width)
    options = SelectionOptions(where, pareto, sort, top)
    if merge:
        if vary or shard or input or set or options != SelectionOptions():
            raise UsageError("--merge takes the parts alone: they say what they are parts of")
        header, outcome, blocks = shards.join_shards(
            [shards.read_shard_file(path) for path in map(Path, files)]
        )
        return write_rows(header, blocks, outcome, outputs, style)
    if len(files) != 1:
        raise UsageError("sweep takes one network; several files are parts for --merge")
    overrides = Overrides(input or (), set or ())
    part = read_shard(shard) if shard else None
    job = prepare_sweep(files[0], vary or (), options, overrides, part)
    outcome = SweepOutcome()
    with stoppable() as is_interrupted:
        progress = Progress("variants", len(job.header.variant_range))

        def show_progress() -> bool:
            progress.show(outcome.measured)
            return is_interrupted()

        rows = stream_variants(job, outcome, show_progress)
        return write_rows(job.header, rows, outcome, outputs, style, progress)
