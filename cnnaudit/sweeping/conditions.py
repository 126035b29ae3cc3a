"""``--where "params<5M and width>=1/4"``: a few comparisons, all of which must hold."""

import math
import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.errors import UsageError
from cnnaudit.parsing.expressions import ExpressionError, Number, number
from cnnaudit.sweeping.checked_int64 import LIMIT
from cnnaudit.sweeping.columns import axis_measures, check_name, positions_on_axis
from cnnaudit.sweeping.grid import SweepGrid
from cnnaudit.sweeping.variants import QUANTITIES, Rows

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_UNITS |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "B": 1}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_TERM = re.compile(
    r"\s*([A-Za-z_]\w*)\s*(<=|>=|==|!=|<|>|=)\s*([0-9.eE]+(?:/[0-9]+)?)\s*([A-Za-z]*)\s*", re.ASCII
)
_AND = re.compile(r"\band\b|,")


class Condition(NamedTuple):
    """A quantity or a varied value, compared with a number."""

    name: str
    symbol: str
    number: Number


def read_conditions(text: str, grid: SweepGrid) -> tuple[Condition, ...]:
    """The comparisons of a text, joined by ``and`` or commas; raises ``UsageError``."""
    return tuple(_condition(part, grid) for part in _AND.split(text)) if text.strip() else ()


def _condition(text: str, grid: SweepGrid) -> Condition:
    match = _TERM.fullmatch(text)
    if match is None or match[4] not in _UNITS:
        raise UsageError(f'--where takes comparisons such as "params<5M", not "{text.strip()}"')
    name, symbol, digits, unit = match.groups()
    check_name(grid, name, "--where")
    above, _, below = digits.partition("/")
    try:
        value = number(above) * _UNITS[unit] / Fraction(below or 1)
    except (ExpressionError, ValueError, ZeroDivisionError):
        raise UsageError(f"--where: {digits} is not a number") from None
    axis = grid.axis_index(name)
    if axis is not None:
        axis_measures(grid, axis)  # words cannot be compared with a number
    return Condition(name, symbol, value)


def holds(condition: Condition, grid: SweepGrid, rows: Rows) -> NDArray[np.bool_]:
    """For which variants a condition holds, exactly."""
    name, symbol, value = condition
    compare = _COMPARISONS[symbol]
    if name not in QUANTITIES:
        axis = grid.axis_index(name)
        assert axis is not None
        said = np.array([compare(measure, value) for measure in axis_measures(grid, axis)], bool)
        found: NDArray[np.bool_] = said[positions_on_axis(grid, rows, axis)]
        return found
    column = rows.column(name)
    if value.denominator != 1 and symbol in ("==", "=", "!="):
        return np.full(len(column), symbol == "!=")
    # Between whole numbers: below 2.5 is below 3, at most 2.5 is at most 2.
    whole = math.ceil(value) if symbol in ("<", ">=") else math.floor(value)
    if whole > LIMIT:
        return np.full(len(column), symbol in ("<", "<=", "!="))
    return np.asarray(compare(column, whole))
