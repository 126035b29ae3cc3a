"""Formulas as text in the notation of textbooks, and how a kind of layer states its own.

An expression holds whole numbers (``3/2`` where a step is a fraction), ``+ − · /``, parentheses,
and ``⌊ ⌋ ⌈ ⌉`` for rounding down and up. It is a text of the very values that the calculation used,
so that it comes to the number behind the equals sign.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from cnnaudit.layers.axes import axis_names
from cnnaudit.layers.kind import Attributes, Shape, Shapes


class Formula(NamedTuple):
    """A number and how it comes about.

    ``quantity`` is a stable key such as ``params``; ``axis`` names the axis, empty for a number
    that has none. ``expression`` is None where no closed formula says it.
    """

    quantity: str
    expression: str | None
    value: Any
    axis: str = ""


class Learned(NamedTuple):
    """How many weights there are: learned ones and measured statistics; empty for none."""

    weights: str = ""
    statistics: str = ""


class Effort(NamedTuple):
    """What one image costs, as expressions; empty for nothing."""

    macs: str = ""
    bias_adds: str = ""
    elementwise_ops: str = ""


class Account(NamedTuple):
    """The formulas of a layer's output and what is to be said about them, in sentences."""

    formulas: tuple[Formula, ...] = ()
    notes: tuple[str, ...] = ()


def _nothing(_inputs: Shapes, _attributes: Attributes, _output: Shape) -> Account:
    return Account()


def _no_weights(_inputs: Shapes, _attributes: Attributes) -> Learned:
    return Learned()


def _no_effort(_inputs: Shapes, _attributes: Attributes, _output: Shape) -> Effort:
    return Effort()


class Explainer(NamedTuple):
    """How a kind of layer explains itself; without ``output`` its output is its input's size."""

    output: Callable[[Shapes, Attributes, Shape], Account] = _nothing
    weights: Callable[[Shapes, Attributes], Learned] = _no_weights
    effort: Callable[[Shapes, Attributes, Shape], Effort] = _no_effort


def times(*factors: object) -> str:
    """``11·11·3``; 1 where there are no factors."""
    return "·".join(map(str, factors)) or "1"


def each(count: int, output: Shape) -> str:
    """``count`` operations for each element of the output; empty for none, ``55·55·96`` for 1."""
    return "" if count == 0 else times(*((count,) if count > 1 else ()), *output)


def sized(output: Shape, expressions: list[str]) -> tuple[Formula, ...]:
    """The sizes of an output's spatial axes with an expression for each."""
    names = axis_names(len(expressions))
    return tuple(
        Formula("output", expression, size, name)
        for expression, size, name in zip(expressions, output, names, strict=False)
    )
