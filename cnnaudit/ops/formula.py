"""Formulas as text in the notation of textbooks: the vocabulary of an operation's formulas.

An expression holds whole numbers (``3/2`` for a step that is a fraction), ``+ − · /``, parentheses,
and ``⌊ ⌋ ⌈ ⌉`` for rounding down and up. It is a text of the very values that the calculation used,
so that it evaluates to the number on the right of the equals sign.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

_AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


class Formula(NamedTuple):
    """A number and the expression that gives it.

    ``quantity`` is a stable key such as ``params``; ``axis`` names the axis, empty for a number
    without one. ``expression`` is None if no closed formula gives the number. ``symbols`` is the
    formula before values are filled in (``symbols.py``), None if there is none.
    """

    quantity: str
    expression: str | None
    value: Any
    axis: str = ""
    symbols: str | None = None


class Formulas(NamedTuple):
    """The numbers of a layer as text.

    ``output`` holds one formula for each size of the output that needs one. ``weights`` counts the
    learned weights and ``statistics`` the measured ones; None: the sizes of the tensors are the
    formula. The costs are those of one image, empty for nothing. ``notes`` are sentences.
    """

    output: tuple[Formula, ...] = ()
    weights: str | None = None
    statistics: str | None = None
    macs: str = ""
    bias_adds: str = ""
    elementwise_ops: str = ""
    notes: tuple[str, ...] = ()


def times(*factors: object) -> str:
    """``11·11·3``; 1 if there are no factors."""
    return "·".join(map(str, factors)) or "1"


def per_element(count: int, output: Sequence[int]) -> str:
    """``count`` operations for each element of the output; empty for none, ``55·55·96`` for 1."""
    return "" if count == 0 else times(*((count,) if count > 1 else ()), *output)


def axis_names(count: int) -> tuple[str, ...]:
    """The names of ``count`` spatial axes."""
    return _AXIS_NAMES.get(count) or tuple(f"axis {n}" for n in range(1, count + 1))


def size_formulas(
    output: Sequence[int], expressions: Iterable[str], symbols: str | None = None
) -> tuple[Formula, ...]:
    """The sizes of an output's spatial axes, with one expression for each."""
    texts = tuple(expressions)
    return tuple(
        Formula("output", expression, size, name, symbols)
        for expression, size, name in zip(texts, output, axis_names(len(texts)), strict=False)
    )
