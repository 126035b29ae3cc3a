"""``report -f markdown``: the table for a README or a pull request."""

from collections.abc import Iterable, Sequence

from cnnaudit.calculator import Audit
from cnnaudit.formatting import shape_text
from cnnaudit.render.columns import (
    ACTIVATION,
    LAYER,
    MACS,
    OPERATION,
    OUTPUT,
    PARAMS,
    Column,
    lines,
    share,
)
from cnnaudit.render.summary import summary

_DEFAULT = (
    LAYER,
    OPERATION,
    OUTPUT,
    ACTIVATION,
    PARAMS,
    share("params", 0),
    MACS,
    share("macs", 0),
)


def render(
    audits: Sequence[Audit],
    columns: tuple[Column, ...] | None,
    *,
    expand: bool,
    footers: Sequence[Sequence[str]] | None = None,
) -> str:
    """A heading, a table and a footer for each network: the totals, where none is given."""
    below = footers or [summary(audit) for audit in audits]
    return "\n".join(
        _section(audit, footer, columns or _DEFAULT, expand)
        for audit, footer in zip(audits, below, strict=True)
    )


def _section(audit: Audit, footer: Sequence[str], columns: tuple[Column, ...], expand: bool) -> str:
    graph = audit.graph
    shapes = ", ".join(shape_text(node.shape) for node in graph.inputs)
    found = lines(audit, columns, expand=expand)
    rows = [[column.text(line, audit.totals).strip() for column in columns] for line in found]
    table = markdown_table([(column.title, column.right) for column in columns], rows)
    totals = "\n".join(f"- {escape(' '.join(line.split()))}" for line in footer)
    return f"## {escape(graph.name)}\n\nInput {shapes}\n\n{table}\n{totals}\n"


def markdown_table(titles: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> str:
    """A GitHub table; titles with their alignment (right or not)."""
    return table_head(titles) + "".join(table_row(map(escape, row)) for row in rows)


def table_head(titles: Sequence[tuple[str, bool]]) -> str:
    """The first two lines of a table."""
    rule = "|".join("---:" if right else ":---" for _, right in titles)
    return f"{table_row(escape(title) for title, _ in titles)}|{rule}|\n"


def table_row(cells: Iterable[str]) -> str:
    """A line of a table whose cells are Markdown."""
    return f"| {' | '.join(cells)} |\n"


_PLAIN = str.maketrans(
    {c: f"\\{c}" for c in "\\|*_`[]"}
    | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    # A zero-width space: GitHub takes no entity for an @ or a #, and so calls nobody.
    | {c: f"{c}&#8203;" for c in "@#"}
)


def escape(text: str) -> str:
    """Text that Markdown, HTML and GitHub's mentions would take for markup, made plain."""
    return text.translate(_PLAIN)
