"""Networks between two: the upper layers from the second, those below still from the first.

The aligned leaves of both stand in one order. A *cut* takes those before a position from the second
network and the rest from the first. Layers are wired as their own network says, through what is not
there: a reference to a layer that was removed, or is not yet added, goes on to what that layer
reads. What was added in front of a layer that still stands as it was is read by it, since the
second network says so. Shapes are inferred anew by the layers' own functions.
"""

from typing import NamedTuple, TypeAlias

from cnnaudit.alignment import AlignedLayer
from cnnaudit.comparison import Comparison, leaves_of
from cnnaudit.graph.nodes import Graph, Node, Section
from cnnaudit.graph.operation import Operation, weights_of
from cnnaudit.layers.kind import Shapes
from cnnaudit.layers.table import UNKNOWN, kind_of

#: An output: the side it is written on, "a" or "b", and the position of its node there.
Output: TypeAlias = tuple[str, int]


class Cut(NamedTuple):
    """How far the second network reaches: its inputs, its framework, and its first leaves."""

    inputs: bool
    framework: bool
    leaves: int


class Obstacle(NamedTuple):
    """Why there is no network at a cut: the layer that is impossible, and what is wrong there."""

    layer: str
    message: str


class Weave(NamedTuple):
    """Two graphs and how their layers meet.

    ``places`` give the leaf of every node but the inputs, by side; ``anchors`` the matched leaf (or
    the input, as -1 - its number) that a node stands behind, through layers of its side alone.
    ``heirs`` are, for leaves of the first network alone, what the next matched leaf behind them
    reads in the second. ``twins`` are the first network's inputs by those of the second.
    """

    a: Graph
    b: Graph
    leaves: tuple[AlignedLayer, ...]
    places: dict[str, dict[int, int]]
    anchors: dict[str, dict[int, int]]
    heirs: dict[int, int]
    twins: dict[int, int]


def weave(comparison: Comparison) -> Weave:
    """What all cuts through the same two networks have in common; linear in their size."""
    a, b = comparison.a.graph, comparison.b.graph
    leaves = tuple(leaves_of(comparison.tree))
    place_a = {n: i for i, leaf in enumerate(leaves) if leaf.a for n in leaf.a.nodes}
    place_b = {n: i for i, leaf in enumerate(leaves) if leaf.b for n in leaf.b.nodes}
    matched = {i for i, leaf in enumerate(leaves) if leaf.a and leaf.b}
    inputs_a = [n for n, node in enumerate(a.nodes) if node.kind == "input"]
    inputs_b = [n for n, node in enumerate(b.nodes) if node.kind == "input"]
    woven = Weave(
        a,
        b,
        leaves,
        {"a": place_a, "b": place_b},
        {"a": _anchors(a, place_a, matched), "b": _anchors(b, place_b, matched)},
        {},
        dict(zip(inputs_b, inputs_a, strict=False)),
    )
    woven.heirs.update(_heirs(woven, matched))
    return woven


def _anchors(graph: Graph, places: dict[int, int], matched: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    inputs = 0
    for index, node in enumerate(graph.nodes):
        if index not in places:
            inputs += 1
            found[index] = -inputs
        elif places[index] in matched or not node.inputs:
            found[index] = places[index]
        else:
            found[index] = found[node.inputs[0]]
    return found


def _heirs(woven: Weave, matched: set[int]) -> dict[int, int]:
    """The heirs of a weave; found backwards, each leaf once."""
    found: dict[int, int] = {}
    place = woven.places["a"]
    for position in range(len(woven.leaves) - 1, -1, -1):
        leaf = woven.leaves[position]
        if leaf.a is None or position not in matched or leaf.b is None:
            continue
        reads = woven.a.nodes[leaf.a.nodes[0]].inputs
        wanted = woven.b.nodes[leaf.b.nodes[0]].inputs
        if len(reads) != len(wanted):
            continue
        waiting = list(zip(reads, wanted, strict=True))
        while waiting:
            source, heir = waiting.pop()
            before = place.get(source)
            if before is None or before in matched or before in found:
                continue
            found[before] = heir
            layer = woven.leaves[before].a
            assert layer is not None
            waiting += [(earlier, heir) for earlier in woven.a.nodes[layer.nodes[0]].inputs]
    return found


class _ImpossibleError(Exception):
    def __init__(self, layer: str, message: str) -> None:
        super().__init__(message)
        self.obstacle = Obstacle(layer, message)


def hybrid(woven: Weave, cut: Cut) -> Graph | Obstacle:
    """The network at a cut, its nodes in topological order; or why there is none."""
    try:
        return _Builder(woven, cut).graph()
    except _ImpossibleError as impossible:
        return impossible.obstacle


class _Builder:
    """Takes the leaves one after the other, each behind what it reads."""

    def __init__(self, woven: Weave, cut: Cut) -> None:
        self.woven = woven
        self.cut = cut
        self.graphs = {"a": woven.a, "b": woven.b}
        self.nodes: list[Node] = []
        self.index: dict[Output, int] = {}
        self.state = ["new"] * len(woven.leaves)

    def graph(self) -> Graph:
        for position in range(len(self.woven.leaves)):
            self._visit(position)
        framework = self.woven.b if self.cut.framework else self.woven.a
        return self.woven.b._replace(
            framework=framework.framework,
            nodes=tuple(self.nodes),
            outline=Section("", "network", "", ()),
        )

    def _visit(self, start: int) -> None:
        """Depth first without recursion: a chain of references may be as long as the network."""
        path = [start] if self.state[start] == "new" else []
        while path:
            position = path[-1]
            sources = self._sources(position)
            missing = next((p for p in map(self._place, sources) if p is not None), None)
            if missing is None:
                self._build(position, sources)
                self.state[path.pop()] = "done"
                continue
            self.state[position] = "open"
            if self.state[missing] == "open":
                raise self._impossible(position, "layers read each other in a circle")
            path.append(missing)

    def _place(self, source: Output) -> int | None:
        """The leaf that must be built before an output can be read; None where it is there."""
        side, node = source
        return None if source in self.index else self.woven.places[side].get(node)

    def _impossible(self, position: int, message: str) -> _ImpossibleError:
        leaf = self.woven.leaves[position]
        layer = leaf.a or leaf.b
        assert layer is not None
        return _ImpossibleError(layer.name, message)

    def _side(self, position: int) -> str | None:
        """The side that a leaf is taken from; None for one that is not there."""
        side = "b" if position < self.cut.leaves else "a"
        leaf = self.woven.leaves[position]
        return side if (leaf.b if side == "b" else leaf.a) else None

    def _sources(self, position: int) -> list[Output]:
        """What a leaf reads; nothing where it is not there."""
        side, leaf = self._side(position), self.woven.leaves[position]
        if side == "b" and leaf.b:
            node = self.woven.b.nodes[leaf.b.nodes[0]]
            return [self._from_b(source) for source in node.inputs]
        if side is None or leaf.a is None:
            return []
        reads = self.woven.a.nodes[leaf.a.nodes[0]].inputs
        wanted: tuple[int, ...] = ()
        if leaf.b:
            wanted = self.woven.b.nodes[leaf.b.nodes[0]].inputs
        elif position in self.woven.heirs:
            wanted = (self.woven.heirs[position],) * len(reads)
        if len(wanted) != len(reads):
            return [self._from_a(source) for source in reads]
        return [self._between(*pair) for pair in zip(reads, wanted, strict=True)]

    def _between(self, read: int, wanted: int) -> Output:
        """What a leaf of the first network reads, which in the second would read ``wanted``."""
        side, node = self._from_a(read)
        place = self.woven.places[side].get(node)
        alone = side == "a" and place is not None and self.woven.leaves[place].b is None
        if not alone and self.woven.anchors["a"][read] == self.woven.anchors["b"][wanted]:
            return self._from_b(wanted)
        return side, node

    def _from_a(self, node: int) -> Output:
        while (place := self.woven.places["a"].get(node)) is not None:
            leaf = self.woven.leaves[place]
            if place >= self.cut.leaves:
                return "a", node
            if leaf.b is not None:
                return "b", leaf.b.nodes[-1]
            assert leaf.a is not None
            node = self._passed(self.woven.a, leaf.a.nodes[0])
        return "a", node

    def _from_b(self, node: int) -> Output:
        while (place := self.woven.places["b"].get(node)) is not None:
            leaf = self.woven.leaves[place]
            if place < self.cut.leaves:
                return "b", node
            if leaf.a is not None:
                return "a", leaf.a.nodes[-1]
            assert leaf.b is not None
            node = self._passed(self.woven.b, leaf.b.nodes[0])
        twin = self.woven.twins.get(node)
        return ("b", node) if twin is None else ("a", twin)

    def _passed(self, graph: Graph, node: int) -> int:
        """What the first node of a layer that is not there reads."""
        found = graph.nodes[node]
        if not found.inputs:
            raise _ImpossibleError(found.layer, "it reads nothing that others could read instead")
        return found.inputs[0]

    def _build(self, position: int, sources: list[Output]) -> None:
        side, leaf = self._side(position), self.woven.leaves[position]
        layer = leaf.b if side == "b" else leaf.a
        if side is None or layer is None:
            return
        entering = tuple(map(self._output, sources))
        for index in layer.nodes:
            self._append(side, index, entering)
            entering = (self.index[side, index],)

    def _output(self, source: Output) -> int:
        """The position of an output among the nodes; that of an input is made when it is read."""
        side, node = source
        if source not in self.index:
            entering = self.graphs[side].nodes[node]
            if side == "a" and self.cut.inputs:
                twin = next((b for b, a in self.woven.twins.items() if a == node), None)
                entering = entering if twin is None else self.woven.b.nodes[twin]
            self.index[source] = len(self.nodes)
            self.nodes.append(entering)
        return self.index[source]

    def _append(self, side: str, index: int, entering: tuple[int, ...]) -> None:
        graph = self.graphs[side]
        node = graph.nodes[index]
        shapes = tuple(self.nodes[source].shape for source in entering)
        operation = _behind(node, shapes)
        shared = None if node.shared is None else self._shared(side, node, shapes)
        self.index[side, index] = len(self.nodes)
        self.nodes.append(node._replace(operation=operation, inputs=entering, shared=shared))

    def _shared(self, side: str, node: Node, shapes: Shapes) -> int | None:
        """The node whose weights this one uses; None where it is not there (yet)."""
        assert node.shared is not None
        place = self.woven.places[side][node.shared]
        leaf, present = self.woven.leaves[place], self._side(place)
        written = leaf.b if side == "b" else leaf.a
        layer = leaf.b if present == "b" else leaf.a
        assert written is not None
        offset = written.nodes.index(node.shared)
        if present is None or layer is None or offset >= len(layer.nodes):
            return None
        target = self.index.get((present, layer.nodes[offset]))
        if target is None:
            return None
        owner = self.nodes[target]
        needed = kind_of(node.kind).weights(shapes, node.attributes)
        if weights_of(owner.operation) != needed:
            raise _ImpossibleError(node.layer, f"the weights of {owner.layer} do not fit here")
        return target if owner.shared is None else owner.shared


def _behind(node: Node, shapes: Shapes) -> Operation:
    """The operation of a node that reads ``shapes``; raises where it can give no output."""
    written_for = node.entering
    if shapes == written_for:
        return node.operation
    if node.kind == UNKNOWN.name:
        return Operation(node.kind, node.attributes, shapes, node.shape)
    if not all(shapes):
        raise _ImpossibleError(node.layer, "its input is not known")
    ranks = [len(shape) for shape in shapes] != [len(shape) for shape in written_for]
    if ranks and any(isinstance(value, tuple) for value in node.attributes.values()):
        # Sizes along axes were written for as many axes as there were.
        raise _ImpossibleError(node.layer, "its input has another number of axes")
    kind = kind_of(node.kind)
    if problem := kind.fault(shapes, node.attributes):
        raise _ImpossibleError(node.layer, problem.message)
    return Operation(node.kind, node.attributes, shapes, kind.output(shapes, node.attributes))
