"""``cnnaudit explain``: a topic, a rule, a network, or every number of a layer."""

import re
from pathlib import Path
from typing import Annotated

import typer

from cnnaudit.cli.errors import command
from cnnaudit.cli.on_demand import on_demand
from cnnaudit.cli.options import Color, Inputs, Outputs, Quiet, Variables, Width, format_option
from cnnaudit.cli.outputs import OutputStyle, parse_outputs, render_outputs
from cnnaudit.errors import ExitCode
from cnnaudit.render.explain.formats import (
    FORMATS,
    RULE_FORMATS,
    SUMMARY_FORMATS,
    TOPIC_FORMATS,
    TOPIC_LIST_FORMATS,
)
from cnnaudit.render.formats import Display
from cnnaudit.sources.files import exists, is_file


@command
def run(
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC|RULE|FILE]",
            help="A topic (conv, padding, repeat …), a rule (CA304), or a network (a file,"
            " REV:path, zoo:NAME …). Without it: the list of topics.",
        ),
    ] = None,
    layer: Annotated[
        str | None,
        typer.Argument(help="A layer of the network: its name, the end of it, or a pattern."),
    ] = None,
    format: Annotated[str, format_option(tuple(FORMATS))] = "table",
    output: Outputs = None,
    input: Inputs = None,
    set: Variables = None,
    color: Color = "auto",
    width: Width = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Show a topic of the reference, a rule, a network's story, or every number of a layer."""
    outputs = parse_outputs(format, output, FORMATS, quiet)
    style = OutputStyle(color, width)
    if word is not None and layer is not None and _is_word(word):
        # `explain exit codes`: a topic of two words, and no layer of a file that is not there.
        two_words = f"{word}-{layer}"
        word, layer = (two_words, None) if on_demand("is_topic")(two_words) else (word, layer)
    if word is None:
        formats, result = TOPIC_LIST_FORMATS, on_demand("topics")()
    elif layer is not None:
        result = on_demand("explain_layers")(word, layer, input or (), set or ())
        formats = FORMATS
    elif not _is_word(word):
        result = on_demand("explain_summary")(word, input or (), set or ())
        formats = SUMMARY_FORMATS
    elif re.fullmatch(r"(?i)CA\d+", word):
        formats, result = RULE_FORMATS, on_demand("rule_called")(word)
    else:
        result = on_demand("topic_pages")(word)
        formats = TOPIC_FORMATS if result.topics else RULE_FORMATS
        result = result if result.topics else result.rule
    render_outputs(outputs, "explain", formats, result, Display(), style)
    return ExitCode.OK


def _is_word(text: str) -> bool:
    """Whether a text can be a topic or a rule: a name that is no file's, such as nn.Conv2d."""
    form = r"((nn|torch|tf|keras|layers|F)\.)*\w[\w -]*"
    if re.fullmatch(form, text) is None or is_file(Path(text)):
        return False
    # A folder called `layers` keeps no topic away.
    return not exists(Path(text)) or on_demand("is_topic")(text)
