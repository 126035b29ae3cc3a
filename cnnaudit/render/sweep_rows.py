"""A sweep as rows that are written while they are worked out: CSV and JSON.

Both can be read again, so that the parts of a grid can be merged. A CSV of a part starts with a
comment that says what it is a part of and ends with one that says that it is whole; the CSV of a
whole grid has neither.
"""

import json
from typing import IO

from cnnaudit.render.structured import dumps, envelope
from cnnaudit.sweeping import header as headers
from cnnaudit.sweeping import outcome as outcomes
from cnnaudit.sweeping.columns import VariantRecords
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.shards import CSV_END, CSV_START, JSON_ROWS
from cnnaudit.sweeping.variants import QUANTITIES, Rows


class CsvRows:
    """A line a variant: its number from 1, the varied values, the quantities."""

    def __init__(self, stream: IO[bytes], header: SweepHeader) -> None:
        self.stream = stream
        self.header = header
        self.records = VariantRecords(header.grid)
        names = [axis.name for axis in header.grid.axes]
        if header.shard is not None:
            said = json.dumps(headers.as_mapping(header))
            stream.write(f"{CSV_START}{said}\n".encode())
        stream.write((",".join(("variant", *names, *QUANTITIES)) + "\n").encode())

    def add(self, rows: Rows) -> None:
        """Write some variants."""
        lines = [
            f"{variant},{','.join(texts)},{','.join(map(str, numbers))}\n"
            for variant, texts, numbers in self.records.of(rows)
        ]
        self.stream.write("".join(lines).encode())

    def end(self, outcome: SweepOutcome) -> None:
        """Say of a part that it is whole, or not."""
        if self.header.shard is not None:
            said = json.dumps(outcomes.as_mapping(outcome, self.header.grid))
            self.stream.write(f"{CSV_END}{said}\n".encode())


class JsonRows:
    """The header, a mapping a variant, and what became of the rest."""

    def __init__(self, stream: IO[bytes], header: SweepHeader) -> None:
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
        """Close the list, and say what became of the variants that are not in it."""
        said = dumps({"outcome": outcomes.as_mapping(outcome, self.header.grid)}, 2)
        self.stream.write((("\n  " if self.started else "") + "],\n" + said[2:]).encode())
