"""The widths of a network: what each layer's channels are made of, and what must follow them.

One walk over the graph gives every node its channels as terms. Filters and units are widths of
their own; sums, products and shared weights tie them; groups and shuffles divide them. What leaves
the network, what is frozen and what a backbone brings keep their widths.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.adaptation.constraints import ChannelConstraints, Terms, constant_terms, scale_terms
from cnnaudit.graph.backbone import NAME as BACKBONE
from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.graph.operation import weights_of
from cnnaudit.layers.kind import product
from cnnaudit.layers.table import KINDS

#: The attribute that sets how many channels leave a layer.
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

Attributes = Mapping[str, Any]


class DependentAttribute(NamedTuple):
    """An attribute of a node that follows the widths: its value, given the size of any sum."""

    node: str
    attribute: str
    value: Callable[[Callable[[Terms], int]], Any]


class WidthPlan(NamedTuple):
    """The widths of a network, their ties, and every attribute that depends on them."""

    constraints: ChannelConstraints
    widths: tuple[Terms, ...]
    dependents: tuple[DependentAttribute, ...]

    def attributes(self, scaled: Callable[[int, int], int]) -> dict[str, dict[str, Any]]:
        """The attributes of every node, by its name; ``scaled`` gives a width's new value."""
        size = self.constraints.new_sizes(scaled)
        found: dict[str, dict[str, Any]] = {}
        for target in self.dependents:
            found.setdefault(target.node, {})[target.attribute] = target.value(size)
        return found

    def free_widths(self) -> set[tuple[int, int]]:
        """The stock value and the multiple of every width that may change."""
        return self.constraints.free_widths(self.widths)


def plan_widths(graph: Graph) -> WidthPlan:
    """What the widths of a graph are, and how they hang together."""
    return _Walk(graph).plan()


def output_nodes(graph: Graph) -> list[int]:
    """The nodes that nothing reads: what leaves the network."""
    read = {index for node in graph.nodes for index in node.inputs}
    return [i for i, node in enumerate(graph.nodes) if i not in read and node.kind != "input"]


class _Walk:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.ties = ChannelConstraints()
        self.terms: list[Terms] = []
        self.widths: list[Terms] = []
        self.targets: list[DependentAttribute] = []

    def plan(self) -> WidthPlan:
        for node in self.graph.nodes:
            entering = [self.terms[index] for index in node.inputs]
            if node.kind == "input" or node.kind not in KINDS:
                for terms in entering:
                    self.ties.pin(terms)
                self.terms.append(constant_terms(node.shape[-1] if node.shape else 0))
                continue
            leaving = _FORMS.get(node.kind, _Walk.passed)(self, node, entering)
            self.terms.append(leaving)
            if self.kept(node):
                # Weights that are kept were made for what enters, too.
                for terms in (leaving, *entering):
                    self.ties.pin(terms)
            if node.shared is not None:
                owner = self.graph.nodes[node.shared]
                self.ties.require_equal(leaving, self.terms[node.shared])
                for own, other in zip(node.inputs, owner.inputs, strict=True):
                    self.ties.require_equal(self.terms[own], self.terms[other])
        for index in output_nodes(self.graph):
            self.ties.pin(self.terms[index])
        return WidthPlan(self.ties, tuple(self.widths), tuple(self.targets))

    def kept(self, node: Node) -> bool:
        """Whether the weights of a node come from a training that is over."""
        if node.name.startswith(f"{BACKBONE}."):
            return True
        return not node.trainable and bool(weights_of(node.operation))

    def shape(self, node: Node, number: int = 0) -> tuple[int, ...]:
        return self.graph.nodes[node.inputs[number]].shape

    def target(self, node: Node, attribute: str, value: Callable[..., Any]) -> None:
        if not node.name.startswith(f"{BACKBONE}."):
            self.targets.append(DependentAttribute(node.name, attribute, value))

    # How channels leave the nodes of each kind ----------------------------------------------------

    def passed(self, node: Node, entering: list[Terms]) -> Terms:
        """As many as entered, wherever that is so."""
        if self.shape(node)[-1] == node.shape[-1]:
            return entering[0]
        return self.opaque(node, entering)

    def opaque(self, node: Node, entering: list[Terms]) -> Terms:
        """Nobody knows how channels and positions hang together: all of it stays as it is."""
        for terms in entering:
            self.ties.pin(terms)
        return constant_terms(node.shape[-1])

    def made(self, node: Node, entering: list[Terms]) -> Terms:
        """Filters or units: a width of its own."""
        attribute = WIDTH_ATTRIBUTES[node.kind]
        count = node.attributes[attribute]
        groups = node.attributes.get("groups", 1)
        if groups > 1 and groups == self.shape(node)[-1]:
            leaving = scale_terms(entering[0], count // groups)
            self.target(node, "groups", lambda size: size(entering[0]))
        else:
            leaving = self.ties.new_width(count)
            if groups > 1:
                self.ties.require_divisible(entering[0], groups)
                self.ties.require_divisible(leaving, groups)
                self.target(node, "groups", lambda _size: groups)
        self.widths.append(leaving)
        self.target(node, attribute, lambda size: size(leaving))
        return leaving

    def depthwise(self, node: Node, entering: list[Terms]) -> Terms:
        return scale_terms(entering[0], node.attributes["multiplier"])

    def joined(self, node: Node, entering: list[Terms]) -> Terms:
        if node.attributes["axis"] % len(node.shape) == len(node.shape) - 1:
            return tuple(term for terms in entering for term in terms)
        return self.equal(node, entering)

    def equal(self, node: Node, entering: list[Terms]) -> Terms:
        """Sums and products: as many everywhere, where they are not repeated."""
        wide = [n for n in range(len(entering)) if self.shape(node, n)[-1] == node.shape[-1]]
        for n, terms in enumerate(entering):
            if n in wide:
                self.ties.require_equal(entering[wide[0]], terms)
            else:
                self.ties.pin(terms)
        return entering[wide[0]]

    def cut(self, node: Node, entering: list[Terms]) -> Terms:
        rank, channels = len(node.shape), self.shape(node)[-1]
        if node.attributes["axis"] % rank != rank - 1:
            return entering[0]
        start, stop = (n + channels * (n < 0) for n in node.attributes["range"])
        before = self.ties.slice(entering[0], 0, start)
        kept = self.ties.slice(entering[0], start, stop)
        from_end = [n < 0 for n in node.attributes["range"]]

        def bounds(size: Callable[[Terms], int]) -> tuple[int, ...]:
            total, first = size(entering[0]), size(before)
            ends = zip((first, first + size(kept)), from_end, strict=True)
            return tuple(end - total * behind for end, behind in ends)

        self.target(node, "range", bounds)
        return kept

    def shuffled(self, node: Node, entering: list[Terms]) -> Terms:
        """Groups are dealt out like cards: they are equal."""
        groups, channels = node.attributes["groups"], node.shape[-1]
        share = channels // groups
        hands = [self.ties.slice(entering[0], n * share, (n + 1) * share) for n in range(groups)]
        for hand in hands[1:]:
            self.ties.require_equal(hands[0], hand)
        return entering[0]

    def grouped(self, node: Node, entering: list[Terms]) -> Terms:
        self.ties.require_divisible(entering[0], node.attributes["groups"])
        return self.passed(node, entering)

    def flat(self, node: Node, entering: list[Terms]) -> Terms:
        return scale_terms(entering[0], product(self.shape(node)[:-1]))

    def reshaped(self, node: Node, entering: list[Terms]) -> Terms:
        before, after = self.shape(node), node.shape
        if not (len(before) == 1 or len(after) == 1 or before[-1] == after[-1]):
            return self.opaque(node, entering)
        leaving = scale_terms(entering[0], Fraction(after[-1], before[-1]))
        for term in self.ties.expand(leaving):
            self.ties.require_divisible((term,), 1)
        written = node.attributes["shape"]
        if written[-1] != -1:
            self.target(node, "shape", lambda size: (*written[:-1], size(leaving)))
        return leaving

    def exchanged(self, node: Node, entering: list[Terms]) -> Terms:
        rank = len(node.shape)
        if node.attributes["order"][-1] == rank - 1:
            return entering[0]
        return self.opaque(node, entering)


_Form = Callable[[_Walk, Node, list[Terms]], Terms]
_FORMS: dict[str, _Form] = {
    **dict.fromkeys(WIDTH_ATTRIBUTES, _Walk.made),
    **{name: _Walk.equal for name, kind in KINDS.items() if kind.merges},
    "depthwise_conv": _Walk.depthwise,
    "concat": _Walk.joined,
    "slice": _Walk.cut,
    "channel_shuffle": _Walk.shuffled,
    "group_norm": _Walk.grouped,
    "flatten": _Walk.flat,
    "reshape": _Walk.reshaped,
    "permute": _Walk.exchanged,
}
