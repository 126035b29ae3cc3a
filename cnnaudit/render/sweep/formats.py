"""The formats of ``sweep``: each takes the rows block by block, as they are worked out."""

from typing import Protocol

from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.variants import Rows

#: Functions of a binary stream, the header of the sweep and a ``Display`` that return a ``Sink``.
FORMATS = {
    "table": "to_table:TableSink",
    "csv": "to_csv:CsvSink",
    "json": "to_json:JsonSink",
    "markdown": "to_page:MarkdownSink",
    "latex": "to_page:LatexSink",
    "npz": "to_npz:open_sink",
    "plot": "to_plot:PlotSink",
    "svg": "to_svg:SvgSink",
}
#: Formats that are not text.
BINARY = frozenset(("npz",))


class Sink(Protocol):
    """An output that takes rows in blocks."""

    def add(self, rows: Rows) -> None:
        """Take some variants."""

    def end(self, outcome: SweepOutcome) -> None:
        """Write the remainder of the output."""
