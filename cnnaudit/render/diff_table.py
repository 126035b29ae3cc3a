"""``diff`` as a table: both networks side by side, and why each line differs."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cnnaudit.calculator import Audit, LayerRow
from cnnaudit.comparison.diff import Comparison
from cnnaudit.formatting import count_text, shape_text, short_count
from cnnaudit.render.diff_lines import (
    MARKS,
    DiffLine,
    both,
    cause_text,
    compact_shape,
    diff_lines,
    quantity_text,
    summary_line,
    totals_lines,
    unknown_lines,
    why,
)
from cnnaudit.render.grid import Cell, Grid, Title, draw

_STYLES = {"added": "green", "removed": "red", "changed": "", "renamed": "cyan", "same": "dim"}
LEGEND = "← x: the layer is the same, its input from x differs."


class Quantity(NamedTuple):
    """A pair of columns: a title, and what it says of one side."""

    title: str
    text: Callable[[LayerRow], str]


_OUTPUT = Quantity("Output", lambda row: shape_text(row.shape))
_COMPACT = Quantity("Output", compact_shape)
_PARAMS = Quantity("Params", quantity_text(count_text, "params"))
_MACS = Quantity("MACs", quantity_text(count_text, "macs"))
_SHORT_PARAMS = Quantity("Params", quantity_text(short_count, "params"))
_SHORT_MACS = Quantity("MACs", quantity_text(short_count, "macs"))

#: From the richest to the barest; the first that fits is drawn.
_LAYOUTS: tuple[tuple[Quantity, ...], ...] = (
    (_OUTPUT, _PARAMS, _MACS),
    (_COMPACT, _PARAMS, _MACS),
    (_COMPACT, _SHORT_PARAMS, _SHORT_MACS),
    (_COMPACT, _PARAMS),
    (_COMPACT, _SHORT_PARAMS),
    (_PARAMS,),
    (_SHORT_PARAMS,),
)


def render(comparison: Comparison, *, only_changed: bool, width: int | None, color: bool) -> str:
    """Both networks' lines, then the totals."""
    lines = diff_lines(comparison, only_changed=only_changed)
    title = f"A  {_heading(comparison.a)}\nB  {_heading(comparison.b)}"
    causes = "\n".join(f"   {cause_text(cause)}" for cause in comparison.network_causes)
    footer = [summary_line(comparison)]
    if any(line.pair and why(line.pair).startswith("←") for line in lines):
        footer.append(LEGEND)
    footer += ["", *totals_lines(comparison), *unknown_lines(comparison)]
    if not lines:
        return "\n".join(filter(None, (title, causes, "", *footer))) + "\n"
    head = f"{title}\n{causes}" if causes else title
    return draw(head, _grids(lines), footer, width, color)


def _heading(audit: Audit) -> str:
    return f"{audit.graph.name} ({audit.graph.path})"


def _grids(lines: Sequence[DiffLine]) -> Iterator[Grid]:
    for quantities in _LAYOUTS:
        titles = [Title("", False), Title("Layer", False)]
        for quantity in quantities:
            titles += [Title(f"{quantity.title} A", True), Title("B", True)]
        titles.append(Title("Why", False, wraps=True))
        yield Grid(tuple(titles), [_row(line, quantities) for line in lines])


def _row(line: DiffLine, quantities: Sequence[Quantity]) -> tuple[Cell, ...]:
    indent = "  " * line.depth
    times = f" ×{line.times}" if line.times > 1 else ""
    if line.pair is None:
        mark = Cell(MARKS.get(line.status, ""), _STYLES.get(line.status, ""))
        blank = [Cell("")] * (2 * len(quantities))
        return (mark, Cell(f"{indent}{line.name}{times}", "bold"), *blank, Cell(line.status))
    style = _STYLES[line.status]
    cells = [Cell(MARKS[line.status], style), Cell(f"{indent}{line.name}", style)]
    for quantity in quantities:
        a, b = both(line.pair, quantity.text)
        cells += [Cell(a, "dim" if b else style), Cell(b, style)]
    reason = why(line.pair)
    if line.status in ("added", "removed", "renamed"):
        reason = line.status
    cells.append(Cell(reason, "dim" if reason.startswith("←") else "yellow"))
    return tuple(cells)
