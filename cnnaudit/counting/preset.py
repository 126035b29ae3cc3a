"""The vocabulary of a convention: what is counted in a layer, how much each of it weighs.

A preset is a table from kinds of layers to items. A kind with an empty row is known to count for
nothing; a kind that has no row is unknown, and makes the total a lower bound.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from cnnaudit.layers.kind import Attributes, Shape, Shapes, Weight, product
from cnnaudit.layers.windows import spatial


class CountedNode(NamedTuple):
    """One node as a counter meets it: all shapes channels last, without the batch.

    ``weights`` are there even if another node owns them: work is done per use. ``final`` says that
    nothing reads the output.
    """

    kind: str
    attributes: Attributes
    input_shapes: Shapes
    output_shape: Shape
    weights: tuple[Weight, ...]
    macs: int
    bias_adds: int
    is_output: bool

    @property
    def has_known_shapes(self) -> bool:
        """Whether all its shapes are known; behind a layer that nobody knows, they are empty."""
        return all((self.output_shape, *self.input_shapes))

    @property
    def output_elements(self) -> int:
        """Elements of the output."""
        return product(self.output_shape)

    @property
    def input_elements(self) -> int:
        """Elements of the first input."""
        return product(self.input_shapes[0])

    @property
    def output_positions(self) -> int:
        """Positions of the output: its elements by channel."""
        return product(spatial(self.output_shape))

    @property
    def spatial_rank(self) -> int:
        """Spatial axes of the first input."""
        return len(self.input_shapes[0]) - 1

    @property
    def learned_weights(self) -> int:
        """Numbers that are learned: all weights but running statistics."""
        return sum(weight.size for weight in self.weights if not weight.statistic)

    @property
    def has_affine(self) -> bool:
        """Whether a normalisation has a learned factor or addend."""
        return bool(self.attributes["scale"] or self.attributes["center"])


Measure = Callable[[CountedNode], int]


class Countable(NamedTuple):
    """What is counted (a plural, for people), what each of it weighs, and how many a layer has."""

    label: str
    factor: int
    measure: Measure

    def as_flops(self) -> "Countable":
        """The same, a multiply-accumulate being two operations."""
        return self._replace(each=2 * self.factor)


class Alternative(NamedTuple):
    """What the architecture does not tell and the number depends on.

    ``change`` is what a layer adds to the total if the ``condition`` holds.
    """

    condition: str
    difference: Measure


CountTable = Mapping[str, tuple[Countable, ...]]


class Preset(NamedTuple):
    """A convention: the tool that has it, the version that was matched, and its table.

    ``unit`` is the tool's own word for the total. ``note`` says what a reader must know, errors of
    the tool included.
    """

    name: str
    tool: str
    version: str
    unit: str
    table: CountTable
    note: str
    alternatives: tuple[Alternative, ...] = ()


CONVS = ("conv", "depthwise_conv", "separable_conv", "conv_transpose")
NORMS = ("batch_norm", "layer_norm", "group_norm")
#: What PyTorch writes with operators: no tool for it counts them, unless it says so.
ARITHMETIC = (
    *("add", "multiply", "concat", "subtract", "divide", "average", "maximum", "minimum"),
    *("scale", "rescale", "standardize"),
)
#: Layers that only move values: no tool counts them.
MOVES = (
    *("flatten", "reshape", "permute", "pad", "crop", "slice", "channel_shuffle"),
    *("dropout", "identity"),
)
RECURRENT = ("rnn", "lstm", "gru")

MACS = Countable("multiply-accumulates", 1, lambda use: use.macs)
CONV_MACS = Countable("multiply-accumulates of convolutions", 1, lambda use: use.macs)
BIAS = Countable("outputs of layers that have a bias", 1, lambda use: use.bias_adds)


def uncounted(kinds: Iterable[str]) -> CountTable:
    """Rows of kinds that are known to count for nothing."""
    return dict.fromkeys(kinds, ())


def rows(kinds: Iterable[str], *items: Countable) -> CountTable:
    """The same row for several kinds."""
    return dict.fromkeys(kinds, items)


def norm_elements(what: str, with_affine: int, without: int) -> tuple[Countable, Countable]:
    """Elements of normalisations, by whether factor and addend are learned."""
    return (
        Countable(what, with_affine, lambda use: use.elements if use.affine else 0),
        Countable(
            f"{what}, nothing learned", without, lambda use: 0 if use.affine else use.elements
        ),
    )


def activation_elements(functions: Mapping[str, int]) -> tuple[Countable, ...]:
    """Elements that pass activation functions, each with its weight."""

    def item(function: str, each: int) -> Countable:
        return Countable(
            f"elements through {function}",
            each,
            lambda use: use.elements if use.attributes["function"] == function else 0,
        )

    return tuple(item(function, each) for function, each in functions.items())


def is_global_average(use: CountedNode) -> bool:
    """Whether this is an average over the whole map, however it is written."""
    if use.kind == "adaptive_pool":
        return use.attributes["mode"] == "avg" and set(use.attributes["size"]) == {1}
    return use.kind == "avg_pool" and use.attributes["kernel"] == "global"


def is_adaptive_mean(use: CountedNode) -> bool:
    """Whether PyTorch would write this as an adaptive average pool."""
    return is_global_average(use) or (
        use.kind == "adaptive_pool" and use.attributes["mode"] == "avg"
    )


def is_final_softmax(use: CountedNode) -> bool:
    """Whether this is the softmax at an end of the network."""
    return use.is_output and use.kind == "activation" and use.attributes["function"] == "softmax"
