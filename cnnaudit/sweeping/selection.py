"""Selects and orders variants: ``--where``, ``--pareto``, ``--sort``, ``--top``.

Blocks of variants stream through. A Pareto front and the first N are held and improved block by
block, so memory does not grow with the grid; a complete order uses sorted runs (``external_sort``).
Selecting from the joined selections of all shards gives the selection of the complete sweep, so
shards can be merged.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError
from cnnaudit.sweeping.columns import column_name, order_values
from cnnaudit.sweeping.conditions import Condition, holds, read_conditions
from cnnaudit.sweeping.external_sort import SortedRun, merge_runs
from cnnaudit.sweeping.grid import SweepGrid
from cnnaudit.sweeping.variants import Rows, concatenate_rows

#: Variants held in memory before they are written as a sorted run.
_MAX_HELD = 2**17


class SortKey(NamedTuple):
    """A quantity or an axis, and whether larger values of it are better."""

    name: str
    larger_is_better: bool


class Selection(NamedTuple):
    """The options of a selection: conditions, keys of a Pareto front, an order, the first N."""

    where: tuple[Condition, ...] = ()
    pareto: tuple[SortKey, ...] = ()
    sort: tuple[SortKey, ...] = ()
    top: int | None = None


def read_selection(
    grid: SweepGrid, where: str, pareto: str, sort: str, top: int | None
) -> Selection:
    """Read the selection from the options' texts; raises ``UsageError``."""
    if top is not None and top < 1:
        raise UsageError("--top takes a whole number from 1")
    pareto_keys = _read_keys(grid, pareto, "+", "--pareto")
    sort_keys = _read_keys(grid, sort, "-", "--sort")
    return Selection(read_conditions(where, grid), pareto_keys, sort_keys or pareto_keys, top)


def _read_keys(grid: SweepGrid, text: str, mark: str, option: str) -> tuple[SortKey, ...]:
    """Read names such as ``params,+width``; of names with the mark, larger values are better."""
    keys = []
    for part in text.split(",") if text.strip() else ():
        name = column_name(grid, part.strip().removeprefix(mark), option)
        axis = grid.axis_index(name)
        if axis is not None:
            grid.axes[axis].measure(0)  # raises for words, which have no order
        keys.append(SortKey(name, part.strip().startswith(mark)))
    return tuple(keys)


def _costs(grid: SweepGrid, rows: Rows, keys: tuple[SortKey, ...]) -> NDArray[np.int64]:
    """The keys' values, shape (keys, variants); smaller is better."""
    columns = [order_values(grid, rows, key.name) for key in keys]
    signs = [-1 if key.larger_is_better else 1 for key in keys]
    return np.array([sign * column for sign, column in zip(signs, columns, strict=True)])


def pareto_front(costs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices of the Pareto front: variants that no other variant dominates.

    A variant dominates another if none of its costs is larger and one is smaller. ``costs`` has
    shape (quantities, variants). Of equal variants all are in the front.
    """
    order = np.lexsort(costs[::-1])
    remaining = costs[:, order]
    front: list[NDArray[np.int64]] = []
    while order.size:
        # In lexicographic order no other remaining variant dominates the first.
        best = remaining[:, :1]
        is_equal = (remaining == best).all(axis=0)
        front.append(order[is_equal])
        is_undominated = (remaining < best).any(axis=0)
        order, remaining = order[is_undominated], remaining[:, is_undominated]
    return np.sort(np.concatenate(front)) if front else order


def apply_selection(
    blocks: Iterator[Rows], grid: SweepGrid, selection: Selection
) -> Iterator[Rows]:
    """Select from blocks of variants, which come in the order of the grid."""
    blocks = (_where(block, grid, selection.where) for block in blocks)
    if selection.pareto:
        blocks = _pareto(blocks, grid, selection.pareto)
    if selection.sort:
        return _sorted(blocks, grid, selection)
    return _first(blocks, selection.top)


def _where(rows: Rows, grid: SweepGrid, conditions: tuple[Condition, ...]) -> Rows:
    for condition in conditions:
        rows = rows.take(holds(condition, grid, rows))
    return rows


def _pareto(blocks: Iterator[Rows], grid: SweepGrid, keys: tuple[SortKey, ...]) -> Iterator[Rows]:
    front = concatenate_rows([])
    for block in blocks:
        # The front of the block first: it leaves little to compare with the front so far.
        block_front = block.take(pareto_front(_costs(grid, block, keys)))
        both = concatenate_rows([front, block_front])
        front = both.take(pareto_front(_costs(grid, both, keys)))
    yield front


def _first(blocks: Iterator[Rows], top: int | None) -> Iterator[Rows]:
    """The first ``top`` variants; all if it is None."""
    remaining = top
    for block in blocks:
        # Blocks after the last one are read too: the outcome counts their variants.
        if remaining is None:
            yield block
        elif remaining:
            yield block.take(slice(remaining))
            remaining -= min(remaining, len(block.variants))


def _sorted(blocks: Iterator[Rows], grid: SweepGrid, selection: Selection) -> Iterator[Rows]:
    pending: list[Rows] = []
    runs: list[SortedRun] = []
    for block in blocks:
        pending.append(block)
        if sum(len(rows.variants) for rows in pending) > _MAX_HELD:
            rows = _sort_rows(concatenate_rows(pending), grid, selection)
            if selection.top is None or selection.top > _MAX_HELD:
                runs.append(SortedRun.write(rows, _costs(grid, rows, selection.sort)))
                pending = []
            else:
                pending = [rows]
    last = _sort_rows(concatenate_rows(pending), grid, selection)
    if not runs:
        yield last
        return
    runs.append(SortedRun.write(last, _costs(grid, last, selection.sort)))
    yield from _first(merge_runs(runs), selection.top)


def _sort_rows(rows: Rows, grid: SweepGrid, selection: Selection) -> Rows:
    """The first ``top`` of the rows, best first; equal ones stay in the order of the grid."""
    order = np.lexsort((rows.variants, *_costs(grid, rows, selection.sort)[::-1]))
    return rows.take(order[: selection.top])
