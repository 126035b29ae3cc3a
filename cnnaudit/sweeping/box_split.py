"""Splits a box whose variants disagree on a condition.

A box is the product of some values of each axis of the grid. An array over it has one dimension an
axis, of size 1 if nothing depends on that axis. So the answers of the variants tell along which
axes the box can be split: the parts are boxes again, whose variants disagree on less.
"""

import numpy as np
from numpy.typing import NDArray


class SplitError(Exception):
    """Variants disagree: ``groups`` are lists of positions along ``axis`` with equal answers."""

    def __init__(self, axis: int, groups: list[list[int]]) -> None:
        super().__init__(f"variants differ along axis {axis}")
        self.axis = axis
        self.groups = groups


class BeyondInt64Error(Exception):
    """A number of every variant of the box is larger than 2^63 - 1, or may be."""


def split_error(answers: NDArray[np.generic]) -> SplitError:
    """Return the split of a box for the answers of its variants, which are not all equal.

    The axis is the one with the fewest groups. Positions are in one group if their answers are
    equal for all positions on the other axes.
    """
    best: tuple[int, list[list[int]]] | None = None
    for axis, size in enumerate(answers.shape):
        if size == 1:
            continue
        groups: dict[bytes, list[int]] = {}
        for position, row in enumerate(np.moveaxis(answers, axis, 0)):
            groups.setdefault(row.tobytes(), []).append(position)
        if len(groups) > 1 and (best is None or len(groups) < len(best[1])):
            best = (axis, list(groups.values()))
    assert best is not None, "the variants agree"
    return SplitError(*best)


def single_answer(answers: NDArray[np.bool_]) -> bool:
    """Return the answer that all variants give; raises ``SplitError`` if they disagree."""
    first = bool(answers.flat[0])
    is_same = bool(answers.all()) if first else not answers.any()
    if is_same:
        return first
    raise split_error(answers)
