"""``sweep -f json``: rows that are written while they are worked out.

The document can be read again, so that the parts of a grid can be merged.
"""

import json
from typing import IO

from cnnaudit.render.formats import Display
from cnnaudit.render.json_text import dumps, envelope
from cnnaudit.sweeping import header as headers
from cnnaudit.sweeping import outcome as outcomes
from cnnaudit.sweeping.columns import VariantRecords
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.shards import JSON_ROWS
from cnnaudit.sweeping.variants import QUANTITIES, Rows


class JsonSink:
    """The header, a mapping a variant, and the outcome of all variants."""

    def __init__(self, stream: IO[bytes], header: SweepHeader, _display: Display) -> None:
        self.stream = stream
        self.header = header
        self.records = VariantRecords(header.grid)
        self.names = [axis.name for axis in header.grid.axes]
        self.started = False
        opening = dumps({**envelope("sweep"), "sweep": headers.as_mapping(header)}, 2)
        stream.write((opening.rstrip("}\n") + "},\n" + JSON_ROWS).encode())

    def add(self, rows: Rows) -> None:
        """Write some variants."""
        lines = []
        for variant, texts, numbers in self.records.of(rows):
            row = {"variant": variant, **dict(zip(self.names, texts, strict=True))}
            row |= zip(QUANTITIES, numbers, strict=True)
            lines.append(json.dumps(row))
        if lines:
            self.stream.write((",\n    " if self.started else "\n    ").encode())
            self.stream.write(",\n    ".join(lines).encode())
            self.started = True

    def end(self, outcome: SweepOutcome) -> None:
        """Close the list, and write the outcome of the variants that are not in it."""
        closing = dumps({"outcome": outcomes.as_mapping(outcome, self.header.grid)}, 2)
        self.stream.write((("\n  " if self.started else "") + "],\n" + closing[2:]).encode())
