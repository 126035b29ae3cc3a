"""``cnnaudit check PATH…``."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cnnaudit.cli.errors import command, print_error
from cnnaudit.cli.options import Color, Format, Outputs, Quiet, Width
from cnnaudit.cli.outputs import Look, parse_outputs, write_file, write_outputs
from cnnaudit.errors import ExitCode
from cnnaudit.render.formats import Display
from cnnaudit.sources.files import display_path, folder_in_repository

if TYPE_CHECKING:
    from cnnaudit.checking.outcome import Outcome

FORMATS = ("auto", "text", "json", "sarif", "github", "junit", "markdown")


@command
def run(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Folders, files, -, REV:path, file.yaml@variant; the working folder."),
    ] = None,
    format: Format = "auto",
    output: Outputs = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="RULE", help="Only rules of this code or name (prefix)."),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="RULE", help="Not the rules of this code or name."),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", metavar="LEVEL", help="Exit with 1 from this level on."),
    ] = None,
    budget: Annotated[
        list[str] | None,
        typer.Option("--budget", metavar="TOTAL=BOUND", help="A bound, such as params=5M."),
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
            "--max-increase", metavar="TOTAL=LIMIT", help="How much it may grow: params=5%."
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Findings that are known and excused."),
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Excuse everything that is found now.")
    ] = False,
    prune_baseline: Annotated[
        bool, typer.Option("--prune-baseline", help="Take out what no longer occurs.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="This configuration, not the nearest one."),
    ] = None,
    show_config: Annotated[
        bool, typer.Option("--show-config", help="Print the settings of the paths, and stop.")
    ] = False,
    skip_others: Annotated[
        bool,
        typer.Option("--skip-others", help="Skip named files that are no architectures."),
    ] = False,
    processes: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes; as many as cores.")
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Check unchanged files again.")
    ] = False,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Check architecture files: rules, claims, budgets and what has grown."""
    from cnnaudit.checking import run as runs
    from cnnaudit.checking.against import read_against
    from cnnaudit.checking.cache import Cache, default_folder
    from cnnaudit.checking.chosen import Chosen
    from cnnaudit.checking.config import Configurations
    from cnnaudit.checking.excuses import excused, written
    from cnnaudit.cli.progress import Progress

    if format == "auto":
        format = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
    targets = parse_outputs(format, output, FORMATS[1:], quiet)
    chosen = Chosen.read(select or (), ignore or (), fail_on, budget or ())
    compared = read_against(against, max_increase or ())
    configurations = Configurations(config)
    todo = runs.jobs(paths or ["."], configurations, chosen.over, skip_others=skip_others)
    if show_config:
        from cnnaudit.render.config_text import render as settings_text

        sys.stdout.write(settings_text(todo, configurations.of(Path.cwd()), chosen.over))
        return ExitCode.OK
    # A commit that touches no architecture is none to complain about.
    if not todo and not skip_others:
        print_error(f"no architecture files in {', '.join(paths or ['.'])}")
        return ExitCode.NOTHING_FOUND
    folder = None if no_cache else default_folder()
    progress = Progress("files", len(todo))
    try:
        done = runs.check_all(todo, runs.Way(compared, folder), processes, progress.show)
    finally:
        progress.clear()
    if folder is not None:
        Cache(folder).prune()
    settings = chosen.over(configurations.of(Path.cwd()))
    if write_baseline or prune_baseline:
        for place, text in written(done, baseline, keep_new=write_baseline):
            write_file(place, text)
            typer.echo(f"cnnaudit: wrote {display_path(place)}", err=True)
    outcome = excused(done, baseline, settings)
    code = outcome.code
    write_outputs(
        targets, lambda form, display: _rendered(outcome, form, display), Look(color, width)
    )
    return code


def _rendered(outcome: "Outcome", format: str, display: Display) -> str:
    """The outcome in a format; only that format's module is loaded."""
    if format == "text":
        from cnnaudit.render import check_text

        return check_text.render(outcome, color=display.color)
    if format == "json":
        from cnnaudit.render import check_json

        return check_json.render(outcome)
    if format == "junit":
        from cnnaudit.render import check_junit

        return check_junit.render(outcome)
    if format == "markdown":
        from cnnaudit.render import check_markdown

        return check_markdown.render(outcome)
    folder = folder_in_repository()
    if format == "github":
        from cnnaudit.render import check_github

        return check_github.render(outcome, folder=folder)
    from cnnaudit.render import check_sarif
    from cnnaudit.rules.catalogue import catalogue

    return check_sarif.render(outcome, catalogue(), outcome.code, folder=folder)
