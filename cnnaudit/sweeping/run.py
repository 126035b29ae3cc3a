"""Runs a sweep, from its description to a stream of variants or a table in memory."""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from pathlib import PurePath
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError
from cnnaudit.loading import Overrides, load_architecture
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.sweeping.binding import axis_arrays
from cnnaudit.sweeping.columns import axis_positions
from cnnaudit.sweeping.grid import SweepGrid, boxes, read_grid
from cnnaudit.sweeping.header import SelectionOptions, Shard, SweepHeader, digest
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.selection import apply_selection
from cnnaudit.sweeping.variants import (
    QUANTITIES,
    InvalidVariants,
    Rows,
    StoppedError,
    concatenate_rows,
    measure_box,
)

#: The limit of variants calculated together: an array of them is 1 MiB, and a few dozen are alive.
MAX_BOX_SIZE = 2**17


class SweepJob(NamedTuple):
    """A sweep that is ready to run: its header, and the architecture that it varies."""

    header: SweepHeader
    architecture: Architecture


def prepare_sweep(
    operand: str,
    vary: Sequence[str],
    options: SelectionOptions = SelectionOptions(),  # noqa: B008  an immutable value
    overrides: Overrides = Overrides(),  # noqa: B008
    shard: Shard | None = None,
) -> SweepJob:
    """Read the network and the options of a sweep; raises ``AuditError`` and ``UsageError``."""
    architecture, path = load_architecture(operand, overrides)
    grid = read_grid(architecture, vary)
    set_names = {text.partition("=")[0].strip() for text in overrides.variables}
    for axis in grid.axes:
        if axis.name in set_names:
            raise UsageError(f"{axis.name} is both fixed by --set and varied by --vary")
        if axis.name in (*QUANTITIES, "variant", "sweep", "outcome"):
            raise UsageError(
                f"--vary {axis.name}: this is the name of a column; rename the variable"
            )
    override_texts = (tuple(overrides.inputs), tuple(overrides.variables))
    header = SweepHeader(
        architecture.name or PurePath(architecture.source.path).stem,
        path,
        digest(architecture, override_texts),
        grid,
        options,
        shard,
    )
    assert header.selection is not None  # raises if the options do not suit the grid
    return SweepJob(header, architecture)


def stream_variants(
    job: SweepJob, outcome: SweepOutcome, stop: Callable[[], bool] = lambda: False
) -> Iterator[Rows]:
    """Yield the selected variants in blocks, and fill ``outcome``.

    Ends early, with an incomplete outcome, if ``stop`` returns True between two calculations.
    """
    header = job.header
    measured = _measure(job, outcome, stop)
    for block in apply_selection(measured, header.grid, header.selection):
        outcome.selected += len(block.variants)
        yield block


def _measure(job: SweepJob, outcome: SweepOutcome, stop: Callable[[], bool]) -> Iterator[Rows]:
    """Yield all valid variants of the job's range, in blocks."""
    grid, variant_range = job.header.grid, job.header.variant_range
    arrays = [axis_arrays(axis) for axis in grid.axes]
    for box in boxes(grid.sizes, variant_range.start, variant_range.stop, MAX_BOX_SIZE):
        try:
            result = measure_box(job.architecture, grid, arrays, box, stop)
        except StoppedError:
            outcome.complete = False
            return
        outcome.measured += prod(map(len, box))
        outcome.add_invalid(result.invalid)
        yield result.rows


class SweepTable(NamedTuple):
    """The selected variants of a sweep, in memory, and the invalid ones by reason."""

    grid: SweepGrid
    rows: Rows
    invalid: tuple[InvalidVariants, ...]

    @property
    def size(self) -> int:
        """The number of selected variants."""
        return len(self.rows.variants)

    def column(self, name: str) -> Any:
        """Return a quantity as an int64 array, or the values of an axis as a list.

        Raises ``KeyError`` for any other name.
        """
        if name in QUANTITIES:
            return self.rows.column(name)
        axis = self.grid.axis_index(name)
        if axis is None:
            raise KeyError(name)
        positions: NDArray[np.int64] = axis_positions(self.grid, self.rows)[axis]
        return [self.grid.axes[axis].values[position] for position in positions]


def sweep(
    operand: str,
    vary: Sequence[str],
    *,
    where: str = "",
    pareto: str = "",
    sort: str = "",
    top: int | None = None,
    overrides: Overrides = Overrides(),  # noqa: B008
) -> SweepTable:
    """Calculate a network over a grid: ``sweep("zoo:alexnet", ["width=1/20..1:1/20"])``.

    The numbers are exact and equal the report of each variant. Raises ``AuditError`` for a file
    that cannot be read, ``UsageError`` for a grid or a selection that is invalid; variants without
    a valid network are counted in ``invalid``.
    """
    job = prepare_sweep(operand, vary, SelectionOptions(where, pareto, sort, top), overrides)
    outcome = SweepOutcome()
    rows = concatenate_rows(list(stream_variants(job, outcome)))
    return SweepTable(job.header.grid, rows, outcome.invalid)
