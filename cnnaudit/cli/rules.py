"""``cnnaudit rules``."""

from cnnaudit.cli import common
from cnnaudit.errors import ExitCode

FORMATS = ("table", "json", "markdown")


@common.command
def run(
    format: common.Format = "table",
    output: common.Outputs = None,
    color: common.Color = "auto",
    width: common.Width = None,
    quiet: common.Quiet = False,
) -> ExitCode:
    """List the rules of `check`: code, name, level and what each finds."""
    from cnnaudit.render import rules_list
    from cnnaudit.rules.catalogue import catalogue

    targets = common.targets(format, output, FORMATS, quiet)
    rules = catalogue()

    def render(format: str, display: common.Display) -> str:
        if format == "json":
            return rules_list.as_json(rules)
        if format == "markdown":
            return rules_list.as_markdown(rules)
        from cnnaudit.render import rules_table

        return rules_table.render(rules, width=display.width, color=display.color)

    common.emit(targets, render, color, width)
    return ExitCode.OK
