"""A sweep as a table on a terminal: the first of its rows."""

from typing import NamedTuple

from cnnaudit.formatting import count_text, unit_bytes
from cnnaudit.render.grid import Cell, Grid, Title, draw
from cnnaudit.render.sweep_text import footer, heading
from cnnaudit.sweeping.columns import VariantRecords
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.variants import QUANTITIES, Rows

#: Rows that are shown where no number is asked for.
_SHOWN = 40


class _Column(NamedTuple):
    quantity: str
    title: str
    unit: bool = False


_COLUMNS = (
    _Column("params", "Params"),
    _Column("macs", "MACs"),
    _Column("weight_bytes", "Weights", True),
    _Column("activation_bytes", "Outputs", True),
    _Column("flops", "FLOPs"),
)


class TableRows:
    """Keeps the rows that are shown."""

    def __init__(self, header: SweepHeader) -> None:
        self.header = header
        self.records = VariantRecords(header.grid)
        self.limit = header.options.top or _SHOWN
        self.kept: list[tuple[tuple[str, ...], list[int]]] = []

    def add(self, rows: Rows) -> None:
        """Take some variants."""
        left = self.limit - len(self.kept)
        if left > 0:
            found = self.records.of(rows.take(slice(left)))
            self.kept += [(texts, numbers) for _, texts, numbers in found]

    def render(self, outcome: SweepOutcome, *, width: int | None, color: bool) -> str:
        """The table; what has no room is left out."""
        axes = [Title(axis.name, True) for axis in self.header.grid.axes]
        layouts = []
        for count in range(len(_COLUMNS), 1, -1):
            columns = _COLUMNS[:count]
            titles = (*axes, *(Title(column.title, True) for column in columns))
            rows = [
                (*map(Cell, texts), *(Cell(_shown(column, numbers)) for column in columns))
                for texts, numbers in self.kept
            ]
            layouts.append(Grid(titles, rows))
        title = "\n".join(heading(self.header))
        below = footer(self.header, outcome, len(self.kept))
        return draw(title, layouts, below, width, color)


def _shown(column: _Column, numbers: list[int]) -> str:
    value = numbers[QUANTITIES.index(column.quantity)]
    return unit_bytes(value) if column.unit else count_text(value)
