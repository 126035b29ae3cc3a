"""Finds a network's widths, the constraints between them, and the attributes that follow them.

One walk over the graph gives every node its channels as terms. Filters and units are widths of
their own; sums, products and shared weights require equal ones; groups and shuffles require
divisible ones. Outputs of the network, frozen layers and a backbone keep their widths.
"""

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple

from cnnaudit.adaptation.constraints import ChannelConstraints, Terms, constant_terms, scale_terms
from cnnaudit.graph.backbone import NAME as BACKBONE
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.registry import OPS

#: The attribute that sets a layer's output channels.
WIDTH_ATTRIBUTES = {
    "conv": "filters",
    "separable_conv": "filters",
    "conv_transpose": "filters",
    "dense": "units",
    "embedding": "size",
    "rnn": "units",
    "lstm": "units",
    "gru": "units",
}


class DependentAttribute(NamedTuple):
    """An attribute of a node that depends on widths: its value, given the size of any sum."""

    node: str
    attribute: str
    value: Callable[[Callable[[Terms], int]], Any]


class WidthPlan(NamedTuple):
    """The widths of a network, their constraints, and every attribute that depends on them."""

    constraints: ChannelConstraints
    widths: tuple[Terms, ...]
    dependents: tuple[DependentAttribute, ...]

    def attributes(self, scaled: Callable[[int, int], int]) -> dict[str, dict[str, Any]]:
        """Return the dependent attributes, by node name, after scaling.

        ``scaled`` maps the stock value of a width and its required multiple to the new value.
        """
        size = self.constraints.new_sizes(scaled)
        attributes: dict[str, dict[str, Any]] = {}
        for dependent in self.dependents:
            attributes.setdefault(dependent.node, {})[dependent.attribute] = dependent.value(size)
        return attributes

    def free_widths(self) -> set[tuple[int, int]]:
        """Return (stock value, required multiple) of every width that may change."""
        return self.constraints.free_widths(self.widths)


def plan_widths(graph: Graph) -> WidthPlan:
    """Find the widths of a graph and the attributes that depend on them."""
    return _Walk(graph).plan()


def output_nodes(graph: Graph) -> list[int]:
    """Return the indices of the nodes that no other node reads, inputs excepted."""
    read = {index for node in graph.nodes for index in node.inputs}
    return [i for i, node in enumerate(graph.nodes) if i not in read and node.op != "input"]


class _Walk:
    """A walk over the nodes in order; ``terms`` holds the output channels of those visited."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.constraints = ChannelConstraints()
        self.terms: list[Terms] = []
        self.widths: list[Terms] = []
        self.dependents: list[DependentAttribute] = []

    def plan(self) -> WidthPlan:
        for node in self.graph.nodes:
            self.terms.append(self.visit(node))
        for index in output_nodes(self.graph):
            self.constraints.pin(self.terms[index])
        return WidthPlan(self.constraints, tuple(self.widths), tuple(self.dependents))

    def visit(self, node: Node) -> Terms:
        """Add the constraints of a node, and return its output channels."""
        inputs = [self.terms[index] for index in node.inputs]
        if node.op == "input" or node.op not in OPS:
            for terms in inputs:
                self.constraints.pin(terms)
            return constant_terms(node.output_shape[-1] if node.output_shape else 0)
        output = _OUTPUT_CHANNELS.get(node.op, _Walk.unchanged)(self, node, inputs)
        if self.has_fixed_weights(node):
            # Fixed weights need the input channels that they were trained for, too.
            for terms in (output, *inputs):
                self.constraints.pin(terms)
        if node.shared is not None:
            owner = self.graph.nodes[node.shared]
            self.constraints.require_equal(output, self.terms[node.shared])
            for index, owner_index in zip(node.inputs, owner.inputs, strict=True):
                self.constraints.require_equal(self.terms[index], self.terms[owner_index])
        return output

    def has_fixed_weights(self, node: Node) -> bool:
        """Whether a node's weights come from an earlier training."""
        if node.name.startswith(f"{BACKBONE}."):
            return True
        return not node.trainable and bool(node.weights)

    def input_shape(self, node: Node, number: int = 0) -> tuple[int, ...]:
        return self.graph.nodes[node.inputs[number]].output_shape

    def add_dependent(self, node: Node, attribute: str, value: Callable[..., Any]) -> None:
        if not node.name.startswith(f"{BACKBONE}."):
            self.dependents.append(DependentAttribute(node.name, attribute, value))

    # The output channels of each op, given those of its inputs -----------------------------------

    def unchanged(self, node: Node, inputs: list[Terms]) -> Terms:
        """The input's channels, if the op keeps their number."""
        if self.input_shape(node)[-1] == node.output_shape[-1]:
            return inputs[0]
        return self.unrelated(node, inputs)

    def unrelated(self, node: Node, inputs: list[Terms]) -> Terms:
        """A fixed number: the op mixes channels and positions, so its inputs keep their widths."""
        for terms in inputs:
            self.constraints.pin(terms)
        return constant_terms(node.output_shape[-1])

    def own_width(self, node: Node, inputs: list[Terms]) -> Terms:
        """A new width, or a multiple of the input channels if each of them is a group."""
        attribute = WIDTH_ATTRIBUTES[node.op]
        count = node.attributes[attribute]
        groups = node.attributes.get("groups", 1)
        if groups > 1 and groups == self.input_shape(node)[-1]:
            output = scale_terms(inputs[0], count // groups)
            self.add_dependent(node, "groups", lambda size: size(inputs[0]))
        else:
            output = self.constraints.new_width(count)
            if groups > 1:
                self.constraints.require_divisible(inputs[0], groups)
                self.constraints.require_divisible(output, groups)
                self.add_dependent(node, "groups", lambda _size: groups)
        self.widths.append(output)
        self.add_dependent(node, attribute, lambda size: size(output))
        return output

    def depthwise(self, node: Node, inputs: list[Terms]) -> Terms:
        return scale_terms(inputs[0], node.attributes["multiplier"])

    def concatenated(self, node: Node, inputs: list[Terms]) -> Terms:
        if node.attributes["axis"] % len(node.output_shape) == len(node.output_shape) - 1:
            return tuple(term for terms in inputs for term in terms)
        return self.equal(node, inputs)

    def equal(self, node: Node, inputs: list[Terms]) -> Terms:
        """Sums and products: equal channels in all inputs, except in those that are broadcast."""
        full = [
            n for n in range(len(inputs)) if self.input_shape(node, n)[-1] == node.output_shape[-1]
        ]
        for n, terms in enumerate(inputs):
            if n in full:
                self.constraints.require_equal(inputs[full[0]], terms)
            else:
                self.constraints.pin(terms)
        return inputs[full[0]]

    def sliced(self, node: Node, inputs: list[Terms]) -> Terms:
        rank, channels = len(node.output_shape), self.input_shape(node)[-1]
        if node.attributes["axis"] % rank != rank - 1:
            return inputs[0]
        start, stop = (n + channels * (n < 0) for n in node.attributes["range"])
        prefix = self.constraints.slice(inputs[0], 0, start)
        output = self.constraints.slice(inputs[0], start, stop)
        is_from_end = [n < 0 for n in node.attributes["range"]]

        def new_range(size: Callable[[Terms], int]) -> tuple[int, ...]:
            total, first = size(inputs[0]), size(prefix)
            ends = zip((first, first + size(output)), is_from_end, strict=True)
            return tuple(end - total * from_end for end, from_end in ends)

        self.add_dependent(node, "range", new_range)
        return output

    def shuffled(self, node: Node, inputs: list[Terms]) -> Terms:
        """Channels of a shuffle: its groups must be equal, since their channels alternate."""
        groups, channels = node.attributes["groups"], node.output_shape[-1]
        group_size = channels // groups
        parts = [
            self.constraints.slice(inputs[0], n * group_size, (n + 1) * group_size)
            for n in range(groups)
        ]
        for part in parts[1:]:
            self.constraints.require_equal(parts[0], part)
        return inputs[0]

    def grouped(self, node: Node, inputs: list[Terms]) -> Terms:
        self.constraints.require_divisible(inputs[0], node.attributes["groups"])
        return self.unchanged(node, inputs)

    def flattened(self, node: Node, inputs: list[Terms]) -> Terms:
        return scale_terms(inputs[0], prod(self.input_shape(node)[:-1]))

    def reshaped(self, node: Node, inputs: list[Terms]) -> Terms:
        input_shape, output_shape = self.input_shape(node), node.output_shape
        if 1 not in (len(input_shape), len(output_shape)) and input_shape[-1] != output_shape[-1]:
            return self.unrelated(node, inputs)
        output = scale_terms(inputs[0], Fraction(output_shape[-1], input_shape[-1]))
        for term in self.constraints.expand(output):
            self.constraints.require_divisible((term,), 1)
        shape = node.attributes["shape"]
        if shape[-1] != -1:
            self.add_dependent(node, "shape", lambda size: (*shape[:-1], size(output)))
        return output

    def permuted(self, node: Node, inputs: list[Terms]) -> Terms:
        rank = len(node.output_shape)
        if node.attributes["order"][-1] == rank - 1:
            return inputs[0]
        return self.unrelated(node, inputs)


_OutputChannels = Callable[[_Walk, Node, list[Terms]], Terms]
#: Output channels by op; those of any other op are `unchanged`.
_OUTPUT_CHANNELS: dict[str, _OutputChannels] = {
    **dict.fromkeys(WIDTH_ATTRIBUTES, _Walk.own_width),
    **{name: _Walk.equal for name, op in OPS.items() if op.merges},
    "depthwise_conv": _Walk.depthwise,
    "concat": _Walk.concatenated,
    "slice": _Walk.sliced,
    "channel_shuffle": _Walk.shuffled,
    "group_norm": _Walk.grouped,
    "flatten": _Walk.flattened,
    "reshape": _Walk.reshaped,
    "permute": _Walk.permuted,
}
