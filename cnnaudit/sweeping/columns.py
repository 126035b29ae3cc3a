"""Columns of a grid's variants: axes and quantities, for conditions, order and output."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.parsing.expressions import Number
from cnnaudit.sweeping.grid import Grid
from cnnaudit.sweeping.variants import QUANTITIES, Rows


def check_name(grid: Grid, name: str, option: str) -> None:
    """Refuse what is neither a quantity nor varied; raises ``UsageError``."""
    known = (*QUANTITIES, *(axis.name for axis in grid.axes))
    if name not in known:
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        raise UsageError(f"{option}: there is no '{name}' in this sweep ({hint})")


def positions(grid: Grid, rows: Rows) -> tuple[NDArray[np.int64], ...]:
    """The positions of the variants on each axis."""
    below, found = 1, []
    for size in reversed(grid.sizes):
        found.append(rows.variants // below % size)
        below *= size
    return tuple(reversed(found))


def along(grid: Grid, rows: Rows, axis: int) -> NDArray[np.int64]:
    """The positions of the variants on one axis."""
    below = 1
    for size in grid.sizes[axis + 1 :]:
        below *= size
    found: NDArray[np.int64] = rows.variants // below % grid.sizes[axis]
    return found


def measures(grid: Grid, axis: int) -> list[Number]:
    """What the values of an axis count as; raises ``UsageError`` for words."""
    return [grid.axes[axis].measure(k) for k in range(grid.sizes[axis])]


def ranks(grid: Grid, axis: int) -> NDArray[np.int64]:
    """The values of an axis as whole numbers of the same order."""
    values = measures(grid, axis)
    order = {value: rank for rank, value in enumerate(sorted(set(values), key=Fraction))}
    return np.array([order[value] for value in values], np.int64)


def ordered(grid: Grid, rows: Rows, name: str) -> NDArray[np.int64]:
    """Whole numbers in the order of a quantity or of an axis, one a variant."""
    if name in QUANTITIES:
        return rows.column(name)
    axis = grid.axis(name)
    assert axis is not None
    found: NDArray[np.int64] = ranks(grid, axis)[along(grid, rows, axis)]
    return found


class Records:
    """Variants as plain values: the number from 1, the varied values as texts, the quantities."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._texts = [
            np.array([axis.text(k) for k in range(len(axis.values))], object) for axis in grid.axes
        ]

    def of(self, rows: Rows) -> Iterator[tuple[int, tuple[str, ...], list[int]]]:
        """One after the other."""
        at = positions(self.grid, rows)
        texts = [said[here].tolist() for said, here in zip(self._texts, at, strict=True)]
        return zip(
            (rows.variants + 1).tolist(),
            zip(*texts, strict=True),
            rows.numbers.T.tolist(),
            strict=True,
        )
