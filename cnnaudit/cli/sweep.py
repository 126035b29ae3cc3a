"""``cnnaudit sweep FILE --vary …``."""

from pathlib import Path
from typing import Annotated

import typer

from cnnaudit.cli import common
from cnnaudit.errors import ExitCode, UsageError

FORMATS = ("table", "csv", "json", "npz", "plot", "svg")


@common.command
def run(
    files: Annotated[
        list[str], typer.Argument(help="The network; with --merge, the parts of a sweep.")
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="NAME=VALUES",
            help="A variable, input, classes or batch: 1/20..1:1/20, or 1,8,32.",
        ),
    ] = None,
    where: Annotated[
        str, typer.Option("--where", help='Keep what satisfies this: "params<5M and macs<=1G".')
    ] = "",
    pareto: Annotated[
        str,
        typer.Option("--pareto", help="Keep the front: less is better, more with +: macs,+width."),
    ] = "",
    sort: Annotated[str, typer.Option("--sort", help="The order: params, or -params.")] = "",
    top: Annotated[int | None, typer.Option("--top", help="Only the first N.")] = None,
    shard: Annotated[
        str, typer.Option("--shard", metavar="PART/PARTS", help="Only this part of the grid.")
    ] = "",
    merge: Annotated[bool, typer.Option("--merge", help="Join the parts of a grid.")] = False,
    format: common.Format = "table",
    output: common.Outputs = None,
    input: common.Inputs = None,
    set: common.Variables = None,
    color: common.Color = "auto",
    width: common.Width = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """Work out every variant of a network over a grid of variables and sizes."""
    from cnnaudit.cli.progress import Progress, stoppable
    from cnnaudit.cli.sweep_output import Look, written
    from cnnaudit.loading import Overrides
    from cnnaudit.sweeping import shards
    from cnnaudit.sweeping.header import SelectionOptions
    from cnnaudit.sweeping.header import read_shard as part
    from cnnaudit.sweeping.outcome import SweepOutcome
    from cnnaudit.sweeping.run import prepare_sweep, stream_variants

    targets = common.targets(format, output, FORMATS, quiet)
    options = SelectionOptions(where, pareto, sort, top)
    if merge:
        if vary or shard or input or set or options != SelectionOptions():
            raise UsageError("--merge takes the parts alone: they say what they are parts of")
        whole, outcome, blocks = shards.join_shards(
            [shards.read_shard_file(path) for path in map(Path, files)]
        )
        return written(whole, blocks, outcome, targets, Look(color, width))
    if len(files) != 1:
        raise UsageError("sweep takes one network; several files are parts for --merge")
    overrides = Overrides(input or (), set or ())
    job = prepare_sweep(files[0], vary or (), options, overrides, part(shard) if shard else None)
    outcome = SweepOutcome()
    with stoppable() as stop:
        progress = Progress("variants", len(job.header.variant_range))

        def stopped() -> bool:
            progress.show(outcome.measured)
            return stop()

        found = stream_variants(job, outcome, stopped)
        return written(job.header, found, outcome, targets, Look(color, width), progress)
