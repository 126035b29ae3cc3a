"""``rules`` as a page: the rules as a table."""

from collections.abc import Mapping

from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import Block, grid, renderer
from cnnaudit.render.formats import Display
from cnnaudit.render.rules.rows import rules_table
from cnnaudit.rules.rule import Rule


def page(rules: Mapping[str, Rule], _display: Display) -> list[Block]:
    """A row a rule."""
    table = rules_table(rules)
    return [grid(table.layouts[0], table.rows)]


render_markdown = renderer(markdown.write, page)
render_latex = renderer(latex.write, page)
