"""Conditions of ``--where``: comparisons that must all hold, ``params<5M and width>=1/4``."""

import math
import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnaudit.amounts import Amount, AmountError, amount_in, read_amount
from cnnaudit.errors import UsageError
from cnnaudit.parsing.expressions import Number
from cnnaudit.quantities import unit_of
from cnnaudit.sweeping.checked_int64 import LIMIT
from cnnaudit.sweeping.columns import axis_measures, column_name, positions_on_axis
from cnnaudit.sweeping.grid import SweepGrid
from cnnaudit.sweeping.variants import QUANTITIES, Rows

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
#: A comparison: name, symbol, amount.
_COMPARISON = re.compile(r"\s*([A-Za-z_]\w*)\s*(<=|>=|==|!=|<|>|=)\s*(\S.*?)\s*", re.ASCII)
#: A comma before a digit belongs to a number such as ``1,000,000``.
_AND = re.compile(r"\band\b|,(?!\d)")


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
    number = match and _number(match[3])
    if match is None or number is None:
        raise UsageError(f'--where takes comparisons such as "params<5M", not "{text.strip()}"')
    word, symbol = match[1], match[2]
    name = column_name(grid, word, "--where")
    amount, denominator = number
    try:
        value = amount_in(amount, unit_of(name) if name in QUANTITIES else "count") / denominator
    except AmountError as error:
        help = error.help(word + symbol)
        raise UsageError(f'--where "{text.strip()}": {error}: {help}') from None
    axis = grid.axis_index(name)
    if axis is not None:
        axis_measures(grid, axis)  # raises for words, which cannot be compared with a number
    return Condition(name, symbol, value)


def _number(text: str) -> tuple[Amount, int] | None:
    """An amount and what it is divided by, as in ``1/4``; None for other texts."""
    over, _, under = text.partition("/")
    amount, denominator = read_amount(over), read_amount(under or "1")
    if amount is None or denominator is None or denominator.unit:
        return None
    divisor = denominator.number
    return (amount, int(divisor)) if divisor and divisor.denominator == 1 else None


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
