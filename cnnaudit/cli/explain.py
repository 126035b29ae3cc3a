"""``cnnaudit explain FILE [LAYER]`` and ``cnnaudit explain CODE``."""

import re
from pathlib import Path
from typing import Annotated

import typer

from cnnaudit.cli.errors import command
from cnnaudit.cli.on_demand import on_demand
from cnnaudit.cli.options import Color, Format, Inputs, Outputs, Quiet, Variables, Width
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, render_outputs
from cnnaudit.errors import ExitCode, did_you_mean
from cnnaudit.render.explain.formats import FORMATS, RULE_FORMATS, SUMMARY_FORMATS
from cnnaudit.render.formats import Display
from cnnaudit.sources.files import exists


@command
def run(
    file: Annotated[
        str, typer.Argument(help="A network (a file, REV:path, zoo:NAME …), or a rule: CA304.")
    ],
    layer: Annotated[
        str | None, typer.Argument(help="A layer: its name, the end of it, or a pattern.")
    ] = None,
    format: Format = "table",
    output: Outputs = None,
    input: Inputs = None,
    set: Variables = None,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Show how every number of a layer comes about, tell a network's story, or explain a rule."""
    outputs = parse_outputs(format, output, FORMATS, quiet)
    style = OutputStyle(color, width)
    if layer is None and _names_a_rule(file):
        rule = on_demand("rule_called")(file)
        render_outputs(outputs, "explain", RULE_FORMATS, rule, Display(), style)
    elif layer is None:
        summary = on_demand("explain_summary")(file, input or (), set or ())
        render_outputs(outputs, "explain", SUMMARY_FORMATS, summary, Display(), style)
    else:
        layers = on_demand("explain_layers")(file, layer, input or (), set or ())
        render_outputs(outputs, "explain", FORMATS, layers, Display(), style)
    return ExitCode.OK


def _names_a_rule(word: str) -> bool:
    """Whether a word is a code, or (nearly) a rule's name; a file of that name comes first."""
    if exists(Path(word)) or re.fullmatch(r"[A-Za-z0-9-]+", word) is None:
        return False
    names = list(on_demand("catalogue")())
    is_code = re.fullmatch(r"(?i)CA\d+", word) is not None
    return is_code or word in names or did_you_mean(word, names) is not None
