"""Columns of a grid's variants, axes and quantities, for conditions, order and output."""

from collections.abc import Iterator
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError
from cnnaudit.parsing.expressions import Number
from cnnaudit.quantities import full_name, name_hint
from cnnaudit.sweeping.grid import SweepGrid
from cnnaudit.sweeping.variants import QUANTITIES, Rows


def column_name(grid: SweepGrid, word: str, option: str) -> str:
    """The quantity or axis of this name, an axis first; raises ``UsageError`` if there is none."""
    names = (*QUANTITIES, *(axis.name for axis in grid.axes))
    name = word if word in names else full_name(word)
    if name not in names:
        raise UsageError(f"{option}: there is no '{word}' in this sweep ({name_hint(word, names)})")
    return name


def axis_positions(grid: SweepGrid, rows: Rows) -> tuple[NDArray[np.int64], ...]:
    """Return the variants' positions on each axis: one array an axis, one element a variant."""
    stride, positions = 1, []
    for size in reversed(grid.sizes):
        positions.append(rows.variants // stride % size)
        stride *= size
    return tuple(reversed(positions))


def positions_on_axis(grid: SweepGrid, rows: Rows, axis: int) -> NDArray[np.int64]:
    """Return the variants' positions on one axis."""
    stride = prod(grid.sizes[axis + 1 :])
    positions: NDArray[np.int64] = rows.variants // stride % grid.sizes[axis]
    return positions


def axis_measures(grid: SweepGrid, axis: int) -> list[Number]:
    """Return the values of an axis as numbers to compare; raises ``UsageError`` for words."""
    return [grid.axes[axis].measure(position) for position in range(grid.sizes[axis])]


def axis_ranks(grid: SweepGrid, axis: int) -> NDArray[np.int64]:
    """Return the rank of each value of an axis, from 0; equal values share a rank."""
    values = axis_measures(grid, axis)
    ranks = {value: rank for rank, value in enumerate(sorted(set(values), key=Fraction))}
    return np.array([ranks[value] for value in values], np.int64)


def order_values(grid: SweepGrid, rows: Rows, name: str) -> NDArray[np.int64]:
    """Return integers in the order of a quantity or of an axis, one a variant."""
    if name in QUANTITIES:
        return rows.column(name)
    axis = grid.axis_index(name)
    assert axis is not None
    ranks: NDArray[np.int64] = axis_ranks(grid, axis)[positions_on_axis(grid, rows, axis)]
    return ranks


class VariantRecords:
    """Converts variants of a grid to plain values."""

    def __init__(self, grid: SweepGrid) -> None:
        self.grid = grid
        self._axis_texts = [
            np.array([axis.text(position) for position in range(len(axis.values))], object)
            for axis in grid.axes
        ]

    def of(self, rows: Rows) -> Iterator[tuple[int, tuple[str, ...], list[int]]]:
        """Yield for each variant its number from 1, its axis values as text, its quantities."""
        columns = [
            texts[positions].tolist()
            for texts, positions in zip(
                self._axis_texts, axis_positions(self.grid, rows), strict=True
            )
        ]
        return zip(
            (rows.variants + 1).tolist(),
            zip(*columns, strict=True),
            rows.numbers.T.tolist(),
            strict=True,
        )
