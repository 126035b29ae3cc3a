"""A sweep from its description to the stream of its variants, and as a table in memory."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError
from cnnaudit.loading import Overrides, load_architecture
from cnnaudit.parsing.document import Document
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

#: Variants that are worked out together. An array of them is 1 MiB; a few dozen live at a time.
MAX_BOX_SIZE = 2**17


class SweepJob(NamedTuple):
    """A sweep that is ready to run: what it is, and the document that it varies."""

    header: SweepHeader
    architecture: Document


def prepare_sweep(
    operand: str,
    vary: Sequence[str],
    options: SelectionOptions = SelectionOptions(),  # noqa: B008  an immutable value
    overrides: Overrides = Overrides(),  # noqa: B008
    shard: Shard | None = None,
) -> SweepJob:
    """The sweep of one network; raises ``AuditError`` and ``UsageError``."""
    document, path = load_architecture(operand, overrides)
    whole = read_grid(document, vary)
    fixed = {text.partition("=")[0].strip() for text in overrides.variables}
    for axis in whole.axes:
        if axis.name in fixed:
            raise UsageError(f"{axis.name} is both fixed by --set and varied by --vary")
        if axis.name in (*QUANTITIES, "variant", "sweep", "outcome"):
            raise UsageError(
                f"--vary {axis.name}: this is the name of a column; rename the variable"
            )
    said = (tuple(overrides.inputs), tuple(overrides.variables))
    header = SweepHeader(
        document.name or PurePath(document.source.path).stem,
        path,
        digest(document, said),
        whole,
        options,
        shard,
    )
    assert header.selection is not None  # raises where the options do not fit the grid
    return SweepJob(header, document)


def stream_variants(
    job: SweepJob, outcome: SweepOutcome, stop: Callable[[], bool] = lambda: False
) -> Iterator[Rows]:
    """The variants that are kept, in blocks; what else there is to know goes to ``outcome``.

    Ends early where ``stop`` says so, between two calculations: the outcome is not complete then.
    """
    header = job.header
    for block in apply_selection(_measured(job, outcome, stop), header.grid, header.selection):
        outcome.selected += len(block.variants)
        yield block


def _measured(job: SweepJob, outcome: SweepOutcome, stop: Callable[[], bool]) -> Iterator[Rows]:
    whole, stretch = job.header.grid, job.header.variant_range
    arrays = [axis_arrays(axis) for axis in whole.axes]
    for box in boxes(whole.sizes, stretch.start, stretch.stop, MAX_BOX_SIZE):
        try:
            found = measure_box(job.architecture, whole, arrays, box, stop)
        except StoppedError:
            outcome.complete = False
            return
        size = 1
        for span in box:
            size *= len(span)
        outcome.measured += size
        outcome.add_invalid(found.invalid)
        yield found.rows


class SweepTable(NamedTuple):
    """The variants that a sweep keeps, in memory."""

    grid: SweepGrid
    rows: Rows
    invalid: tuple[InvalidVariants, ...]

    @property
    def size(self) -> int:
        """How many variants are kept."""
        return len(self.rows.variants)

    def column(self, name: str) -> Any:
        """A quantity as an int64 array, or the values of what was varied as a list."""
        if name in QUANTITIES:
            return self.rows.column(name)
        axis = self.grid.axis_index(name)
        if axis is None:
            raise KeyError(name)
        at: NDArray[np.int64] = axis_positions(self.grid, self.rows)[axis]
        return [self.grid.axes[axis].values[k] for k in at]


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
    """The numbers of a network over a grid: ``sweep("zoo:alexnet", ["width=1/20..1:1/20"])``.

    Exact, equal to the report of each variant. Raises ``AuditError`` for a file that cannot be
    read, ``UsageError`` for a grid or a selection that makes no sense; variants without a valid
    network are counted in ``invalid``.
    """
    job = prepare_sweep(operand, vary, SelectionOptions(where, pareto, sort, top), overrides)
    outcome = SweepOutcome()
    return SweepTable(
        job.header.grid, concatenate_rows(list(stream_variants(job, outcome))), outcome.invalid
    )
