"""``cnnaudit adapt FILE``."""

from typing import Annotated

import typer

from cnnaudit.cli import adapt_options as options
from cnnaudit.cli import common
from cnnaudit.errors import ExitCode

FORMATS = ("table", "json", "markdown", "yaml")
HINT = "cnnaudit: nothing is written: `-o adapted.yaml` writes the file, `-f yaml` prints it\n"


@common.command
def run(
    file: Annotated[
        str, typer.Argument(help="The stock network: a file, file.yaml@variant, zoo:NAME …")
    ],
    format: common.Format = "table",
    output: Annotated[
        list[str] | None,
        typer.Option(
            "-o", "--output", metavar="PATH.yaml|FORMAT[:PATH]", help="The file; or another output."
        ),
    ] = None,
    flat: Annotated[
        bool, typer.Option("--flat", help="A file that stands alone instead of extending FILE.")
    ] = False,
    input: common.Inputs = None,
    classes: options.Classes = None,
    width: options.Factor = None,
    round: options.Round = None,
    min_width: options.MinWidth = None,
    fit: options.FitBounds = None,
    max_width: options.MaxWidth = None,
    vary: options.Vary = None,
    head: options.Head = None,
    drop_lrn: options.DropLrn = False,
    factorize: options.Factorize = False,
    freeze: options.Freeze = None,
    framework: options.FrameworkName = None,
    set: common.Variables = None,
    name: options.Name = None,
    color: common.Color = "auto",
    table_width: Annotated[
        int | None,
        typer.Option("--table-width", min=20, help="Columns of tables; the terminal's if open."),
    ] = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """Write a network for another input, other classes, other widths; print the difference."""
    from cnnaudit.adaptation import output_file
    from cnnaudit.adaptation.options import AdaptOptions
    from cnnaudit.adaptation.search import Search
    from cnnaudit.calculator import audit
    from cnnaudit.comparison.diff import compare

    bare = [f"yaml:{text}" if output_file.is_path(text) else text for text in output or ()]
    targets = common.targets(format, bare, FORMATS, quiet)
    search = options.read_search(fit, vary, max_width)
    recipe = AdaptOptions(
        inputs=input or (),
        classes=classes,
        head=head,
        freeze=freeze or (),
        drop_lrn=drop_lrn,
        factorize=factorize,
        framework=framework,
        variables=set or (),
        name=name,
    )
    recipe = options.read_recipe(recipe, width, round, min_width, search)
    stock = output_file.stock_network(file, flat=flat)
    paths = [target.path for target in targets if target.format == "yaml" and target.path]
    for path in paths:
        output_file.check_target(stock, path)
    make, write = (
        (output_file.adapted_alone, output_file.alone)
        if flat
        else (Search.adapt, output_file.extending)
    )
    made, found = make(search, stock, recipe)
    wanted = {target.path for target in targets if target.format in ("yaml", "json")}
    files = {path: write(made, path) for path in wanted}
    graph = made.graph._replace(path=output_file.shown(paths))
    comparison = compare(audit(made.before), audit(graph))

    for target in targets:
        text = files[target.path].text if target.path in files else ""

        def render(format: str, display: common.Display, text: str = text) -> str:
            if format == "yaml":
                return text
            if format == "json":
                from cnnaudit.render import adapt_json

                return adapt_json.render(comparison, text, found)
            if format == "markdown":
                from cnnaudit.render import adapt_markdown

                return adapt_markdown.render(comparison, found)
            from cnnaudit.render import adapt_table

            return adapt_table.render(comparison, found, display.width, display.color)

        common.emit([target], render, color, table_width)
    for note in dict.fromkeys(written.note for written in files.values() if written.note):
        common.say(note)
    if not quiet and not any(target.format == "yaml" for target in targets):
        common.aside(HINT)
    return ExitCode.OK
