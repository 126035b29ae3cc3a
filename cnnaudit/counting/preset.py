"""The vocabulary of a counting convention: which quantities of a layer count, by which factor.

A preset is a table from op names to countables. An op with an empty row counts for nothing in that
tool; for an op without a row it is unknown how the tool counts it, and the total is a lower bound.
"""

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import NamedTuple

from cnnaudit.ops.conv_arithmetic import spatial
from cnnaudit.ops.op import Attributes, Shape, Shapes, Weight
from cnnaudit.ops.registry import ops_with


class CountedNode(NamedTuple):
    """A node with everything that a convention may count; shapes without batch, channels last.

    ``weights`` includes tensors that another node owns: shared weights work at every use.
    ``is_output`` is true if no other node reads the output.
    """

    op: str
    attributes: Attributes
    input_shapes: Shapes
    output_shape: Shape
    weights: tuple[Weight, ...]
    macs: int
    bias_adds: int
    is_output: bool

    @property
    def has_known_shapes(self) -> bool:
        """Whether all shapes are known: after an unknown layer they are empty."""
        return all((self.output_shape, *self.input_shapes))

    @property
    def output_elements(self) -> int:
        """Number of elements of the output."""
        return prod(self.output_shape)

    @property
    def input_elements(self) -> int:
        """Number of elements of the first input."""
        return prod(self.input_shapes[0])

    @property
    def output_positions(self) -> int:
        """Number of spatial positions of the output."""
        return prod(spatial(self.output_shape))

    @property
    def spatial_rank(self) -> int:
        """Number of spatial axes of the first input."""
        return len(self.input_shapes[0]) - 1

    @property
    def learned_weights(self) -> int:
        """Number of learned weights: all but the running statistics."""
        return sum(weight.size for weight in self.weights if not weight.statistic)

    @property
    def has_affine(self) -> bool:
        """Whether a normalisation has a learned scale or offset."""
        return bool(self.attributes["scale"] or self.attributes["center"])


Measure = Callable[[CountedNode], int]


class Countable(NamedTuple):
    """A quantity that a tool counts.

    ``label`` is its name for people, in the plural; each one counts ``factor`` units of the tool;
    ``measure`` is how many a node has.
    """

    label: str
    factor: int
    measure: Measure

    def as_flops(self) -> "Countable":
        """The same quantity with a multiply-accumulate counted as two operations."""
        return self._replace(factor=2 * self.factor)


class Alternative(NamedTuple):
    """A condition that the total depends on and that an architecture file does not state.

    ``difference`` is how much a node adds to the total if the ``condition`` holds; it may be
    negative.
    """

    condition: str
    difference: Measure


CountTable = Mapping[str, tuple[Countable, ...]]


class Preset(NamedTuple):
    """A counting convention: the tool, the version that it was matched with, and its table.

    ``unit`` is the tool's own name for the total. ``note`` is for the reader of the total and
    includes known errors of the tool.
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
#: Ops that PyTorch code writes as operators: its tools do not count them unless a table does.
ARITHMETIC = (
    *("add", "multiply", "concat", "subtract", "divide", "average", "maximum", "minimum"),
    *("scale", "rescale", "standardize"),
)
#: Ops that only move values or do nothing at inference: no tool counts them.
MOVES = ops_with("moves values", "identity at inference")
RECURRENT = ("rnn", "lstm", "gru")

MACS = Countable("multiply-accumulates", 1, lambda node: node.macs)
CONV_MACS = Countable("multiply-accumulates of convolutions", 1, lambda node: node.macs)
BIAS = Countable("outputs of layers that have a bias", 1, lambda node: node.bias_adds)


def uncounted(ops: Iterable[str]) -> CountTable:
    """Return empty rows: ops that the tool counts as nothing."""
    return dict.fromkeys(ops, ())


def rows(ops: Iterable[str], *countables: Countable) -> CountTable:
    """Return the same row for several ops."""
    return dict.fromkeys(ops, countables)


def norm_elements(label: str, with_affine: int, without: int) -> tuple[Countable, Countable]:
    """Return the elements of normalisations, with one factor each for affine and plain ones."""

    def affine(node: CountedNode) -> int:
        return node.output_elements if node.has_affine else 0

    def plain(node: CountedNode) -> int:
        return 0 if node.has_affine else node.output_elements

    return (
        Countable(label, with_affine, affine),
        Countable(f"{label}, nothing learned", without, plain),
    )


def activation_elements(factors: Mapping[str, int]) -> tuple[Countable, ...]:
    """Return the elements of activation functions, with the factor of each function."""

    def countable(function: str, factor: int) -> Countable:
        def measure(node: CountedNode) -> int:
            return node.output_elements if node.attributes["function"] == function else 0

        return Countable(f"elements through {function}", factor, measure)

    return tuple(countable(function, factor) for function, factor in factors.items())


def is_global_average(node: CountedNode) -> bool:
    """Whether the node averages over the entire map, as a global or an adaptive pool."""
    if node.op == "adaptive_pool":
        return node.attributes["mode"] == "avg" and set(node.attributes["size"]) == {1}
    return node.op == "avg_pool" and node.attributes["kernel"] == "global"


def is_adaptive_mean(node: CountedNode) -> bool:
    """Whether the node is an adaptive average pool in PyTorch, which has no global one."""
    return is_global_average(node) or (
        node.op == "adaptive_pool" and node.attributes["mode"] == "avg"
    )


def is_final_softmax(node: CountedNode) -> bool:
    """Whether the node is a softmax at an output of the network."""
    return node.is_output and node.op == "activation" and node.attributes["function"] == "softmax"
