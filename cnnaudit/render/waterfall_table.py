"""``diff --waterfall`` as a table: the totals after each change, with a bar for each."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cnnaudit.comparison.diff import Comparison
from cnnaudit.comparison.step import Waterfall
from cnnaudit.formatting import count_text, short_count, unit_bytes
from cnnaudit.render.diff_lines import totals_lines, unknown_lines
from cnnaudit.render.grid import Cell, Grid, Title, draw
from cnnaudit.render.waterfall_lines import (
    FallLine,
    bar,
    fall_lines,
    most,
    notes,
    signed,
    story,
)


class Quantity(NamedTuple):
    """A column: the total it shows, its title, how numbers are written, cells of its bar if any."""

    total: str
    title: str
    text: Callable[[int], str]
    cells: int = 0


def _params(cells: int) -> Quantity:
    return Quantity("params", "Params", count_text, cells)


def _macs(cells: int = 0) -> Quantity:
    return Quantity("macs", "MACs", count_text, cells)


_WEIGHTS = Quantity("weight_bytes", "Weights", unit_bytes)
_ACTIVATIONS = Quantity("activation_bytes", "Activations", unit_bytes)
_SHORT_MACS = Quantity("macs", "MACs", short_count)

#: From the richest to the barest; the first that fits is drawn.
_LAYOUTS: tuple[tuple[Quantity, ...], ...] = (
    (_params(20), _macs(20), _WEIGHTS, _ACTIVATIONS),
    (_params(16), _macs(), _WEIGHTS, _ACTIVATIONS),
    (_params(12), _macs()),
    (_params(8), _SHORT_MACS),
    (_params(8),),
    (_params(0),),
)


def render(comparison: Comparison, fall: Waterfall, width: int | None, *, color: bool) -> str:
    """A line per step between the two networks, then the totals."""
    graphs = comparison.a.graph, comparison.b.graph
    title = "\n".join(
        f"{side}  {graph.name} ({graph.path})" for side, graph in zip("AB", graphs, strict=True)
    )
    said = [*story(fall), *notes(fall)]
    totals = [*totals_lines(comparison), *unknown_lines(comparison)]
    footer = [*said, "", *totals] if said else totals
    return draw(title, _grids(comparison, fall), footer, width, color)


def _grids(comparison: Comparison, fall: Waterfall) -> Iterator[Grid]:
    lines = fall_lines(comparison, fall)
    for quantities in _LAYOUTS:
        titles = [Title("Change", False, wraps=True)]
        for quantity in quantities:
            titles.append(Title(quantity.title, True))
            titles += [Title("", False)] if quantity.cells else []
        yield Grid(tuple(titles), [_row(line, quantities, fall) for line in lines])


def _row(line: FallLine, quantities: Sequence[Quantity], fall: Waterfall) -> tuple[Cell, ...]:
    cells = [Cell(line.text, "" if line.step else "bold")]
    for total, _, text, width in quantities:
        difference = line.after[total] - line.before[total]
        style = "" if line.step is None else "red" if difference > 0 else "green"
        said = text(abs(difference))
        if line.step is not None:
            said = f"{signed(difference)[0]}{said}"
        cells.append(Cell(said, style if difference else "dim"))
        if width:
            drawn = bar(line, total, most(fall, total), width)
            cells.append(Cell(drawn.ljust(width), style or "cyan"))
    return tuple(cells)
