"""``explain CODE`` as a page."""

from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import Block, renderer
from cnnaudit.render.formats import Display
from cnnaudit.render.rule_page import as_blocks
from cnnaudit.rules.rule import Rule


def page(rule: Rule, _display: Display) -> list[Block]:
    """The page of a rule."""
    return as_blocks(rule)


render_markdown = renderer(markdown.write, page)
render_latex = renderer(latex.write, page)
