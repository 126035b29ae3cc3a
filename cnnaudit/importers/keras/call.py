"""The values that the import of one Keras layer reads and yields."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from cnnaudit.importers.graph_builder import InvalidModelError, UnsupportedError
from cnnaudit.ops.op import Shape, Shapes

#: Lists in lists that a setting may be: ``[[top, bottom], [left, right]]`` is two.
_MAX_LISTS = 4


class Config:
    """The settings of one layer, under the names of all versions of Keras."""

    def __init__(self, values: Any) -> None:
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}

    def get(self, *names: str, default: Any = None) -> Any:
        """The first of ``names`` that has a value, lists as tuples; else ``default``."""
        for name in names:
            value = self._values.get(name)
            if value is not None:
                return plain(value)
        return default

    def has(self, name: str) -> bool:
        """Whether the file says anything under ``name``."""
        return self._values.get(name) is not None


def plain(value: Any, depth: int = 0) -> Any:
    """JSON as attributes hold it: lists become tuples, mappings stay."""
    if not isinstance(value, list):
        return value
    if depth >= _MAX_LISTS:
        raise InvalidModelError("lists are nested too deep")
    return tuple(plain(item, depth + 1) for item in value)


class Operand(NamedTuple):
    """Stands among the arguments of a call for the tensor of that position among its inputs."""

    place: int


class KerasCall(NamedTuple):
    """One call of a layer.

    ``shapes`` enter it, without the batch and channels last; with ``channels_first``, Keras has the
    channels of the first of them first. ``config_channels_first`` is the same for shapes in the
    settings. ``arguments`` are those of the call, tensors as ``Operand``.
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
        """An axis of Keras (the batch is 0) as ours; the last one is always -1."""
        rank = len(self.shape)
        if isinstance(axis, bool) or not isinstance(axis, int) or not -rank <= axis <= rank:
            raise InvalidModelError(f"an input of {rank} axes has no axis {axis}")
        if axis == 0:
            raise UnsupportedError("it works on the batch axis")
        place = axis % (rank + 1) - 1
        if self.channels_first:
            place = (place - 1) % rank
        return -1 if place == rank - 1 else place

    def axes(self, axes: Any) -> tuple[int, ...]:
        """Several axes of Keras, or one, as ours."""
        return tuple(self.axis(axis) for axis in (axes if isinstance(axes, tuple) else (axes,)))


def given(index: int) -> int:
    """How a step names the call's input of that position."""
    return ~index


class KerasNode(NamedTuple):
    """One operation of ours that a layer becomes.

    ``suffix`` is behind the layer's name in the node's; the main operation has none. ``reads`` are
    positions of earlier steps, or ``given`` inputs of the call; without it the first step reads all
    inputs and each further one the step before. ``channels_first`` is the layout of the output;
    None for that of the input.
    """

    kind: str
    values: Mapping[str, Any] = {}
    suffix: str = ""
    reads: tuple[int, ...] | None = None
    channels_first: bool | None = None


Steps = tuple[KerasNode, ...]


class Layout(Enum):
    """Where a layer wants the channels."""

    ANY = "as they come"
    FORMAT = "as its data_format says"
    LAST = "it works on the last axis, whatever that is"


class LayerRule(NamedTuple):
    """How calls of one Keras class become steps."""

    translate: Callable[[KerasCall], Steps]
    layout: Layout = Layout.ANY


Rules = Mapping[str, LayerRule]
