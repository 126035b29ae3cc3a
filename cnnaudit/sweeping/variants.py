"""Calculates the variants of a box by running the calculator on arrays.

If the variants of a box differ in structure, or some of them are invalid, the box is split and its
parts are calculated in turn, if necessary down to single variants. Those are calculated with plain
numbers, exactly as for ``report``.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.calculator import is_in_totals, rows_of, totals
from cnnaudit.errors import AuditError, Diagnostic, error_diagnostic, location_order
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.quantities import SWEPT
from cnnaudit.sweeping.array_fraction import FractionArray
from cnnaudit.sweeping.binding import AxisArrays, bind, values_at
from cnnaudit.sweeping.box_split import BeyondInt64Error, SplitError
from cnnaudit.sweeping.checked_int64 import LIMIT
from cnnaudit.sweeping.grid import BATCH, SweepGrid

#: The columns of a sweep: the totals that a file can claim. All are per image, except that
#: ``activation_bytes`` is for the whole batch if the batch is varied.
QUANTITIES = SWEPT

Indices = NDArray[np.int64]
#: The positions on each axis.
Box = tuple[Indices, ...]


class Rows(NamedTuple):
    """Variants of a grid: their numbers from 0, and ``numbers`` of shape (quantities, variants)."""

    variants: Indices
    numbers: NDArray[np.int64]

    def take(self, indices: Any) -> "Rows":
        """Return the variants at the indices, in the slice, or for which the mask is true."""
        return Rows(self.variants[indices], self.numbers[:, indices])

    def column(self, name: str) -> NDArray[np.int64]:
        """Return one quantity of all variants."""
        column: NDArray[np.int64] = self.numbers[QUANTITIES.index(name)]
        return column


def concatenate_rows(blocks: Sequence[Rows]) -> Rows:
    """Join blocks of rows."""
    if not blocks:
        return Rows(np.zeros(0, np.int64), np.zeros((len(QUANTITIES), 0), np.int64))
    return Rows(
        np.concatenate([block.variants for block in blocks]),
        np.concatenate([block.numbers for block in blocks], axis=1),
    )


class InvalidVariants(NamedTuple):
    """Variants without a valid network for the same reason: their count, the first one's number.

    ``diagnostic`` is that of a report of the first variant.
    """

    diagnostic: Diagnostic
    variant_count: int
    first: int

    @property
    def reason(self) -> tuple[str, str, int, int]:
        """The key by which variants are grouped: the diagnostic's name and place."""
        path, line, column = location_order(self.diagnostic)
        return self.diagnostic.name, path, line, column


def count_invalid(by_reason: dict[Any, InvalidVariants], more: InvalidVariants) -> None:
    """Add invalid variants to those with the same reason."""
    group = by_reason.get(more.reason)
    if group is None:
        by_reason[more.reason] = more
        return
    earlier = min(group, more, key=lambda invalid: invalid.first)
    variant_count = group.variant_count + more.variant_count
    by_reason[more.reason] = earlier._replace(variant_count=variant_count)


class BoxResult(NamedTuple):
    """The valid variants of a contiguous box, in order, and the invalid ones by reason."""

    rows: Rows
    invalid: tuple[InvalidVariants, ...]


class StoppedError(Exception):
    """The calculation was stopped by its caller."""


def measure_box(
    architecture: Architecture,
    grid: SweepGrid,
    arrays: Sequence[AxisArrays],
    ranges: Sequence[range],
    stop: Callable[[], bool] = lambda: False,
) -> BoxResult:
    """Calculate a box, given by its positions on each axis, that is contiguous in the grid.

    Raises ``StoppedError`` if ``stop`` returns True between two calculations.
    """
    sizes = tuple(map(len, ranges))
    numbers = np.zeros((len(QUANTITIES), *sizes), np.int64)
    is_valid = np.zeros(sizes, bool)
    offsets = [positions.start for positions in ranges]
    start = int(np.ravel_multi_index(tuple(offsets), grid.sizes))
    invalid: dict[Any, InvalidVariants] = {}
    pending: list[Box] = [tuple(np.arange(size, dtype=np.int64) for size in sizes)]
    while pending:
        if stop():
            raise StoppedError
        box = pending.pop()
        grid_box = tuple(part + offset for part, offset in zip(box, offsets, strict=True))
        try:
            quantities = _quantities(architecture, arrays, grid_box)
        except SplitError as split:
            pending += reversed(_split_box(box, split.axis, split.groups))
        except BeyondInt64Error:
            # Variants with such large numbers are few, so they are calculated one by one.
            axis = max(range(len(box)), key=lambda k: len(box[k]))
            single_positions = [[k] for k in reversed(range(len(box[axis])))]
            if len(single_positions) > 1:
                pending += _split_box(box, axis, single_positions)
            else:
                diagnostic = _over_limit(architecture)
                count_invalid(invalid, _invalid_box(diagnostic, box, sizes, start))
        except AuditError as error:
            count_invalid(invalid, _invalid_box(error.diagnostics[0], box, sizes, start))
        else:
            indices = np.ix_(*box)
            is_valid[indices] = True
            for quantity, value in zip(numbers, quantities, strict=True):
                quantity[indices] = value
    valid = np.flatnonzero(is_valid)
    rows = Rows(valid + start, numbers.reshape(len(QUANTITIES), -1)[:, valid])
    return BoxResult(rows, tuple(invalid.values()))


def _split_box(box: Box, axis: int, groups: Sequence[Sequence[int]]) -> list[Box]:
    """Return a box for each group of positions on an axis."""
    return [(*box[:axis], box[axis][np.asarray(group)], *box[axis + 1 :]) for group in groups]


def _invalid_box(
    diagnostic: Diagnostic, box: Box, sizes: tuple[int, ...], start: int
) -> InvalidVariants:
    """Return all variants of a box as invalid ones."""
    count = prod(map(len, box))
    corner = tuple(int(positions[0]) for positions in box)
    return InvalidVariants(diagnostic, count, start + int(np.ravel_multi_index(corner, sizes)))


def _over_limit(architecture: Architecture) -> Diagnostic:
    path = architecture.source.path
    return error_diagnostic(
        "over-limit", "a total is larger than 2^63 - 1", path, architecture.span
    )


def _quantities(
    architecture: Architecture, arrays: Sequence[AxisArrays], box: Box
) -> list[NDArray[np.int64] | int]:
    """Every quantity of the variants of a box, with shapes that broadcast to it.

    Raises ``SplitError`` if they cannot be calculated together, ``BeyondInt64Error`` if they are
    too large, ``AuditError`` if none of them is a valid network.
    """
    batch: Any = 1
    for axis, (axis_values, positions) in enumerate(zip(arrays, box, strict=True)):
        value = values_at(axis_values, positions, axis, len(arrays))
        if axis_values.name == BATCH and BATCH not in architecture.vars:
            batch = value
        else:
            architecture = bind(architecture, axis_values.name, value)
    graph = build_graph(architecture)
    sums = totals(row for row in rows_of(graph) if is_in_totals(row.node))
    quantities = [getattr(sums, name) for name in QUANTITIES]
    quantities[QUANTITIES.index("activation_bytes")] *= batch
    return [_array_or_int(quantity) for quantity in quantities]


def _array_or_int(value: Any) -> NDArray[np.int64] | int:
    if isinstance(value, FractionArray):
        return value.array()
    if value > LIMIT:
        raise BeyondInt64Error
    number: int = value
    return number
