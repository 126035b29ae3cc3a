"""``zoo`` as a page: the shipped networks, as ``configs/README.md`` holds them."""

from collections.abc import Mapping

from cnnaudit.calculator import Audit
from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import Block, Heading, TextBlock, grid, renderer
from cnnaudit.render.formats import Display
from cnnaudit.render.zoo.rows import zoo_table

_INTRODUCTION = """\
Networks that come with cnnaudit, written by `cnnaudit zoo -f markdown`. `cnnaudit report zoo:NAME`
audits one, `zoo:NAME@VARIANT` a variant of it, and `cnnaudit zoo NAME` prints its file. Parameters
count as the file's framework does: under Keras with the running statistics of batch normalisation.
"""


def page(audits: Mapping[str, Audit], _display: Display) -> list[Block]:
    """An introduction and a row a network."""
    table = zoo_table(audits)
    return [
        Heading(1, "The zoo"),
        TextBlock(_INTRODUCTION.splitlines(), marked=True),
        grid(table.layouts[0], table.rows),
    ]


render_markdown = renderer(markdown.write, page)
render_latex = renderer(latex.write, page)
