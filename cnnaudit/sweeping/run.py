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
from cnnaudit.sweeping.columns import positions
from cnnaudit.sweeping.grid import Grid, boxes, grid
from cnnaudit.sweeping.header import Header, Options, Shard, digest
from cnnaudit.sweeping.outcome import Outcome
from cnnaudit.sweeping.selection import selected
from cnnaudit.sweeping.variants import (
    QUANTITIES,
    Invalid,
    Rows,
    StoppedError,
    joined,
    measure,
)

#: Variants that are worked out together. An array of them is 1 MiB; a few dozen live at a time.
BOX = 2**17


class Job(NamedTuple):
    """A sweep that is ready to run: what it is, and the document that it varies."""

    header: Header
    document: Document


def prepare(
    operand: str,
    vary: Sequence[str],
    options: Options = Options(),  # noqa: B008  an immutable value
    overrides: Overrides = Overrides(),  # noqa: B008
    shard: Shard | None = None,
) -> Job:
    """The sweep of one network; raises ``AuditError`` and ``UsageError``."""
    document, path = load_architecture(operand, overrides)
    whole = grid(document, vary)
    fixed = {text.partition("=")[0].strip() for text in overrides.variables}
    for axis in whole.axes:
        if axis.name in fixed:
            raise UsageError(f"{axis.name} is both fixed by --set and varied by --vary")
        if axis.name in (*QUANTITIES, "variant", "sweep", "outcome"):
            raise UsageError(
                f"--vary {axis.name}: this is the name of a column; rename the variable"
            )
    said = (tuple(overrides.inputs), tuple(overrides.variables))
    header = Header(
        document.name or PurePath(document.source.path).stem,
        path,
        digest(document, said),
        whole,
        options,
        shard,
    )
    assert header.selection is not None  # raises where the options do not fit the grid
    return Job(header, document)


def variants(
    job: Job, outcome: Outcome, stop: Callable[[], bool] = lambda: False
) -> Iterator[Rows]:
    """The variants that are kept, in blocks; what else there is to know goes to ``outcome``.

    Ends early where ``stop`` says so, between two calculations: the outcome is not complete then.
    """
    header = job.header
    for block in selected(_measured(job, outcome, stop), header.grid, header.selection):
        outcome.kept += len(block.variants)
        yield block


def _measured(job: Job, outcome: Outcome, stop: Callable[[], bool]) -> Iterator[Rows]:
    whole, stretch = job.header.grid, job.header.stretch
    arrays = [axis_arrays(axis) for axis in whole.axes]
    for box in boxes(whole.sizes, stretch.start, stretch.stop, BOX):
        try:
            found = measure(job.document, whole, arrays, box, stop)
        except StoppedError:
            outcome.complete = False
            return
        size = 1
        for span in box:
            size *= len(span)
        outcome.measured += size
        outcome.add_invalid(found.invalid)
        yield found.rows


class Table(NamedTuple):
    """The variants that a sweep keeps, in memory."""

    grid: Grid
    rows: Rows
    invalid: tuple[Invalid, ...]

    @property
    def size(self) -> int:
        """How many variants are kept."""
        return len(self.rows.variants)

    def column(self, name: str) -> Any:
        """A quantity as an int64 array, or the values of what was varied as a list."""
        if name in QUANTITIES:
            return self.rows.column(name)
        axis = self.grid.axis(name)
        if axis is None:
            raise KeyError(name)
        at: NDArray[np.int64] = positions(self.grid, self.rows)[axis]
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
) -> Table:
    """The numbers of a network over a grid: ``sweep("zoo:alexnet", ["width=1/20..1:1/20"])``.

    Exact, equal to the report of each variant. Raises ``AuditError`` for a file that cannot be
    read, ``UsageError`` for a grid or a selection that makes no sense; variants without a valid
    network are counted in ``invalid``.
    """
    job = prepare(operand, vary, Options(where, pareto, sort, top), overrides)
    outcome = Outcome()
    return Table(job.header.grid, joined(list(variants(job, outcome))), outcome.invalid)
