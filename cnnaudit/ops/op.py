"""The vocabulary of the layer table: fields, weights, cost, and an operation as a value.

Shapes are tuples without the batch axis, channels last: ``(height, width, channels)``, ``(units,)``
or, for other numbers of spatial axes, ``(length, channels)``, ``(depth, height, width, channels)``.
The formulas use integer operators only, so that they also hold for int64 arrays, one element a
variant; whatever must compare or refuse stands in ``validate``.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from math import prod
from typing import Any, Literal, NamedTuple, TypeAlias

from cnnaudit.errors import Problem
from cnnaudit.ops.formula import Formulas
from cnnaudit.ops.frameworks import Framework
from cnnaudit.ops.windows import ONE, Unknown, Windows

Shape: TypeAlias = tuple[int, ...]
Shapes: TypeAlias = tuple[Shape, ...]
Attributes: TypeAlias = Mapping[str, Any]


class FieldType(Enum):
    """The type of a field; its value is the text of error messages: expected …"""

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


#: The default of a field that must be written.
REQUIRED = object()


class Field(NamedTuple):
    """One attribute of a layer: its name, what it may hold, its default, and what it means."""

    name: str
    type: FieldType
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
        return prod(self.shape)


class Cost(NamedTuple):
    """What one image costs in a layer.

    ``macs`` are the multiply-accumulates of convolutions, dense layers and matrix products, padding
    included, bias not; ``bias_adds`` one addition per output element; ``elementwise_ops`` all else,
    by the count that each kind states.
    """

    macs: int = 0
    bias_adds: int = 0
    elementwise_ops: int = 0


#: A property of an operation of one input that rules and analyses need; it may have several.
Trait: TypeAlias = Literal[
    # A function of each element.
    "elementwise",
    # A factor and an addend for each channel, at inference.
    "per-channel affine",
    # A common scale, from statistics of the very values that are read.
    "normalises",
    # At inference the output is the input.
    "identity at inference",
    # Every output value is an input value or padding: nothing is computed.
    "moves values",
    # Every input value once, in other sizes or with the axes in another order.
    "reshapes",
    # A window slides over the input: attributes kernel, stride, padding and maybe dilation.
    "sliding window",
]

#: Where an output lies in memory.
Storage: TypeAlias = Literal[
    # Memory of its own.
    "own",
    # A stretch or another order of its input's memory (torch.Tensor.narrow, transpose).
    "view",
    # Its input's memory under other sizes (torch.Tensor.reshape): a copy if that memory has gaps.
    "alias",
]


class OpContext(NamedTuple):
    """A node during training, as the rule for its saved tensors reads it.

    Shapes are those of one image; ``trains`` says whether the node's weights learn, ``gradients``
    for which inputs a gradient is wanted.
    """

    inputs: Shapes
    attributes: Attributes
    output: Shape
    trains: bool
    gradients: tuple[bool, ...]


class SavedTensors(NamedTuple):
    """What backward reads of the forward pass: some inputs, the output, and further tensors.

    ``values``, ``indices`` and ``statistics`` are numbers of one image: activations, positions, and
    means or deviations. ``fixed`` are statistics of a whole batch, however large.
    """

    inputs: tuple[int, ...] = ()
    output: bool = False
    values: int = 0
    indices: int = 0
    statistics: int = 0
    fixed: int = 0


def same_shape(inputs: Shapes, _attributes: Attributes) -> Shape:
    """The output of an operation that works on each element: the shape of its input."""
    return inputs[0]


def pointwise_window(input_shape: Shape, _attributes: Attributes, output: Shape) -> Windows:
    """Each position reads its own: right for what works on each element, unknown elsewhere."""
    if input_shape[:-1] == output[:-1]:
        return (ONE,) * (len(input_shape) - 1)
    return Unknown("what it reads is not known")


def saves_nothing(_context: OpContext) -> SavedTensors:
    """The gradient needs no values of the forward pass."""
    return SavedTensors()


def saves_input(_context: OpContext) -> SavedTensors:
    """The gradient needs the input."""
    return SavedTensors(inputs=(0,))


def saves_input_if_trained(context: OpContext) -> SavedTensors:
    """The gradient of a matrix product by its input needs the weights only (mm, addmm, mul)."""
    return SavedTensors(inputs=(0,) if context.trains else ())


def saves_all_inputs(context: OpContext) -> SavedTensors:
    """Most derivatives need no more, and a missing rule must not make a network look small."""
    return SavedTensors(inputs=tuple(range(len(context.inputs))))


def _no_weights(_inputs: Shapes, _attributes: Attributes) -> tuple[Weight, ...]:
    return ()


def _no_cost(_inputs: Shapes, _attributes: Attributes, _output: Shape) -> Cost:
    return Cost()


def _is_valid(_inputs: Shapes, _attributes: Attributes) -> Problem | None:
    return None


def _as_written(attributes: Attributes, _framework: Framework) -> Attributes:
    return attributes


def _never_identity(_attributes: Attributes, _training: bool) -> bool:
    return False


def _no_formulas(_inputs: Shapes, _attributes: Attributes, _output: Shape) -> Formulas:
    return Formulas()


class Op(NamedTuple):
    """An operation: its name and fields, and everything that it does to shapes and values.

    ``principal`` names the field that the operation's key sets (``conv: 96`` sets ``filters``);
    None if the key only says that the layer is there. ``fill_defaults`` fills the defaults that
    depend on the framework. ``validate`` says why a layer is impossible; ``output`` comes after it.
    ``windows`` says what an output position reads on each spatial axis of one input, given that
    input's shape, the attributes and the output's shape.

    ``is_identity`` says whether the output is the input, given the attributes and whether the
    network trains. ``in_place`` operations may overwrite an input that no other node reads later.
    ``saved`` says which tensors the backward pass keeps. ``formulas`` states the numbers of
    ``output_shape``, ``weights`` and ``cost`` as text; a cost without one is shown as a number.
    ``symbols`` has the formulas of ``weights``, ``statistics`` and costs in the notation of
    ``symbols.py``.
    """

    name: str
    family: str
    doc: str
    output_shape: Callable[[Shapes, Attributes], Shape]
    principal: str | None = None
    fields: tuple[Field, ...] = ()
    weights: Callable[[Shapes, Attributes], tuple[Weight, ...]] = _no_weights
    cost: Callable[[Shapes, Attributes, Shape], Cost] = _no_cost
    validate: Callable[[Shapes, Attributes], Problem | None] = _is_valid
    fill_defaults: Callable[[Attributes, Framework], Attributes] = _as_written
    merges: bool = False
    windows: Callable[[Shape, Attributes, Shape], Windows] = pointwise_window
    traits: frozenset[Trait] = frozenset()
    storage: Storage = "own"
    is_identity: Callable[[Attributes, bool], bool] = _never_identity
    in_place: bool = False
    saved: Callable[[OpContext], SavedTensors] = saves_all_inputs
    formulas: Callable[[Shapes, Attributes, Shape], Formulas] = _no_formulas
    symbols: Mapping[str, str] = {}

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)
