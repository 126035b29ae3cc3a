"""What a plot of a sweep shows: the least and the most of a quantity over one varied value."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError
from cnnaudit.sweeping.columns import positions_on_axis
from cnnaudit.sweeping.grid import BATCH, SweepAxis, SweepGrid
from cnnaudit.sweeping.variants import Rows

#: What is plotted, and how it is called.
PLOTTED_QUANTITIES = {"params": "Parameters", "macs": "MACs"}


class CurvePoint(NamedTuple):
    """One value on the horizontal axis: what a quantity comes to, at least and at most."""

    x: float
    minimum: int
    maximum: int


class Curves:
    """Collects the points of both quantities block by block; memory follows the axis alone."""

    def __init__(self, grid: SweepGrid) -> None:
        self.grid = grid
        self.axis = _horizontal(grid)
        size = grid.sizes[self.axis]
        self._least = {name: np.full(size, np.iinfo(np.int64).max) for name in PLOTTED_QUANTITIES}
        self._most = {name: np.full(size, -1) for name in PLOTTED_QUANTITIES}

    def add(self, rows: Rows) -> None:
        """Take some variants."""
        at = positions_on_axis(self.grid, rows, self.axis)
        for name in PLOTTED_QUANTITIES:
            np.minimum.at(self._least[name], at, rows.column(name))
            np.maximum.at(self._most[name], at, rows.column(name))

    @property
    def title(self) -> str:
        """What the horizontal axis shows."""
        axis = self.grid.axes[self.axis]
        shapes = isinstance(axis.values[0], tuple)
        return f"{axis.name} height" if shapes and len(axis.values[0]) > 2 else axis.name

    @property
    def has_range(self) -> bool:
        """Whether other values vary too, so that there is a range above each point."""
        others = (axis for k, axis in enumerate(self.grid.axes) if k != self.axis)
        return any(len(axis.values) > 1 and axis.name != BATCH for axis in others)

    def points(self, name: str) -> list[CurvePoint]:
        """The points of a quantity, by their place on the horizontal axis."""
        axis = self.grid.axes[self.axis]
        kept: NDArray[np.int64] = np.flatnonzero(self._most[name] >= 0)
        return sorted(
            CurvePoint(_place(axis, k), int(self._least[name][k]), int(self._most[name][k]))
            for k in kept.tolist()
        )


def _place(axis: SweepAxis, position: int) -> float:
    value = axis.values[position]
    return float(value[0] if isinstance(value, tuple) else value)


def _horizontal(grid: SweepGrid) -> int:
    """The first axis of numbers with several values; the batch changes neither quantity."""
    numeric = [
        k
        for k, axis in enumerate(grid.axes)
        if not any(isinstance(value, str | bool) for value in axis.values)
    ]
    if not numeric:
        raise UsageError("a plot needs varied numbers")
    order = sorted(numeric, key=lambda k: (grid.sizes[k] == 1, grid.axes[k].name == BATCH, k))
    return order[0]
