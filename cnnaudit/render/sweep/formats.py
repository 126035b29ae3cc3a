"""The formats of ``sweep``: each takes the rows block by block, as they are worked out."""

from typing import Protocol

from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.variants import Rows

#: Each is called with a binary stream, the header of the sweep and a ``Display``; gives a ``Sink``.
FORMATS = {
    "table": "to_table:TableSink",
    "csv": "to_csv:CsvSink",
    "json": "to_json:JsonSink",
    "npz": "to_npz:open_sink",
    "plot": "to_plot:PlotSink",
    "svg": "to_svg:SvgSink",
}
#: Formats that are no text.
BINARY = frozenset(("npz",))


class Sink(Protocol):
    """An output: takes rows, and ends."""

    def add(self, rows: Rows) -> None:
        """Take some variants."""

    def end(self, outcome: SweepOutcome) -> None:
        """Write the remainder of the output."""
