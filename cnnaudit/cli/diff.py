"""``cnnaudit diff A B``."""

from typing import Annotated

import typer

from cnnaudit.cli import common
from cnnaudit.errors import ExitCode, UsageError

FORMATS = ("table", "json", "markdown")


@common.command
def run(
    a: Annotated[str, typer.Argument(help="The first network: a file, REV:path, zoo:NAME …")],
    b: Annotated[str, typer.Argument(help="The second network.")],
    format: common.Format = "table",
    output: common.Outputs = None,
    input: common.Inputs = None,
    set: common.Variables = None,
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
        typer.Option("--fail-on", metavar="increase", help="Exit with 1 if a total grows."),
    ] = None,
    max_increase: Annotated[
        list[str] | None,
        typer.Option(
            "--max-increase", metavar="TOTAL=LIMIT", help="Exit with 1 beyond it: params=5%."
        ),
    ] = None,
    color: common.Color = "auto",
    width: common.Width = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """Put two networks side by side and say why they differ."""
    from cnnaudit.calculator import audit
    from cnnaudit.comparison.diff import compare
    from cnnaudit.comparison.limits import WATCHED_TOTALS, limit_violations, parse_limit
    from cnnaudit.loading import Overrides, load_network

    targets = common.targets(format, output, FORMATS, quiet)
    limits = [parse_limit(text) for text in max_increase or ()]
    if fail_on not in (None, "increase"):
        raise UsageError(f"--fail-on takes 'increase', not '{fail_on}'")
    if fail_on:
        limits = [parse_limit(f"{quantity}=0") for quantity in WATCHED_TOTALS] + limits
    overrides = Overrides(input or (), set or ())
    networks, failed = common.audited((a, b), lambda name: load_network(name, overrides))
    if failed:
        return ExitCode.INPUT_ERROR
    comparison = compare(*(audit(network.graph) for network in networks))
    fall = None
    if waterfall:
        from cnnaudit.comparison.waterfall import waterfall as walk

        fall = walk(comparison, *(network.document for network in networks))

    def render(format: str, display: common.Display) -> str:
        if format == "json":
            from cnnaudit.render import diff_json

            return diff_json.render(comparison, only_changed=only_changed, fall=fall)
        if fall is not None and format == "markdown":
            from cnnaudit.render import waterfall_markdown

            return waterfall_markdown.render(comparison, fall)
        if fall is not None:
            from cnnaudit.render import waterfall_table

            return waterfall_table.render(comparison, fall, display.width, color=display.color)
        if format == "markdown":
            from cnnaudit.render import diff_markdown

            return diff_markdown.render(comparison, only_changed=only_changed)
        from cnnaudit.render import diff_table

        return diff_table.render(
            comparison, only_changed=only_changed, width=display.width, color=display.color
        )

    common.emit(targets, render, color, width)
    found = limit_violations(comparison.totals, limits)
    for sentence in found:
        common.say(sentence)
    if found or (exit_code and comparison.differs):
        return ExitCode.FINDINGS
    return ExitCode.OK
