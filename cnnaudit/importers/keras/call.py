"""The vocabulary of a layer's import: its call in Keras, and the nodes that it becomes."""

from collections.abc import Callable, Mapping
from enum import Enum
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.importers.graph_builder import InvalidModelError, UnsupportedError
from cnnaudit.ops.op import Shape, Shapes

#: The deepest nesting of lists in a setting: ``[[top, bottom], [left, right]]`` is two deep.
_MAX_LISTS = 4


class Config:
    """The settings of one layer, under the names of all versions of Keras."""

    def __init__(self, values: Any) -> None:
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}

    def get(self, *names: str, default: Any = None) -> Any:
        """The value of the first of ``names`` that has one, lists as tuples; else ``default``."""
        for name in names:
            value = self._values.get(name)
            if value is not None:
                return with_tuples(value)
        return default

    def has(self, name: str) -> bool:
        """Whether the file sets ``name``."""
        return self._values.get(name) is not None


def with_tuples(value: Any, depth: int = 0) -> Any:
    """A JSON value with lists as tuples; mappings stay."""
    if not isinstance(value, list):
        return value
    if depth >= _MAX_LISTS:
        raise InvalidModelError("lists are nested too deep")
    return tuple(with_tuples(element, depth + 1) for element in value)


def is_number(value: Any) -> bool:
    """Whether a setting is a number, and no truth value."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


class Operand(NamedTuple):
    """An input tensor among the arguments of a call, by its position among the inputs."""

    position: int


class KerasCall(NamedTuple):
    """One call of a layer.

    ``shapes`` are those of the inputs, without batch and channels last; with ``channels_first``,
    Keras has the channels of the first input first. ``config_channels_first`` is the same for
    shapes in the settings. ``arguments`` are those of the call, tensors as ``Operand``.
    """

    config: Config
    shapes: Shapes
    channels_first: bool = False
    config_channels_first: bool = False
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = {}

    @property
    def shape(self) -> Shape:
        """The shape of the first input."""
        return self.shapes[0]

    def axis(self, axis: Any) -> int:
        """An axis of Keras (the batch is 0) as an axis without batch; the last one is always -1."""
        rank = len(self.shape)
        if isinstance(axis, bool) or not isinstance(axis, int) or not -rank <= axis <= rank:
            raise InvalidModelError(f"an input of {rank} axes has no axis {axis}")
        if axis == 0:
            raise UnsupportedError("it works on the batch axis")
        position = axis % (rank + 1) - 1
        if self.channels_first:
            position = (position - 1) % rank
        return -1 if position == rank - 1 else position

    def axes(self, axes: Any) -> tuple[int, ...]:
        """One or several axes of Keras as axes without batch."""
        return tuple(self.axis(axis) for axis in (axes if isinstance(axes, tuple) else (axes,)))


def call_input(index: int) -> int:
    """How a node refers to the call's input of that position."""
    return ~index


class KerasNode(NamedTuple):
    """One node that a layer becomes.

    Its name is the layer's and ``suffix``, which is empty for the main node. ``reads`` are
    positions of earlier nodes, or ``call_input``s; without it the first node reads all inputs and
    each further one the node before. ``channels_first`` is the layout of the output; None for that
    of the input.
    """

    op: str
    attributes: Mapping[str, Any] = {}
    suffix: str = ""
    reads: tuple[int, ...] | None = None
    channels_first: bool | None = None


Steps = tuple[KerasNode, ...]


class Layout(Enum):
    """The position of the channels that a layer expects."""

    ANY = "as they come"
    FORMAT = "as its data_format says"
    LAST = "it works on the last axis, whatever that is"


class LayerRule(NamedTuple):
    """The translation of the calls of one Keras class to nodes."""

    translate: Callable[[KerasCall], Steps]
    layout: Layout = Layout.ANY


Rules = Mapping[str, LayerRule]
