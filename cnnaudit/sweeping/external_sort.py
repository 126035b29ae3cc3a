"""Sorts more variants than fit in memory: sorted runs in temporary files, which are merged."""

import heapq
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.sweeping.variants import Rows

#: Variants read from each run at a time.
_READ_ROWS = 2048
#: Variants of a block of merged rows.
_BLOCK_ROWS = 2**15


class SortedRun(NamedTuple):
    """Sorted variants in an unnamed file.

    A record is ``record_width`` int64 numbers: the sort keys, the variant's number, its quantities.
    """

    stream: IO[bytes]
    key_count: int
    record_width: int

    @classmethod
    def write(cls, rows: Rows, sort_keys: NDArray[np.int64]) -> "SortedRun":
        """Write rows that are sorted by ``sort_keys``, an array of shape (keys, rows)."""
        records = np.concatenate([sort_keys, rows.variants[None], rows.numbers]).T
        stream = tempfile.TemporaryFile()  # noqa: SIM115  open as long as the run exists
        stream.write(np.ascontiguousarray(records, np.int64).tobytes())
        stream.seek(0)
        return cls(stream, len(sort_keys), records.shape[1])

    def records(self) -> Iterator[tuple[int, ...]]:
        """Yield the records as tuples, whose comparison is that of the sort, and close the file."""
        width = self.record_width
        while data := self.stream.read(8 * width * _READ_ROWS):
            yield from map(tuple, np.frombuffer(data, np.int64).reshape(-1, width).tolist())
        self.stream.close()


def merge_runs(runs: Sequence[SortedRun]) -> Iterator[Rows]:
    """Merge sorted runs, and yield their rows in blocks."""
    key_count = runs[0].key_count
    pending: list[tuple[int, ...]] = []
    for record in heapq.merge(*(run.records() for run in runs)):
        pending.append(record)
        if len(pending) == _BLOCK_ROWS:
            yield _rows(pending, key_count)
            pending = []
    if pending:
        yield _rows(pending, key_count)


def _rows(records: list[tuple[int, ...]], key_count: int) -> Rows:
    table = np.array(records, np.int64).T[key_count:]
    return Rows(table[0], table[1:])
