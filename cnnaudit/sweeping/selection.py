"""Which variants are kept, and in which order: ``--where``, ``--pareto``, ``--sort``, ``--top``.

Blocks of variants stream through. A front and the first N are kept and improved block by block, so
that memory does not grow with the grid; a whole order is made of sorted runs (see ``ordering``).
Each selection of the selections of parts is the selection of the whole, which lets parts be merged.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError
from cnnaudit.sweeping.columns import check_name, order_values
from cnnaudit.sweeping.conditions import Condition, holds, read_conditions
from cnnaudit.sweeping.external_sort import SortedRun, merge_runs
from cnnaudit.sweeping.grid import SweepGrid
from cnnaudit.sweeping.variants import Rows, concatenate_rows

#: Variants that are held in memory before a run of them is put aside.
_MAX_HELD = 2**17


class SortKey(NamedTuple):
    """A quantity or a varied value, the less the better, or the more."""

    name: str
    larger_is_better: bool


class Selection(NamedTuple):
    """What is kept of a grid: conditions, a front, an order, and how many."""

    where: tuple[Condition, ...] = ()
    pareto: tuple[SortKey, ...] = ()
    sort: tuple[SortKey, ...] = ()
    top: int | None = None


def read_selection(
    grid: SweepGrid, where: str, pareto: str, sort: str, top: int | None
) -> Selection:
    """The selection that the options ask for; raises ``UsageError``."""
    if top is not None and top < 1:
        raise UsageError("--top takes a whole number from 1")
    front = _keys(grid, pareto, "+", "--pareto")
    order = _keys(grid, sort, "-", "--sort")
    return Selection(read_conditions(where, grid), front, order or front, top)


def _keys(grid: SweepGrid, text: str, mark: str, option: str) -> tuple[SortKey, ...]:
    """``params,+width``: names, those with the mark wanted large."""
    found = []
    for part in text.split(",") if text.strip() else ():
        name = part.strip().removeprefix(mark)
        check_name(grid, name, option)
        axis = grid.axis_index(name)
        if axis is not None:
            grid.axes[axis].measure(0)
        found.append(SortKey(name, part.strip().startswith(mark)))
    return tuple(found)


def _costs(grid: SweepGrid, rows: Rows, keys: tuple[SortKey, ...]) -> NDArray[np.int64]:
    """One row a key, the smaller the better."""
    found = [order_values(grid, rows, key.name) for key in keys]
    signs = [-1 if key.larger_is_better else 1 for key in keys]
    return np.array([sign * column for sign, column in zip(signs, found, strict=True)])


def pareto_front(costs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The variants that no other is as good as in everything and better in something.

    ``costs`` has a row a quantity. Equal variants are all kept.
    """
    order = np.lexsort(costs[::-1])
    left = costs[:, order]
    kept: list[NDArray[np.int64]] = []
    while order.size:
        # The first in this order is dominated by none that is left.
        best = left[:, :1]
        same = (left == best).all(axis=0)
        kept.append(order[same])
        better = (left < best).any(axis=0)
        order, left = order[better], left[:, better]
    return np.sort(np.concatenate(kept)) if kept else order


def apply_selection(stream: Iterator[Rows], grid: SweepGrid, chosen: Selection) -> Iterator[Rows]:
    """What is kept of a stream of variants that comes in the order of the grid."""
    blocks: Iterator[Rows] = (_where(block, grid, chosen.where) for block in stream)
    if chosen.pareto:
        blocks = _pareto(blocks, grid, chosen.pareto)
    if chosen.sort:
        return _sorted(blocks, grid, chosen)
    return _first(blocks, chosen.top)


def _where(rows: Rows, grid: SweepGrid, wanted: tuple[Condition, ...]) -> Rows:
    for condition in wanted:
        rows = rows.take(holds(condition, grid, rows))
    return rows


def _pareto(blocks: Iterator[Rows], grid: SweepGrid, keys: tuple[SortKey, ...]) -> Iterator[Rows]:
    kept = concatenate_rows([])
    for block in blocks:
        # The block's own front first: what is left of it is little.
        own = block.take(pareto_front(_costs(grid, block, keys)))
        both = concatenate_rows([kept, own])
        kept = both.take(pareto_front(_costs(grid, both, keys)))
    yield kept


def _first(blocks: Iterator[Rows], top: int | None) -> Iterator[Rows]:
    left = top
    for block in blocks:
        if left is None:
            yield block
        elif left:
            yield block.take(slice(left))
            left -= min(left, len(block.variants))


def _sorted(blocks: Iterator[Rows], grid: SweepGrid, chosen: Selection) -> Iterator[Rows]:
    held: list[Rows] = []
    runs: list[SortedRun] = []
    for block in blocks:
        held.append(block)
        if sum(len(part.variants) for part in held) > _MAX_HELD:
            held = [_in_order(concatenate_rows(held), grid, chosen)]
            if chosen.top is None or chosen.top > _MAX_HELD:
                runs.append(SortedRun.write(held[0], _costs(grid, held[0], chosen.sort)))
                held = []
    last = _in_order(concatenate_rows(held), grid, chosen)
    if not runs:
        yield last
        return
    runs.append(SortedRun.write(last, _costs(grid, last, chosen.sort)))
    yield from _first(merge_runs(runs), chosen.top)


def _in_order(rows: Rows, grid: SweepGrid, chosen: Selection) -> Rows:
    """Sorted, the best first, equal ones in the order of the grid; no more than asked for."""
    order = np.lexsort((rows.variants, *_costs(grid, rows, chosen.sort)[::-1]))
    return rows.take(order[: chosen.top])
