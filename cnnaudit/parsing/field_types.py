"""Coerces a plain value to the type of its field; raises ``CoercionError`` if it does not fit."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from cnnaudit.errors import Problem
from cnnaudit.formatting import decimal
from cnnaudit.lazy import load_function
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing import expressions
from cnnaudit.parsing.expressions import ExpressionError, Number

MAX_INTEGER = 2**63 - 1
#: What to write instead of an unknown word; loaded when there is one.
_WORD_HELP = "cnnaudit.parsing.corrections:correct_word"

#: Ways to draw first weights (Glorot & Bengio 2010, He et al. 2015, LeCun 1998, Saxe et al. 2014).
INITIALISERS = (
    "zeros",
    "ones",
    "constant",
    "normal",
    "uniform",
    "glorot",
    "glorot_normal",
    "glorot_uniform",
    "xavier",
    "he",
    "he_normal",
    "he_uniform",
    "lecun",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
)
_SCALED = r"([a-z_]+)\(([^()]+)\)"


class CoercionError(Exception):
    """The value is not what its field needs; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def coerce(type_: FieldType, value: Any, axes: int | None, choices: tuple[str, ...] = ()) -> Any:
    """The attribute that a plain value stands for in a field of ``type_``.

    ``axes`` is the number of spatial axes of the layer's input; None skips the
    checks that depend on it. Raises ``CoercionError``.
    """
    if type_ is FieldType.CHOICE:
        if value not in choices:
            raise _unfit(f"one of {', '.join(choices)}", value)
        return value
    return _FITS[type_](value, axes)


def _unfit(expects: str, value: Any) -> CoercionError:
    shown = _listed(value) if isinstance(value, tuple) else decimal(value)
    return CoercionError(Problem("invalid-value", f"expected {expects}, not {shown[:60]}"))


def _listed(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_listed, value))}]"
    return decimal(value)


def integer(value: Any, least: int, type_: FieldType) -> int:
    """``value`` as an int from ``least`` to 2^63 - 1; raises ``CoercionError``."""
    if type(value) is int and least <= value <= MAX_INTEGER:
        return value
    if isinstance(value, Fraction) and value.denominator != 1:
        message = f"{decimal(value)} is not a whole number"
        help = "use floor(), ceil() or round_even()"
        raise CoercionError(Problem("not-whole", message, help))
    if isinstance(value, bool) or not isinstance(value, Number) or value < least:
        raise _unfit(type_.value, value)
    if value > MAX_INTEGER:
        raise CoercionError(Problem("over-limit", "the number is larger than 2^63 - 1"))
    return value.numerator


def _whole(value: Any, _axes: int | None) -> int:
    return integer(value, 1, FieldType.WHOLE)


def _number(value: Any, _axes: int | None) -> Any:
    if isinstance(value, bool) or not isinstance(value, Number):
        raise _unfit(FieldType.NUMBER.value, value)
    return value


def _rate(value: Any, _axes: int | None) -> Any:
    if isinstance(value, bool) or not isinstance(value, Number) or not 0 <= value < 1:
        raise _unfit(FieldType.RATE.value, value)
    return value


def _flag(value: Any, _axes: int | None) -> bool:
    if not isinstance(value, bool):
        error = _unfit(FieldType.FLAG.value, value)
        if value in (0, 1):
            error.problem = error.problem._replace(help=f"write `{'true' if value else 'false'}`")
        raise error
    return value


def _per_axis(value: Any, axes: int | None, least: int, type_: FieldType) -> tuple[int, ...]:
    """One number for all axes, or one per axis."""
    if not isinstance(value, tuple):
        return (integer(value, least, type_),) * (axes or 1)
    if axes == 0:
        # The op reports later that it needs a feature map; until then assume one axis.
        value = value[:1]
    elif axes and len(value) != axes:
        message = (
            f"{len(value)} sizes, and the input has {axes} spatial ax{'i' if axes == 1 else 'e'}s"
        )
        raise CoercionError(Problem("invalid-value", message))
    return tuple([integer(item, least, type_) for item in value])


def _axes_fit(value: Any, axes: int | None) -> tuple[int, ...]:
    return _per_axis(value, axes, 1, FieldType.AXES)


def _extra(value: Any, axes: int | None) -> tuple[int, ...]:
    return _per_axis(value, axes, 0, FieldType.EXTRA)


def _kernel(value: Any, axes: int | None) -> Any:
    return value if value == "global" else _axes_fit(value, axes)


def _padding(value: Any, axes: int | None) -> Any:
    if value in ("same", "half"):
        return value
    return _pairs(0 if value == "valid" else value, axes, FieldType.PADDING)


def _amounts(value: Any, axes: int | None) -> Any:
    return _pairs(value, axes, FieldType.AMOUNTS)


def _pairs(value: Any, axes: int | None, type_: FieldType) -> tuple[tuple[int, int], ...]:
    if not isinstance(value, tuple):
        amount = integer(value, 0, type_)
        return ((amount, amount),) * (1 if axes is None else axes)
    if axes and len(value) != axes:
        message = f"{len(value)} amounts, and the input has {axes} spatial axes"
        raise CoercionError(Problem("invalid-value", f"expected {type_.value}: {message}"))
    pairs = []
    for item in value:
        before, after = item if isinstance(item, tuple) and len(item) == 2 else (item, item)
        pairs.append((integer(before, 0, type_), integer(after, 0, type_)))
    return tuple(pairs)


def _shape(value: Any, _axes: int | None) -> tuple[int, ...]:
    sizes = value if isinstance(value, tuple) else (value,)
    return tuple(-1 if size == -1 else integer(size, 1, FieldType.SHAPE) for size in sizes)


def _integers(value: Any, type_: FieldType, count: int | None = None) -> tuple[int, ...]:
    if not isinstance(value, tuple) or (count is not None and len(value) != count):
        raise _unfit(type_.value, value)
    return tuple(integer(item, -MAX_INTEGER, type_) for item in value)


def _order(value: Any, _axes: int | None) -> tuple[int, ...]:
    return _integers(value, FieldType.ORDER)


def _range(value: Any, _axes: int | None) -> tuple[int, ...]:
    return _integers(value, FieldType.RANGE, 2)


def _axis(value: Any, _axes: int | None) -> int:
    return integer(value, -MAX_INTEGER, FieldType.AXIS)


def _axis_list(value: Any, _axes: int | None) -> int | tuple[int, ...]:
    if isinstance(value, tuple):
        return _integers(value, FieldType.AXIS_LIST)
    return integer(value, -MAX_INTEGER, FieldType.AXIS_LIST)


def _init(value: Any, _axes: int | None) -> tuple[str, Any]:
    """The name of an initialiser, and its scale or None."""
    name, scale = value, None
    if isinstance(value, tuple) and len(value) == 2:
        name, scale = value[0], _number(value[1], None)
    elif isinstance(value, str) and (match := re.fullmatch(_SCALED, value)):
        name = match[1]
        try:
            scale = expressions.number(match[2])
        except (ExpressionError, ValueError):
            raise _unfit(FieldType.INIT.value, value) from None
    if not isinstance(name, str) or name not in INITIALISERS:
        hint = load_function(_WORD_HELP)(name, INITIALISERS) if isinstance(name, str) else None
        message = f"expected {FieldType.INIT.value}, not {decimal(name)}"
        raise CoercionError(Problem("invalid-value", message, hint))
    return name, scale


_FITS: dict[FieldType, Callable[[Any, int | None], Any]] = {
    FieldType.WHOLE: _whole,
    FieldType.NUMBER: _number,
    FieldType.RATE: _rate,
    FieldType.FLAG: _flag,
    FieldType.AXES: _axes_fit,
    FieldType.KERNEL: _kernel,
    FieldType.PADDING: _padding,
    FieldType.AMOUNTS: _amounts,
    FieldType.EXTRA: _extra,
    FieldType.SHAPE: _shape,
    FieldType.ORDER: _order,
    FieldType.AXIS: _axis,
    FieldType.AXIS_LIST: _axis_list,
    FieldType.RANGE: _range,
    FieldType.INIT: _init,
}
