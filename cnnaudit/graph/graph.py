"""The layer graph as frozen values: nodes in topological order, and how they were written.

A *node* is one op; a written layer with modifiers is several. The *outline* is the tree of the
file: layers inside repetitions, blocks, branches and heads. Tables and comparisons follow the
outline, the calculator follows the nodes.
"""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.errors import Span
from cnnaudit.ops.op import Attributes, Cost, Shape, Shapes, Weight
from cnnaudit.ops.registry import op_named


class Initialiser(NamedTuple):
    """How first weights are drawn: ``he``, ``normal`` with its deviation."""

    name: str
    scale: Any = None


class OpNumbers(NamedTuple):
    """Elements of the output, numbers of learned and measured weights, and the cost of an image."""

    activation_size: int
    learned: int
    statistics: int
    macs: int
    bias_adds: int
    elementwise_ops: int


def numbers_of(
    op_name: str, attributes: Attributes, input_shapes: Shapes, shape: Shape
) -> OpNumbers:
    """The numbers of an op with these attributes and shapes."""
    op = op_named(op_name)
    learned = statistics = 0
    for weight in op.weights(input_shapes, attributes):
        if weight.statistic:
            statistics += prod(weight.shape)
        else:
            learned += prod(weight.shape)
    size = prod(shape) if shape else 0
    return OpNumbers(size, learned, statistics, *op.cost(input_shapes, attributes, shape))


class Node(NamedTuple):
    """One op of the network, its inputs, and its place in the file.

    Shapes are without the batch, channels last; empty if unknown. ``inputs`` are positions in the
    graph's nodes, all before this one. ``layer`` is the full name of the written layer. ``shared``
    is the node whose weights this one uses. ``numbers`` is None if they are not evaluated yet.
    """

    name: str
    op: str
    attributes: Attributes
    input_shapes: Shapes
    output_shape: Shape
    inputs: tuple[int, ...]
    layer: str
    span: Span | None = None
    trainable: bool = True
    shared: int | None = None
    auxiliary: bool = False
    init: Initialiser | None = None
    numbers: OpNumbers | None = None

    def with_shapes(
        self,
        input_shapes: Shapes,
        output_shape: Shape,
        attributes: Attributes,
        op: str | None = None,
    ) -> "Node":
        """The node with other shapes, attributes and maybe another op."""
        return self._replace(
            op=op or self.op,
            attributes=attributes,
            input_shapes=input_shapes,
            output_shape=output_shape,
            numbers=None,
        )

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The weight tensors of the node, running statistics included."""
        return op_named(self.op).weights(self.input_shapes, self.attributes)

    @property
    def cost(self) -> Cost:
        """The cost of the node on one image."""
        return op_named(self.op).cost(self.input_shapes, self.attributes, self.output_shape)


class Layer(NamedTuple):
    """A written layer: its nodes, the op first, then its modifiers."""

    name: str
    nodes: tuple[int, ...]
    named: bool = False


class Section(NamedTuple):
    """Layers that belong together.

    ``kind`` is one of network, block, repeat (all repetitions of a layer), branches, branch, head,
    auxiliary head and model (one inside another, in a foreign file); ``label`` is the name of the
    block, of the repeated op, or of the merge.
    """

    name: str
    kind: str
    label: str
    children: "tuple[Layer | Section, ...]"
    named: bool = False


Outline: TypeAlias = Layer | Section


class UnknownLayer(NamedTuple):
    """A layer of a foreign file that cannot be counted: its name, its class, and why not."""

    name: str
    what: str
    why: str


class Graph(NamedTuple):
    """A network: its nodes in topological order (inputs first), and how it was written.

    ``unknown`` are layers whose weights and cost are unknown: nodes of the op ``unknown``, with an
    empty shape if the file does not state it. Totals are lower bounds then.
    """

    name: str
    path: str
    framework: str
    framework_named: bool
    nodes: tuple[Node, ...]
    outline: Section
    classes: int | None = None
    description: str | None = None
    origin: str | None = None
    training: Mapping[str, Any] = {}
    expect: Mapping[str, Any] = {}
    variants: tuple[str, ...] = ()
    unknown: tuple[UnknownLayer, ...] = ()

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The input nodes."""
        return tuple(node for node in self.nodes if node.op == "input")


def layers_of(outline: Outline) -> Iterator[Layer]:
    """Every written layer of an outline, in written order."""
    stack = [outline]
    while stack:
        top = stack.pop()
        if isinstance(top, Layer):
            yield top
        else:
            stack.extend(reversed(top.children))


def local_name(part: Outline, section: Section | None) -> str:
    """The name of a part without that of its section; foreign names may contain dots."""
    if section is not None:
        prefix = f"{section.name}." if section.name else ""
        if part.name.startswith(prefix):
            return part.name.removeprefix(prefix)
    return part.name.rpartition(".")[2]
