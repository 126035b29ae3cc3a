"""The vocabulary of the layer table: fields, weights, work, and a kind of layer as a value.

Shapes are tuples without the batch axis, channels last: ``(height, width, channels)``, ``(units,)``
or, for other numbers of spatial axes, ``(length, channels)``, ``(depth, height, width, channels)``.
The formulas use integer operators only, so that they also hold for int64 arrays, one element a
variant; whatever must compare or refuse stands in ``fault``.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from math import prod
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.errors import Problem
from cnnaudit.layers.frameworks import Framework
from cnnaudit.layers.geometry import ONE, Windows

Shape: TypeAlias = tuple[int, ...]
Shapes: TypeAlias = tuple[Shape, ...]
Attributes: TypeAlias = Mapping[str, Any]


class Type(Enum):
    """What a field may hold; the value is what an error message says was expected."""

    WHOLE = "a whole number, 1 or more"
    NUMBER = "a number"
    RATE = "a number from 0 up to, but not including, 1"
    FLAG = "true or false"
    CHOICE = "one of a few words"
    AXES = "a whole number (1 or more), 1x7 or [1, 7]"
    KERNEL = "a whole number (1 or more), 1x7, [1, 7] or global"
    PADDING = (
        "valid, same, half, a whole number (0 or more), [v, h] or [[top, bottom], [left, right]]"
    )
    AMOUNTS = "a whole number, [v, h] or [[top, bottom], [left, right]]"
    EXTRA = "a whole number, 0 or more, or [v, h]"
    SHAPE = "sizes such as 7x7x64 or [7, 7, 64]"
    ORDER = "positions such as [2, 0, 1]"
    AXIS = "an axis such as -1"
    AXIS_LIST = "an axis such as -1, or a list of them"
    RANGE = "[start, stop]"
    INIT = "an initialiser such as he, normal(0.01) or {normal: 0.01}"

    # There is one object of each: its identity is found faster than the text of its name.
    __hash__ = object.__hash__


#: The default of a field that must be written.
REQUIRED = object()


class Field(NamedTuple):
    """One attribute of a layer: its name, what it may hold, its default, and what it means."""

    name: str
    type: Type
    doc: str
    default: Any = REQUIRED
    choices: tuple[str, ...] = ()


class Weight(NamedTuple):
    """One tensor that belongs to a layer; a ``statistic`` is measured, not learned."""

    name: str
    shape: Shape
    statistic: bool = False

    @property
    def size(self) -> int:
        """How many numbers the tensor holds."""
        return product(self.shape)


class Work(NamedTuple):
    """What one image costs in a layer.

    ``macs`` are the multiply-accumulates of convolutions, dense layers and matrix products, padding
    included, bias not; ``bias_adds`` one addition per output element; ``elementwise_ops`` all else,
    by the count that each kind states.
    """

    macs: int = 0
    bias_adds: int = 0
    elementwise_ops: int = 0


def _no_weights(_inputs: Shapes, _attributes: Attributes) -> tuple[Weight, ...]:
    return ()


def _no_work(_inputs: Shapes, _attributes: Attributes, _output: Shape) -> Work:
    return Work()


def _no_fault(_inputs: Shapes, _attributes: Attributes) -> Problem | None:
    return None


def _as_written(attributes: Attributes, _framework: Framework) -> Attributes:
    return attributes


def one_to_one(entering: Shape, _attributes: Attributes, output: Shape) -> Windows:
    """Each position reads its own: right for what works on each element, unknown elsewhere."""
    if entering[:-1] == output[:-1]:
        return (ONE,) * (len(entering) - 1)
    return "what it reads is not known"


def same_shape(inputs: Shapes, _attributes: Attributes) -> Shape:
    """The output of an operation that works on each element: the shape of its input."""
    return inputs[0]


class Kind(NamedTuple):
    """An operation: its name and fields, and what it does to shapes.

    ``principal`` names the field that the operation's key sets (``conv: 96`` sets ``filters``);
    None where the key only says that the layer is there. ``complete`` fills the defaults that
    depend on the framework. ``fault`` says why the layer is impossible, before ``output`` is asked.
    ``windows`` says what an output position reads on each spatial axis of one input, given that
    input's shape, the attributes and the output's shape.
    """

    name: str
    family: str
    doc: str
    output: Callable[[Shapes, Attributes], Shape]
    principal: str | None = None
    fields: tuple[Field, ...] = ()
    weights: Callable[[Shapes, Attributes], tuple[Weight, ...]] = _no_weights
    work: Callable[[Shapes, Attributes, Shape], Work] = _no_work
    fault: Callable[[Shapes, Attributes], Problem | None] = _no_fault
    complete: Callable[[Attributes, Framework], Attributes] = _as_written
    merges: bool = False
    windows: Callable[[Shape, Attributes, Shape], Windows] = one_to_one

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)


def product(sizes: Shape) -> int:
    """The product of sizes in Python integers, which do not overflow."""
    return prod(sizes)
