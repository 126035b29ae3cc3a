"""The curves of a sweep's plot: minimum and maximum of a quantity over one axis."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError
from cnnaudit.sweeping.columns import positions_on_axis
from cnnaudit.sweeping.grid import BATCH, SweepAxis, SweepGrid
from cnnaudit.sweeping.variants import Rows

#: The quantities that are plotted, and their titles.
PLOTTED_QUANTITIES = {"params": "Parameters", "macs": "MACs"}


class CurvePoint(NamedTuple):
    """A value on the horizontal axis, and the quantity's smallest and largest value there."""

    x: float
    minimum: int
    maximum: int


class Curves:
    """Collects the points of both quantities, block by block; memory grows with one axis only."""

    def __init__(self, grid: SweepGrid) -> None:
        self.grid = grid
        self.axis = _horizontal(grid)
        size = grid.sizes[self.axis]
        self._minima = {name: np.full(size, np.iinfo(np.int64).max) for name in PLOTTED_QUANTITIES}
        self._maxima = {name: np.full(size, -1) for name in PLOTTED_QUANTITIES}

    def add(self, rows: Rows) -> None:
        """Add a block of variants."""
        positions = positions_on_axis(self.grid, rows, self.axis)
        for name in PLOTTED_QUANTITIES:
            np.minimum.at(self._minima[name], positions, rows.column(name))
            np.maximum.at(self._maxima[name], positions, rows.column(name))

    @property
    def title(self) -> str:
        """The title of the horizontal axis."""
        axis = self.grid.axes[self.axis]
        first = axis.values[0]
        has_height = isinstance(first, tuple) and len(first) > 2
        return f"{axis.name} height" if has_height else axis.name

    @property
    def has_range(self) -> bool:
        """Whether other axes vary too, so that minimum and maximum differ."""
        others = (axis for k, axis in enumerate(self.grid.axes) if k != self.axis)
        return any(len(axis.values) > 1 and axis.name != BATCH for axis in others)

    def points(self, name: str) -> list[CurvePoint]:
        """Return the points of a quantity, from left to right."""
        axis = self.grid.axes[self.axis]
        minima, maxima = self._minima[name], self._maxima[name]
        positions: NDArray[np.int64] = np.flatnonzero(maxima >= 0)
        return sorted(
            CurvePoint(_coordinate(axis, k), int(minima[k]), int(maxima[k]))
            for k in positions.tolist()
        )


def _coordinate(axis: SweepAxis, position: int) -> float:
    value = axis.values[position]
    return float(value[0] if isinstance(value, tuple) else value)


def _horizontal(grid: SweepGrid) -> int:
    """The index of the first numeric axis with several values, preferably not the batch.

    The batch changes neither quantity. Raises ``UsageError`` if there is no numeric axis.
    """
    numeric = [
        k
        for k, axis in enumerate(grid.axes)
        if not any(isinstance(value, str | bool) for value in axis.values)
    ]
    if not numeric:
        raise UsageError("a plot needs varied numbers")
    order = sorted(numeric, key=lambda k: (grid.sizes[k] == 1, grid.axes[k].name == BATCH, k))
    return order[0]
