"""``sweep -f csv``: rows that are written while they are worked out.

The text can be read again, so that the parts of a grid can be merged. That of a part starts with a
comment that names the grid and the part, and ends with one that states that it is complete; that of
a whole grid has neither.
"""

import json
from typing import IO

from cnnaudit.render.formats import Display
from cnnaudit.sweeping import header as headers
from cnnaudit.sweeping import outcome as outcomes
from cnnaudit.sweeping.columns import VariantRecords
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.shards import CSV_END, CSV_START
from cnnaudit.sweeping.variants import QUANTITIES, Rows


class CsvSink:
    """A line a variant: its number from 1, the varied values, the quantities."""

    def __init__(self, stream: IO[bytes], header: SweepHeader, _display: Display) -> None:
        self.stream = stream
        self.header = header
        self.records = VariantRecords(header.grid)
        names = [axis.name for axis in header.grid.axes]
        if header.shard is not None:
            stream.write(f"{CSV_START}{json.dumps(headers.as_mapping(header))}\n".encode())
        stream.write((",".join(("variant", *names, *QUANTITIES)) + "\n").encode())

    def add(self, rows: Rows) -> None:
        """Write some variants."""
        lines = [
            f"{variant},{','.join(texts)},{','.join(map(str, numbers))}\n"
            for variant, texts, numbers in self.records.of(rows)
        ]
        self.stream.write("".join(lines).encode())

    def end(self, outcome: SweepOutcome) -> None:
        """Write the outcome of a part."""
        if self.header.shard is not None:
            mapping = outcomes.as_mapping(outcome, self.header.grid)
            self.stream.write(f"{CSV_END}{json.dumps(mapping)}\n".encode())
