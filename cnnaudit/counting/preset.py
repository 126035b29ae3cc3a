"""The vocabulary of a convention: what is counted in a layer, how much each of it weighs.

A preset is a table from kinds of layers to items. A kind with an empty row is known to count for
nothing; a kind that has no row is unknown, and makes the total a lower bound.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from cnnaudit.layers.kind import Attributes, Shape, Shapes, Trait, Weight, product
from cnnaudit.layers.table import kinds_with
from cnnaudit.layers.windows import spatial


class Use(NamedTuple):
    """One node as a counter meets it: all shapes channels last, without the batch.

    ``weights`` are there even if another node owns them: work is done per use. ``final`` says that
    nothing reads the output.
    """

    kind: str
    attributes: Attributes
    inputs: Shapes
    output: Shape
    weights: tuple[Weight, ...]
    macs: int
    bias_adds: int
    final: bool

    @property
    def shaped(self) -> bool:
        """Whether all its shapes are known; behind a layer that nobody knows, they are empty."""
        return all((self.output, *self.inputs))

    @property
    def elements(self) -> int:
        """Elements of the output."""
        return product(self.output)

    @property
    def entering(self) -> int:
        """Elements of the first input."""
        return product(self.inputs[0])

    @property
    def positions(self) -> int:
        """Positions of the output: its elements by channel."""
        return product(spatial(self.output))

    @property
    def rank(self) -> int:
        """Spatial axes of the first input."""
        return len(self.inputs[0]) - 1

    @property
    def learned(self) -> int:
        """Numbers that are learned: all weights but running statistics."""
        return sum(weight.size for weight in self.weights if not weight.statistic)

    @property
    def affine(self) -> bool:
        """Whether a normalisation has a learned factor or addend."""
        return bool(self.attributes["scale"] or self.attributes["center"])


Measure = Callable[[Use], int]


class Item(NamedTuple):
    """What is counted (a plural, for people), what each of it weighs, and how many a layer has."""

    what: str
    each: int
    measure: Measure

    def twice(self) -> "Item":
        """The same, a multiply-accumulate being two operations."""
        return self._replace(each=2 * self.each)


class Alternative(NamedTuple):
    """What the architecture does not tell and the number depends on.

    ``change`` is what a layer adds to the total if the ``condition`` holds.
    """

    condition: str
    change: Measure


Table = Mapping[str, tuple[Item, ...]]


class Preset(NamedTuple):
    """A convention: the tool that has it, the version that was matched, and its table.

    ``unit`` is the tool's own word for the total. ``note`` says what a reader must know, errors of
    the tool included.
    """

    name: str
    tool: str
    version: str
    unit: str
    table: Table
    note: str
    alternatives: tuple[Alternative, ...] = ()


CONVS = ("conv", "depthwise_conv", "separable_conv", "conv_transpose")
NORMS = ("batch_norm", "layer_norm", "group_norm")
#: What PyTorch writes with operators: no tool for it counts them, unless it says so.
ARITHMETIC = (
    *("add", "multiply", "concat", "subtract", "divide", "average", "maximum", "minimum"),
    *("scale", "rescale", "standardize"),
)
#: Layers that only move values, and those that do nothing at inference: no tool counts them.
MOVES = kinds_with(Trait.MOVES_VALUES, Trait.IDENTITY_AT_INFERENCE)
RECURRENT = ("rnn", "lstm", "gru")

MACS = Item("multiply-accumulates", 1, lambda use: use.macs)
CONV_MACS = Item("multiply-accumulates of convolutions", 1, lambda use: use.macs)
BIAS = Item("outputs of layers that have a bias", 1, lambda use: use.bias_adds)


def free(kinds: Iterable[str]) -> Table:
    """Rows of kinds that are known to count for nothing."""
    return dict.fromkeys(kinds, ())


def rows(kinds: Iterable[str], *items: Item) -> Table:
    """The same row for several kinds."""
    return dict.fromkeys(kinds, items)


def affine(what: str, with_affine: int, without: int) -> tuple[Item, Item]:
    """Elements of normalisations, by whether factor and addend are learned."""
    return (
        Item(what, with_affine, lambda use: use.elements if use.affine else 0),
        Item(f"{what}, nothing learned", without, lambda use: 0 if use.affine else use.elements),
    )


def through(functions: Mapping[str, int]) -> tuple[Item, ...]:
    """Elements that pass activation functions, each with its weight."""

    def item(function: str, each: int) -> Item:
        return Item(
            f"elements through {function}",
            each,
            lambda use: use.elements if use.attributes["function"] == function else 0,
        )

    return tuple(item(function, each) for function, each in functions.items())


def is_global(use: Use) -> bool:
    """Whether this is an average over the whole map, however it is written."""
    if use.kind == "adaptive_pool":
        return use.attributes["mode"] == "avg" and set(use.attributes["size"]) == {1}
    return use.kind == "avg_pool" and use.attributes["kernel"] == "global"


def is_adaptive_mean(use: Use) -> bool:
    """Whether PyTorch would write this as an adaptive average pool."""
    return is_global(use) or (use.kind == "adaptive_pool" and use.attributes["mode"] == "avg")


def is_softmax(use: Use) -> bool:
    """Whether this is the softmax at an end of the network."""
    return use.final and use.kind == "activation" and use.attributes["function"] == "softmax"
