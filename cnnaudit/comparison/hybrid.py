"""Hybrids of two networks: leaves before a position from the second, the others from the first.

The aligned leaves of both networks are in one order. A *cutover* takes the leaves before a position
from the second network (B) and the rest from the first (A). Each layer reads what it reads in its
own network; a layer that is absent from the hybrid, because it was removed or is not yet added, is
bypassed to its first input. A layer of A reads a layer that B inserts before it, since its
counterpart in B does. Shapes are inferred anew.
"""

from typing import NamedTuple

from cnnaudit.comparison.alignment import AlignedLayer
from cnnaudit.comparison.diff import Comparison, leaves_of
from cnnaudit.graph.graph import Graph, Layer, Node, Section
from cnnaudit.ops.op import Shape, Shapes
from cnnaudit.ops.registry import UNKNOWN_OP, op_named


class OutputRef(NamedTuple):
    """The output of a node in one of the two graphs; ``side`` is "a" or "b"."""

    side: str
    node: int


class Cutover(NamedTuple):
    """The parts that a hybrid takes from the second network; ``leaves`` counts its first ones."""

    inputs: bool
    framework: bool
    leaves: int


class Obstacle(NamedTuple):
    """Why there is no valid hybrid: a layer that is impossible, and the reason."""

    layer: str
    message: str


class Crossing(NamedTuple):
    """Two graphs, with the data shared by all their hybrids.

    By side, ``leaf_of`` has the leaf of every node but the inputs, and ``anchors`` the nearest
    matched leaf that a node depends on through unmatched ones (-1, -2 … are the inputs).
    ``next_inputs`` has, for each leaf of A alone, the node of B that its next matched successor
    reads there. ``input_map`` maps the inputs of B to those of A.
    """

    a: Graph
    b: Graph
    leaves: tuple[AlignedLayer, ...]
    leaf_of: dict[str, dict[int, int]]
    anchors: dict[str, dict[int, int]]
    next_inputs: dict[int, int]
    input_map: dict[int, int]


def cross(comparison: Comparison) -> Crossing:
    """Relate the nodes of two compared networks, in time linear in their size."""
    a, b = comparison.a.graph, comparison.b.graph
    leaves = tuple(leaves_of(comparison.tree))
    leaf_of_a = {n: i for i, leaf in enumerate(leaves) if leaf.a for n in leaf.a.nodes}
    leaf_of_b = {n: i for i, leaf in enumerate(leaves) if leaf.b for n in leaf.b.nodes}
    matched = {i for i, leaf in enumerate(leaves) if leaf.a and leaf.b}
    inputs_a = [n for n, node in enumerate(a.nodes) if node.op == "input"]
    inputs_b = [n for n, node in enumerate(b.nodes) if node.op == "input"]
    return Crossing(
        a=a,
        b=b,
        leaves=leaves,
        leaf_of={"a": leaf_of_a, "b": leaf_of_b},
        anchors={"a": _anchors(a, leaf_of_a, matched), "b": _anchors(b, leaf_of_b, matched)},
        next_inputs=_next_inputs(a, b, leaves, leaf_of_a),
        input_map=dict(zip(inputs_b, inputs_a, strict=False)),
    )


def _anchors(graph: Graph, leaf_of: dict[int, int], matched: set[int]) -> dict[int, int]:
    anchors: dict[int, int] = {}
    inputs = 0
    for index, node in enumerate(graph.nodes):
        if index not in leaf_of:
            inputs += 1
            anchors[index] = -inputs
        elif leaf_of[index] in matched or not node.inputs:
            anchors[index] = leaf_of[index]
        else:
            anchors[index] = anchors[node.inputs[0]]
    return anchors


def _next_inputs(
    a: Graph, b: Graph, leaves: tuple[AlignedLayer, ...], leaf_of_a: dict[int, int]
) -> dict[int, int]:
    """Compute ``Crossing.next_inputs`` from the last leaf to the first, each leaf once."""
    next_inputs: dict[int, int] = {}
    for leaf in reversed(leaves):
        if leaf.a is None or leaf.b is None:
            continue
        inputs_a = a.nodes[leaf.a.nodes[0]].inputs
        inputs_b = b.nodes[leaf.b.nodes[0]].inputs
        if len(inputs_a) != len(inputs_b):
            continue
        pending = list(zip(inputs_a, inputs_b, strict=True))
        while pending:
            source, input_b = pending.pop()
            position = leaf_of_a.get(source)
            if position is None or position in next_inputs:
                continue
            unmatched, counterpart = leaves[position]
            if counterpart is not None:
                continue
            assert unmatched is not None
            next_inputs[position] = input_b
            pending += [(node, input_b) for node in a.nodes[unmatched.nodes[0]].inputs]
    return next_inputs


class _ImpossibleError(Exception):
    def __init__(self, layer: str, message: str) -> None:
        super().__init__(message)
        self.obstacle = Obstacle(layer, message)


def build_hybrid(crossing: Crossing, cutover: Cutover) -> Graph | Obstacle:
    """Build the network at a cutover, nodes in topological order, or return why there is none."""
    try:
        return _HybridBuilder(crossing, cutover).graph()
    except _ImpossibleError as impossible:
        return impossible.obstacle


class _HybridBuilder:
    """Builds the leaves in order, each after the leaves that it reads."""

    def __init__(self, crossing: Crossing, cutover: Cutover) -> None:
        self.crossing = crossing
        self.cutover = cutover
        self.graphs = {"a": crossing.a, "b": crossing.b}
        self.nodes: list[Node] = []
        self.index: dict[OutputRef, int] = {}
        self.states = ["new"] * len(crossing.leaves)

    def graph(self) -> Graph:
        for position in range(len(self.crossing.leaves)):
            self._visit(position)
        framework = self.crossing.b if self.cutover.framework else self.crossing.a
        return self.crossing.b._replace(
            framework=framework.framework,
            nodes=tuple(self.nodes),
            outline=Section("", "network", "", ()),
        )

    def _visit(self, start: int) -> None:
        """Build a leaf and those it reads; without recursion, since chains may be very long."""
        path = [start] if self.states[start] == "new" else []
        while path:
            position = path[-1]
            sources = self._sources(position)
            unbuilt = next((p for p in map(self._unbuilt_leaf, sources) if p is not None), None)
            if unbuilt is None:
                self._build(position, sources)
                self.states[path.pop()] = "done"
                continue
            self.states[position] = "open"
            if self.states[unbuilt] == "open":
                layer = self.crossing.leaves[position].a or self.crossing.leaves[position].b
                assert layer is not None
                raise _ImpossibleError(layer.name, "layers read each other in a circle")
            path.append(unbuilt)

    def _unbuilt_leaf(self, source: OutputRef) -> int | None:
        """Return the leaf that must be built to read an output; None if it exists already."""
        if source in self.index:
            return None
        return self.crossing.leaf_of[source.side].get(source.node)

    def _layer(self, position: int) -> tuple[str, Layer] | None:
        """Return a leaf's layer in the hybrid and its side; None if it is absent."""
        leaf = self.crossing.leaves[position]
        side, layer = ("b", leaf.b) if position < self.cutover.leaves else ("a", leaf.a)
        return None if layer is None else (side, layer)

    def _sources(self, position: int) -> list[OutputRef]:
        """Return the outputs that a leaf reads; none if it is absent."""
        present = self._layer(position)
        if present is None:
            return []
        side, layer = present
        inputs = self.graphs[side].nodes[layer.nodes[0]].inputs
        if side == "b":
            return [self._resolve_b(source) for source in inputs]
        counterpart = self.crossing.leaves[position].b
        inputs_b: tuple[int, ...] = ()
        if counterpart:
            inputs_b = self.crossing.b.nodes[counterpart.nodes[0]].inputs
        elif position in self.crossing.next_inputs:
            inputs_b = (self.crossing.next_inputs[position],) * len(inputs)
        if len(inputs_b) != len(inputs):
            return [self._resolve_a(source) for source in inputs]
        return [self._resolve(*pair) for pair in zip(inputs, inputs_b, strict=True)]

    def _resolve(self, input_a: int, input_b: int) -> OutputRef:
        """Return the output that a layer of A reads, whose input is ``input_b`` in B.

        Inserted layers between the input and the layer are read, unless the layer reads one that
        only A has.
        """
        source = self._resolve_a(input_a)
        position = self.crossing.leaf_of[source.side].get(source.node)
        only_in_a = (
            source.side == "a" and position is not None and self.crossing.leaves[position].b is None
        )
        anchors = self.crossing.anchors
        if not only_in_a and anchors["a"][input_a] == anchors["b"][input_b]:
            return self._resolve_b(input_b)
        return source

    def _resolve_a(self, node: int) -> OutputRef:
        """Return the output in the hybrid that stands for an output of A."""
        while (position := self.crossing.leaf_of["a"].get(node)) is not None:
            leaf = self.crossing.leaves[position]
            if position >= self.cutover.leaves:
                return OutputRef("a", node)
            if leaf.b is not None:
                return OutputRef("b", leaf.b.nodes[-1])
            assert leaf.a is not None
            node = self._bypass(self.crossing.a, leaf.a)
        return OutputRef("a", node)

    def _resolve_b(self, node: int) -> OutputRef:
        """Return the output in the hybrid that stands for an output of B."""
        while (position := self.crossing.leaf_of["b"].get(node)) is not None:
            leaf = self.crossing.leaves[position]
            if position < self.cutover.leaves:
                return OutputRef("b", node)
            if leaf.a is not None:
                return OutputRef("a", leaf.a.nodes[-1])
            assert leaf.b is not None
            node = self._bypass(self.crossing.b, leaf.b)
        input_a = self.crossing.input_map.get(node)
        return OutputRef("b", node) if input_a is None else OutputRef("a", input_a)

    def _bypass(self, graph: Graph, layer: Layer) -> int:
        """Return the first input of an absent layer."""
        node = graph.nodes[layer.nodes[0]]
        if not node.inputs:
            raise _ImpossibleError(node.layer, "it reads nothing that others could read instead")
        return node.inputs[0]

    def _build(self, position: int, sources: list[OutputRef]) -> None:
        present = self._layer(position)
        if present is None:
            return
        side, layer = present
        inputs = tuple(map(self._node_index, sources))
        for index in layer.nodes:
            self._append(OutputRef(side, index), inputs)
            inputs = (len(self.nodes) - 1,)

    def _node_index(self, source: OutputRef) -> int:
        """Return the index of an output in the hybrid; inputs are added when first read."""
        if source not in self.index:
            node = self.graphs[source.side].nodes[source.node]
            if source.side == "a" and self.cutover.inputs:
                for input_b, input_a in self.crossing.input_map.items():
                    if input_a == source.node:
                        node = self.crossing.b.nodes[input_b]
            self.index[source] = len(self.nodes)
            self.nodes.append(node)
        return self.index[source]

    def _append(self, output: OutputRef, inputs: tuple[int, ...]) -> None:
        node = self.graphs[output.side].nodes[output.node]
        shapes = tuple(self.nodes[source].output_shape for source in inputs)
        shape = _infer_shape(node, shapes)
        shared = None if node.shared is None else self._weight_owner(output.side, node, shapes)
        self.index[output] = len(self.nodes)
        moved = node.with_shapes(shapes, shape, node.attributes)
        self.nodes.append(moved._replace(inputs=inputs, shared=shared))

    def _weight_owner(self, side: str, node: Node, shapes: Shapes) -> int | None:
        """Return the node whose weights this one shares; None if it is absent or comes later."""
        assert node.shared is not None
        position = self.crossing.leaf_of[side][node.shared]
        leaf = self.crossing.leaves[position]
        original = leaf.b if side == "b" else leaf.a
        assert original is not None
        offset = original.nodes.index(node.shared)
        present = self._layer(position)
        if present is None or offset >= len(present[1].nodes):
            return None
        owner_side, layer = present
        index = self.index.get(OutputRef(owner_side, layer.nodes[offset]))
        if index is None:
            return None
        owner = self.nodes[index]
        weights = op_named(node.op).weights(shapes, node.attributes)
        if owner.weights != weights:
            raise _ImpossibleError(node.layer, f"the weights of {owner.layer} do not fit here")
        return index if owner.shared is None else owner.shared


def _infer_shape(node: Node, shapes: Shapes) -> Shape:
    """Return a node's output shape on inputs of other shapes; raises ``_ImpossibleError``."""
    if shapes == node.input_shapes or node.op == UNKNOWN_OP.name:
        return node.output_shape
    if not all(shapes):
        raise _ImpossibleError(node.layer, "its input is not known")
    same_ranks = [len(shape) for shape in shapes] == [len(shape) for shape in node.input_shapes]
    if not same_ranks and any(isinstance(value, tuple) for value in node.attributes.values()):
        # Attributes with a size for each axis hold for the original number of axes only.
        raise _ImpossibleError(node.layer, "its input has another number of axes")
    op = op_named(node.op)
    if problem := op.validate(shapes, node.attributes):
        raise _ImpossibleError(node.layer, problem.message)
    return op.output_shape(shapes, node.attributes)
