"""Conditions of ``--where``: comparisons that must all hold, ``params<5M and width>=1/4``."""

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
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
#: A comparison: name, symbol, number, unit.
_COMPARISON = re.compile(
    r"\s*([A-Za-z_]\w*)\s*(<=|>=|==|!=|<|>|=)\s*([0-9.eE]+(?:/[0-9]+)?)\s*([A-Za-z]*)\s*", re.ASCII
)
_AND = re.compile(r"\band\b|,")


class Condition(NamedTuple):
    """A comparison of a quantity or an axis with a number."""

    name: str
    symbol: str
    number: Number


def read_conditions(text: str, grid: SweepGrid) -> tuple[Condition, ...]:
    """Read comparisons joined by ``and`` or commas; raises ``UsageError``."""
    return tuple(_read_condition(part, grid) for part in _AND.split(text)) if text.strip() else ()


def _read_condition(text: str, grid: SweepGrid) -> Condition:
    match = _COMPARISON.fullmatch(text)
    if match is None or match[4] not in _UNITS:
        raise UsageError(f'--where takes comparisons such as "params<5M", not "{text.strip()}"')
    name, symbol, digits, unit = match.groups()
    check_name(grid, name, "--where")
    numerator, _, denominator = digits.partition("/")
    try:
        value = number(numerator) * _UNITS[unit] / Fraction(denominator or 1)
    except (ExpressionError, ValueError, ZeroDivisionError):
        raise UsageError(f"--where: {digits} is not a number") from None
    axis = grid.axis_index(name)
    if axis is not None:
        axis_measures(grid, axis)  # raises for words, which cannot be compared with a number
    return Condition(name, symbol, value)


def holds(condition: Condition, grid: SweepGrid, rows: Rows) -> NDArray[np.bool_]:
    """Return a mask of the variants for which a condition holds, exactly."""
    name, symbol, value = condition
    compare = _OPERATORS[symbol]
    if name not in QUANTITIES:
        axis = grid.axis_index(name)
        assert axis is not None
        holds_at = np.array(
            [compare(measure, value) for measure in axis_measures(grid, axis)], bool
        )
        mask: NDArray[np.bool_] = holds_at[positions_on_axis(grid, rows, axis)]
        return mask
    column = rows.column(name)
    if value.denominator != 1 and symbol in ("==", "=", "!="):
        return np.full(len(column), symbol == "!=")
    # For integers: less than 2.5 means less than 3, at most 2.5 means at most 2.
    integer = math.ceil(value) if symbol in ("<", ">=") else math.floor(value)
    if integer > LIMIT:
        return np.full(len(column), symbol in ("<", "<=", "!="))
    return np.asarray(compare(column, integer))
