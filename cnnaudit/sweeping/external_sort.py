"""An order of more variants than fit in memory: sorted runs in temporary files, merged."""

import heapq
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.sweeping.variants import Rows

#: Variants that are read from each run at a time.
_READ = 2048
#: Variants of a block of the merged order.
_BLOCK = 2**15


class SortedRun(NamedTuple):
    """Variants in order in an unnamed file, a record each: sort keys, number, quantities."""

    stream: IO[bytes]
    key_count: int
    record_width: int

    @classmethod
    def write(cls, rows: Rows, costs: NDArray[np.int64]) -> "SortedRun":
        """Put rows aside that are in the order of ``costs``, which has a row a key."""
        records = np.concatenate([costs, rows.variants[None], rows.numbers]).T
        stream = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the run
        stream.write(np.ascontiguousarray(records, np.int64).tobytes())
        stream.seek(0)
        return cls(stream, len(costs), records.shape[1])

    def records(self) -> Iterator[tuple[int, ...]]:
        """The records, which compare as tuples do."""
        while data := self.stream.read(8 * self.record_width * _READ):
            yield from map(
                tuple, np.frombuffer(data, np.int64).reshape(-1, self.record_width).tolist()
            )
        self.stream.close()


def merge_runs(runs: Sequence[SortedRun]) -> Iterator[Rows]:
    """The rows of all runs in one order, in blocks."""
    keys = runs[0].key_count
    waiting: list[tuple[int, ...]] = []
    for record in heapq.merge(*(run.records() for run in runs)):
        waiting.append(record)
        if len(waiting) == _BLOCK:
            yield _rows(waiting, keys)
            waiting = []
    if waiting:
        yield _rows(waiting, keys)


def _rows(records: list[tuple[int, ...]], keys: int) -> Rows:
    table = np.array(records, np.int64).T[keys:]
    return Rows(table[0], table[1:])
