"""``cnnaudit adapt FILE``."""

from typing import Annotated

import typer

from cnnaudit.adaptation import output_file
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.search import Search
from cnnaudit.calculator import audit
from cnnaudit.cli import adapt_options as options
from cnnaudit.cli.errors import command, print_error, write_stderr
from cnnaudit.cli.options import Color, Inputs, Quiet, Variables, format_option
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, render_outputs
from cnnaudit.comparison.diff import compare
from cnnaudit.errors import ExitCode
from cnnaudit.render.adapt.formats import FORMATS, Adaptation
from cnnaudit.render.formats import Display

#: Formats that contain the adapted file.
_WITH_FILE = ("yaml", "json")
HINT = "cnnaudit: nothing is written: `-o adapted.yaml` writes the file, `-f yaml` prints it\n"


@command
def run(
    file: Annotated[
        str, typer.Argument(help="The stock network: a file, file.yaml@variant, zoo:NAME …")
    ],
    format: Annotated[str, format_option(tuple(FORMATS))] = "table",
    output: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="[FORMAT:]PATH",
            help="The adapted file, net.yaml; or what is printed: diff.md, json:PATH; repeatedly.",
        ),
    ] = None,
    flat: Annotated[
        bool, typer.Option("--flat", help="A file that stands alone instead of extending FILE.")
    ] = False,
    input: Inputs = None,
    classes: options.Classes = None,
    widths: options.Factor = None,
    force: options.Force = False,
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
    set: Variables = None,
    name: options.Name = None,
    color: Color = "auto",
    width: options.TableWidth = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Write a network for another input, other classes, other widths; print the difference."""
    columns = options.read_table_width(width)
    outputs = parse_outputs(format, output, FORMATS, quiet)
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
    recipe = options.read_recipe(recipe, widths, round, min_width, search, force=force)
    stock = output_file.stock_network(file, flat=flat)
    paths = [target.path for target in outputs if target.format == "yaml" and target.path]
    for path in paths:
        output_file.check_target(stock, path)
    adapt, write = (
        (output_file.adapt_unrolled_if_needed, output_file.standalone_file)
        if flat
        else (Search.adapt, output_file.extending_file)
    )
    adapted, result = adapt(search, stock, recipe)
    places = {target.path for target in outputs if target.format in _WITH_FILE}
    files = {path: write(adapted, path) for path in places}
    graph = adapted.graph._replace(path=output_file.output_name(paths))
    adaptation = Adaptation(compare(audit(adapted.before), audit(graph)), result)
    for target in outputs:
        text = files[target.path].text if target.path in files else ""
        style = OutputStyle(color, columns)
        with_file = adaptation._replace(file=text)
        render_outputs([target], "adapt", FORMATS, with_file, Display(), style)
    notes = (*adapted.notes, *(adapted_file.note for adapted_file in files.values()))
    for note in dict.fromkeys(filter(None, notes)):
        print_error(note)
    if not quiet and not any(target.format == "yaml" for target in outputs):
        write_stderr(HINT)
    return ExitCode.OK
