"""How a question that the variants of a box answer differently divides the box.

A box is the product of some values of each axis of the grid; an array over it has one dimension an
axis, of size 1 where nothing depends on that axis. So an array of answers says along which axes a
box can be divided: the parts are boxes again, and in each of them there is less to disagree about.
"""

import numpy as np
from numpy.typing import NDArray


class SplitError(Exception):
    """The variants answer differently: ``groups`` are positions along ``axis`` that agree."""

    def __init__(self, axis: int, groups: list[list[int]]) -> None:
        super().__init__(f"variants differ along axis {axis}")
        self.axis = axis
        self.groups = groups


class BeyondInt64Error(Exception):
    """A number of every variant of the box is larger than 2^63 - 1, or may be."""


def split_error(answers: NDArray[np.generic]) -> SplitError:
    """The division of a box whose variants give these answers, not all the same.

    Divided is the axis that needs the fewest parts: positions stay together where their answers are
    the same whatever the other axes say.
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
    """The one answer of all variants; raises ``SplitError`` where there are two."""
    first = bool(answers.flat[0])
    if bool(answers.all()) if first else not answers.any():
        return first
    raise split_error(answers)
