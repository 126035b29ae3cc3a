"""``sweep`` as a table on a terminal: the first of its rows."""

from typing import IO, NamedTuple

from cnnaudit.formatting import count_text, unit_bytes
from cnnaudit.render import terminal
from cnnaudit.render.formats import Display
from cnnaudit.render.sweep.footer import footer, heading
from cnnaudit.render.table import Column, Table, shortened
from cnnaudit.sweeping.columns import VariantRecords
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.variants import QUANTITIES, Rows

#: Number of rows unless ``--top`` gives another number.
_SHOWN = 40
#: Columns of quantities that are shown on any terminal.
_MIN_COLUMNS = 2


class VariantRow(NamedTuple):
    """The varied values of a variant as text, and its quantities."""

    values: tuple[str, ...]
    numbers: list[int]


def _quantity(quantity: str, title: str, *, in_bytes: bool = False) -> Column[VariantRow]:
    index, text = QUANTITIES.index(quantity), unit_bytes if in_bytes else count_text
    return Column(title, lambda row: text(row.numbers[index]), right=True)


def _axis(index: int, name: str) -> Column[VariantRow]:
    return Column(name, lambda row: row.values[index], right=True)


_COLUMNS = (
    _quantity("params", "Params"),
    _quantity("macs", "MACs"),
    _quantity("weight_bytes", "Weights", in_bytes=True),
    _quantity("activation_bytes", "Outputs", in_bytes=True),
    _quantity("flops", "FLOPs"),
)


class TableSink:
    """Keeps the rows that are shown, and draws them at the end."""

    def __init__(self, stream: IO[bytes], header: SweepHeader, display: Display) -> None:
        self.stream = stream
        self.header = header
        self.display = display
        self.records = VariantRecords(header.grid)
        self.limit = header.options.top or _SHOWN
        self.rows: list[VariantRow] = []

    def add(self, rows: Rows) -> None:
        """Take some variants."""
        room = self.limit - len(self.rows)
        if room > 0:
            records = self.records.of(rows.take(slice(room)))
            self.rows += [VariantRow(texts, numbers) for _, texts, numbers in records]

    def end(self, outcome: SweepOutcome) -> None:
        """Draw the table."""
        self.stream.write(self.draw(self.table(outcome)).encode())

    def table(self, outcome: SweepOutcome) -> Table[VariantRow]:
        """The rows that are shown, with the numbers of all below them."""
        axes = [_axis(index, axis.name) for index, axis in enumerate(self.header.grid.axes)]
        return Table(
            "\n".join(heading(self.header)),
            shortened([*axes, *_COLUMNS], len(axes) + _MIN_COLUMNS),
            self.rows,
            footer(self.header, outcome, len(self.rows)),
        )

    def draw(self, table: Table[VariantRow]) -> str:
        """The table as text."""
        return terminal.write(table, self.display.width, self.display.color)
