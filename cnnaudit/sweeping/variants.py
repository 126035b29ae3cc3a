"""The numbers of the variants of a box: the calculator, run on arrays, part by part.

A box that the calculator cannot take as a whole (its variants differ in structure, or some of them
are invalid) comes back as parts; those are run in turn, down to single variants if need be, which
are run on plain numbers: the very calculation of ``report``.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.calculator import Totals, of_inference, rows_of, totals
from cnnaudit.errors import AuditError, Diagnostic
from cnnaudit.graph.build import build
from cnnaudit.parsing.document import Document
from cnnaudit.sweeping.array_fraction import FractionArray
from cnnaudit.sweeping.binding import AxisArrays, bind, values_at
from cnnaudit.sweeping.box_split import BeyondInt64Error, SplitError
from cnnaudit.sweeping.checked_int64 import LIMIT
from cnnaudit.sweeping.grid import BATCH, SweepGrid

#: What is worked out for each variant, in the order of the columns. Everything is per image but
#: ``activation_bytes``, which is for the whole batch where that is varied.
QUANTITIES = (
    "params",
    "trainable_params",
    "non_trainable_params",
    "buffers",
    "macs",
    "flops",
    "activation_size",
    "weight_bytes",
    "activation_bytes",
)

Indices = NDArray[np.int64]
#: Positions on each axis.
Box = tuple[Indices, ...]


class Rows(NamedTuple):
    """Some variants: their numbers in the grid, and their quantities, one row each of the array."""

    variants: Indices
    numbers: NDArray[np.int64]

    def take(self, chosen: Any) -> "Rows":
        """The variants at some positions, or where a mask is true."""
        return Rows(self.variants[chosen], self.numbers[:, chosen])

    def column(self, name: str) -> NDArray[np.int64]:
        """One quantity of all variants."""
        column: NDArray[np.int64] = self.numbers[QUANTITIES.index(name)]
        return column


def concatenate_rows(parts: Sequence[Rows]) -> Rows:
    """Rows one behind the other."""
    if not parts:
        return Rows(np.zeros(0, np.int64), np.zeros((len(QUANTITIES), 0), np.int64))
    return Rows(
        np.concatenate([part.variants for part in parts]),
        np.concatenate([part.numbers for part in parts], axis=1),
    )


class InvalidVariants(NamedTuple):
    """Variants without a valid network for one reason: how many, and the first of them.

    ``diagnostic`` is what a report of that first variant says.
    """

    diagnostic: Diagnostic
    variant_count: int
    first: int

    @property
    def reason(self) -> tuple[str, str, int, int]:
        """What makes two of them the same: the kind of error, and its place."""
        found = self.diagnostic
        span = found.span
        place = (span.line, span.column) if span else (0, 0)
        return (found.name, found.path, *place)


def count_invalid(found: dict[Any, InvalidVariants], more: InvalidVariants) -> None:
    """Count ``more`` among the invalid variants found so far."""
    known = found.get(more.reason)
    if known is None:
        found[more.reason] = more
        return
    earlier = min(known, more, key=lambda invalid: invalid.first)
    found[more.reason] = earlier._replace(variants=known.variant_count + more.variant_count)


class BoxResult(NamedTuple):
    """A stretch of the grid: its valid variants in order, and why the others are not."""

    rows: Rows
    invalid: tuple[InvalidVariants, ...]


class StoppedError(Exception):
    """The caller has had enough."""


def measure_box(
    document: Document,
    grid: SweepGrid,
    arrays: Sequence[AxisArrays],
    ranges: Sequence[range],
    stop: Callable[[], bool] = lambda: False,
) -> BoxResult:
    """The variants of a box that is contiguous in the grid; raises ``StoppedError`` on demand."""
    sizes = tuple(map(len, ranges))
    numbers = np.zeros((len(QUANTITIES), *sizes), np.int64)
    valid = np.zeros(sizes, bool)
    offsets = [span.start for span in ranges]
    start = int(np.ravel_multi_index(tuple(offsets), grid.sizes))
    invalid: dict[Any, InvalidVariants] = {}
    waiting: list[Box] = [tuple(np.arange(size, dtype=np.int64) for size in sizes)]
    while waiting:
        if stop():
            raise StoppedError
        box = waiting.pop()
        here = np.ix_(*box)
        absolute = tuple(part + offset for part, offset in zip(box, offsets, strict=True))
        try:
            found = _quantities(document, arrays, absolute)
        except SplitError as division:
            waiting += reversed(_parts(box, division.axis, division.groups))
        except BeyondInt64Error:
            axis = max(range(len(box)), key=lambda k: len(box[k]))
            if len(box[axis]) > 1:
                # Few variants are that large: these are calculated one by one.
                waiting += _parts(box, axis, [[k] for k in reversed(range(len(box[axis])))])
            else:
                count_invalid(invalid, _first(_beyond(document), box, sizes, start))
        except AuditError as error:
            count_invalid(invalid, _first(error.diagnostics[0], box, sizes, start))
        else:
            valid[here] = True
            for row, value in zip(numbers, found, strict=True):
                row[here] = value
    kept = np.flatnonzero(valid)
    rows = Rows(kept + start, numbers.reshape(len(QUANTITIES), -1)[:, kept])
    return BoxResult(rows, tuple(invalid.values()))


def _parts(box: Box, axis: int, groups: Sequence[Sequence[int]]) -> list[Box]:
    return [(*box[:axis], box[axis][np.asarray(group)], *box[axis + 1 :]) for group in groups]


def _first(diagnostic: Diagnostic, box: Box, sizes: tuple[int, ...], start: int) -> InvalidVariants:
    count = 1
    for part in box:
        count *= len(part)
    corner = tuple(int(part[0]) for part in box)
    return InvalidVariants(diagnostic, count, start + int(np.ravel_multi_index(corner, sizes)))


def _beyond(document: Document) -> Diagnostic:
    path = document.source.path
    return Diagnostic("over-limit", "a total is larger than 2^63 - 1", path, document.span)


def _quantities(
    document: Document, arrays: Sequence[AxisArrays], box: Box
) -> list[NDArray[np.int64] | int]:
    """Every quantity of the variants of a box, shapes that broadcast to it.

    Raises ``SplitError`` where they cannot be worked out together, ``BeyondInt64Error`` where they
    are too large, ``AuditError`` where none of them is a network.
    """
    batch: Any = 1
    for axis, (along, positions) in enumerate(zip(arrays, box, strict=True)):
        value = values_at(along, positions, axis, len(arrays))
        if along.name == BATCH and BATCH not in document.vars:
            batch = value
        else:
            document = bind(document, along.name, value)
    graph = build(document)
    sums = totals(row for row in rows_of(graph) if of_inference(row.node))
    return [_stored(value) for value in _selected(sums, batch)]


def _selected(sums: Totals, batch: Any) -> list[Any]:
    values = [getattr(sums, name) for name in QUANTITIES]
    values[QUANTITIES.index("activation_bytes")] *= batch
    return values


def _stored(value: Any) -> NDArray[np.int64] | int:
    if isinstance(value, FractionArray):
        return value.array()
    if value > LIMIT:
        raise BeyondInt64Error
    number: int = value
    return number
