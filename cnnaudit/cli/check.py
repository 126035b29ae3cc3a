"""``cnnaudit check PATH…``."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cnnaudit.cli.errors import command, print_error
from cnnaudit.cli.options import Color, Inputs, Outputs, Quiet, Width, format_option
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, render_outputs, write_file
from cnnaudit.errors import ExitCode
from cnnaudit.render.check.formats import FORMATS, CheckOptions
from cnnaudit.sources.files import display_path, folder_in_repository


@command
def run(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Folders, files, -, REV:path, file.yaml@variant; the working folder."),
    ] = None,
    format: Annotated[str, format_option(("auto", *FORMATS))] = "auto",
    output: Outputs = None,
    input: Inputs = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="RULE",
            help="Only rules whose code or name begins so, such as CA3; repeatedly.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="RULE",
            help="Not the rules whose code or name begins so; repeatedly.",
        ),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            metavar="LEVEL",
            help="Exit with 1 from this level on: error, warning or note.",
        ),
    ] = None,
    budget: Annotated[
        list[str] | None,
        typer.Option(
            "--budget",
            metavar="TOTAL=BOUND",
            help="A bound for a total, such as params=5M; repeatedly.",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="REV|JSON", help="Compare with a git revision or a saved report."
        ),
    ] = None,
    max_increase: Annotated[
        list[str] | None,
        typer.Option(
            "--max-increase",
            metavar="TOTAL=LIMIT",
            help="How much a total may grow against --against: params=5%; repeatedly.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="A file of findings that are excused."),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option(
            "--write-baseline", help="Write the baseline: excuse every finding of this run."
        ),
    ] = False,
    prune_baseline: Annotated[
        bool,
        typer.Option(
            "--prune-baseline", help="Take findings that no longer occur out of the baseline."
        ),
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="This configuration file instead of the nearest one."
        ),
    ] = None,
    show_config: Annotated[
        bool, typer.Option("--show-config", help="Print the settings of the paths, and stop.")
    ] = False,
    skip_others: Annotated[
        bool,
        typer.Option("--skip-others", help="Skip named files that are no architectures."),
    ] = False,
    processes: Annotated[
        int | None,
        typer.Option(
            "--jobs", metavar="N", min=1, help="At most N processes; as many as cores without it."
        ),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Check files again that have not changed.")
    ] = False,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Check architecture files: rules, claims, budgets and what has grown."""
    from cnnaudit.checking.baseline import apply_baselines, updated_baselines
    from cnnaudit.checking.cache import Cache, default_folder
    from cnnaudit.checking.config import ConfigResolver
    from cnnaudit.checking.overrides import CommandLineOverrides
    from cnnaudit.checking.previous import read_against
    from cnnaudit.checking.runner import RunOptions, check_all, jobs
    from cnnaudit.cli.progress import Progress

    if format == "auto":
        format = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
    outputs = parse_outputs(format, output, FORMATS, quiet)
    overrides = CommandLineOverrides.read(select or (), ignore or (), fail_on, budget or ())
    against_totals = read_against(against, max_increase or ())
    configurations = ConfigResolver(config)
    todo = jobs(paths or ["."], configurations, overrides.apply, skip_others=skip_others)
    if show_config:
        from cnnaudit.render.check import config_text

        folder_settings = overrides.apply(configurations.for_folder(Path.cwd()))
        sys.stdout.write(config_text.render(todo, folder_settings))
        return ExitCode.OK
    # A commit that touches no architecture has nothing to check, and that is no error.
    if not todo and not skip_others:
        print_error(f"no architecture files in {', '.join(paths or ['.'])}")
        return ExitCode.NOTHING_FOUND
    cache_folder = None if no_cache else default_folder()
    progress = Progress("files", len(todo))
    try:
        options = RunOptions(against_totals, cache_folder, tuple(input or ()))
        results = check_all(todo, options, processes, progress.show)
    finally:
        progress.clear()
    if cache_folder is not None:
        Cache(cache_folder).prune()
    settings = overrides.apply(configurations.for_folder(Path.cwd()))
    if write_baseline or prune_baseline:
        for path, text in updated_baselines(results, baseline, keep_new=write_baseline):
            write_file(path, text)
            typer.echo(f"cnnaudit: wrote {display_path(path)}", err=True)
    result = apply_baselines(results, baseline, settings)
    shown = CheckOptions(folder=folder_in_repository())
    render_outputs(outputs, "check", FORMATS, result, shown, OutputStyle(color, width))
    return result.code
