"""Pages and tables as GitHub's Markdown."""

from collections.abc import Iterable, Sequence
from textwrap import indent

from cnnaudit.render.blocks import Block, Bullets, CodeBlock, Grid, Heading, TextBlock


def write(blocks: Iterable[Block]) -> str:
    """The blocks of a page, with a blank line between them."""
    return "\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_text(block.text, block.marked)}\n"
    if isinstance(block, TextBlock):
        return "".join(f"{_text(line, block.marked)}\n" for line in block.lines)
    if isinstance(block, Bullets):
        return _bullets(block)
    if isinstance(block, CodeBlock):
        return _code(block)
    head = table_head([(column.title, column.right) for column in block.columns])
    return head + "".join(_row(block, row) for row in block.rows)


def _text(text: str, marked: bool) -> str:
    return text if marked else escape(text)


def _bullets(block: Bullets) -> str:
    leads = [f"**{lead}** " for lead in block.leads] or [""] * len(block.lines)
    pairs = zip(leads, block.lines, strict=True)
    return "".join(f"- {lead}{_text(line, block.marked)}\n" for lead, line in pairs)


def _code(block: CodeBlock) -> str:
    text = block.text.rstrip("\n")
    if block.language:
        return f"```{block.language}\n{text}\n```\n"
    return f"{indent(text, '    ')}\n"


def _row(grid: Grid, cells: Sequence[str]) -> str:
    pairs = zip(grid.columns, cells, strict=True)
    return table_row(_text(cell, column.marked) for column, cell in pairs)


def table_head(titles: Sequence[tuple[str, bool]]) -> str:
    """The first two lines of a table; titles with their alignment (right or not)."""
    rule = "|".join("---:" if right else ":---" for _, right in titles)
    return f"{table_row(escape(title) for title, _ in titles)}|{rule}|\n"


def table_row(cells: Iterable[str]) -> str:
    """A line of a table whose cells are Markdown."""
    return f"| {' | '.join(cells)} |\n"


_PLAIN = str.maketrans(
    {c: f"\\{c}" for c in "\\|*_`[]"}
    | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    # A zero-width space: GitHub mentions nobody, but takes no entity for @ or #.
    | {c: f"{c}&#8203;" for c in "@#"}
)


def escape(text: str) -> str:
    """Text without markup of Markdown or HTML, and without mentions on GitHub."""
    return text.translate(_PLAIN)
