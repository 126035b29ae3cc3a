"""``sweep`` as a page: the first of its rows, as the table shows them."""

from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import Block, Bullets, Heading, TextBlock, grid
from cnnaudit.render.sweep.to_table import TableSink, VariantRow
from cnnaudit.render.table import Table


def page(table: Table[VariantRow]) -> list[Block]:
    """The network, the varied values, the rows and the numbers of all."""
    title, *values = table.title.splitlines()
    return [
        Heading(2, title),
        TextBlock(values),
        grid(table.layouts[0], table.rows),
        Bullets(table.footer),
    ]


class MarkdownSink(TableSink):
    """Writes the rows that are shown as Markdown."""

    def draw(self, table: Table[VariantRow]) -> str:
        """The page in Markdown."""
        return markdown.write(page(table))


class LatexSink(TableSink):
    """Writes the rows that are shown as LaTeX."""

    def draw(self, table: Table[VariantRow]) -> str:
        """The page in LaTeX."""
        return latex.write(page(table))
