"""``cnnaudit diff A B``."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cnnaudit.calculator import audit
from cnnaudit.cli.errors import command, print_error, read_each
from cnnaudit.cli.on_demand import on_demand
from cnnaudit.cli.options import Color, Inputs, Outputs, Quiet, Variables, Width, format_option
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, render_outputs
from cnnaudit.comparison.diff import Comparison, Delta, compare
from cnnaudit.comparison.limits import WATCHED_TOTALS, Limit, limit_violations, parse_limit
from cnnaudit.errors import ExitCode, UsageError
from cnnaudit.loading import Overrides, load_network
from cnnaudit.render.diff.formats import FORMATS, WATERFALL_FORMATS, DiffOptions, WaterfallDiff


@command
def run(
    a: Annotated[str, typer.Argument(help="The first network: a file, REV:path, zoo:NAME …")],
    b: Annotated[str, typer.Argument(help="The second network.")],
    format: Annotated[str, format_option(tuple(FORMATS))] = "table",
    output: Outputs = None,
    input: Inputs = None,
    set: Variables = None,
    only_changed: Annotated[
        bool, typer.Option("--only-changed", help="Leave out layers that are the same.")
    ] = False,
    waterfall: Annotated[
        bool,
        typer.Option(
            "--waterfall", help="What each change does to the totals, instead of the layers."
        ),
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 if anything differs.")
    ] = False,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on", metavar="increase", help="`increase`: exit with 1 if a total grows."
        ),
    ] = None,
    max_increase: Annotated[
        list[str] | None,
        typer.Option(
            "--max-increase",
            metavar="TOTAL=LIMIT",
            help="Exit with 1 if a total grows beyond it: params=5%; repeatedly.",
        ),
    ] = None,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Put two networks side by side and say why they differ."""
    formats = WATERFALL_FORMATS if waterfall else FORMATS
    outputs = parse_outputs(format, output, formats, quiet)
    limits = [parse_limit(text) for text in max_increase or ()]
    if fail_on not in (None, "increase"):
        raise UsageError(f"--fail-on takes 'increase', not '{fail_on}'")
    if fail_on:
        limits = [parse_limit(f"{quantity}=0") for quantity in WATCHED_TOTALS] + limits
    overrides = Overrides(input or (), set or ())
    networks, failed = read_each((a, b), lambda name: load_network(name, overrides))
    if failed:
        return ExitCode.INPUT_ERROR
    if input:
        on_demand("input_notes")(input, [network.graph for network in networks])
    comparison = compare(*(audit(network.graph) for network in networks))
    result: Comparison | WaterfallDiff = comparison
    if waterfall:
        documents = (network.document for network in networks)
        result = WaterfallDiff(comparison, on_demand("waterfall")(comparison, *documents))
    options = DiffOptions(only_changed=only_changed)
    render_outputs(outputs, "diff", formats, result, options, OutputStyle(color, width))
    exceeded_limits = limit_violations(_deltas(comparison, limits), limits)
    for sentence in exceeded_limits:
        print_error(sentence)
    if exceeded_limits or (exit_code and comparison.differs):
        return ExitCode.FINDINGS
    return ExitCode.OK


def _deltas(comparison: Comparison, limits: Sequence[Limit]) -> dict[str, Delta]:
    """The totals of both networks, and what else is limited."""
    others = {limit.quantity for limit in limits} - set(comparison.totals)
    measured = {
        name: Delta(*(on_demand("measure")(audit, name) for audit in (comparison.a, comparison.b)))
        for name in others
    }
    return {**comparison.totals, **measured}
