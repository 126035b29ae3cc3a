"""``cnnaudit explain FILE [LAYER]`` and ``cnnaudit explain CODE``."""

import re
from pathlib import Path
from typing import Annotated

import typer

from cnnaudit.cli import common
from cnnaudit.errors import ExitCode, did_you_mean
from cnnaudit.parsing.source import exists

FORMATS = ("table", "json", "markdown")


@common.command
def run(
    file: Annotated[
        str, typer.Argument(help="A network (a file, REV:path, zoo:NAME …), or a rule: CA304.")
    ],
    layer: Annotated[
        str | None, typer.Argument(help="A layer: its name, the end of it, or a pattern.")
    ] = None,
    format: common.Format = "table",
    output: common.Outputs = None,
    input: common.Inputs = None,
    set: common.Variables = None,
    color: common.Color = "auto",
    width: common.Width = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """Show how every number of a layer comes about, tell a network's story, or explain a rule."""
    targets = common.targets(format, output, FORMATS, quiet)
    if layer is None and _names_a_rule(file):
        common.emit(targets, lambda form, display: _page(file, form, display), color, width)
        return ExitCode.OK
    from cnnaudit.calculator import audit
    from cnnaudit.checking.config import Configurations
    from cnnaudit.checking.inspection import findings_in
    from cnnaudit.checking.run import settings_of
    from cnnaudit.checking.settings import Settings
    from cnnaudit.operands import Overrides, load_network
    from cnnaudit.rules.subject import Subject

    graph, document = load_network(file, Overrides(input or (), set or ()))
    network = audit(graph)
    settings = settings_of(file, Configurations()) or Settings()
    if input or set:
        # What the file claims is about the network that it says itself.
        settings = settings._replace(ignore=(*settings.ignore, "wrong-claim"))
    findings = findings_in(Subject(network, document, settings.budgets), settings)
    if layer is None:
        from cnnaudit.explaining.story import story

        told = story(network, findings)

        def render(format: str, display: common.Display) -> str:
            if format == "json":
                from cnnaudit.render import explain_json

                return explain_json.render_story(network, told)
            if format == "markdown":
                from cnnaudit.render import explain_markdown

                return explain_markdown.render_story(network, told)
            from cnnaudit.render import explain_table

            return explain_table.render_story(network, told, display.width)

        common.emit(targets, render, color, width)
        return ExitCode.OK
    from cnnaudit.explaining.find import find_layers
    from cnnaudit.explaining.layer import explain_layers

    found = explain_layers(network, find_layers(graph, layer), findings)

    def render_layers(format: str, display: common.Display) -> str:
        if format == "json":
            from cnnaudit.render import explain_json

            return explain_json.render_layers(network, found)
        if format == "markdown":
            from cnnaudit.render import explain_markdown

            return explain_markdown.render_layers(found)
        from cnnaudit.render import explain_table

        return explain_table.render_layers(found, display.width, color=display.color)

    common.emit(targets, render_layers, color, width)
    return ExitCode.OK


def _names_a_rule(word: str) -> bool:
    """Whether a word is a code, or (nearly) a rule's name; a file of that name comes first."""
    if exists(Path(word)) or re.fullmatch(r"[A-Za-z0-9-]+", word) is None:
        return False
    from cnnaudit.rules.catalogue import catalogue

    code = re.fullmatch(r"(?i)CA\d+", word) is not None
    return code or word in catalogue() or did_you_mean(word, list(catalogue())) is not None


def _page(word: str, format: str, display: common.Display) -> str:
    """The page of a rule."""
    from cnnaudit.render import rule_page
    from cnnaudit.rules.catalogue import rule_called

    rule = rule_called(word)
    if format == "json":
        return rule_page.as_json(rule)
    if format == "markdown":
        return rule_page.as_markdown(rule)
    return rule_page.as_text(rule, width=display.width)
