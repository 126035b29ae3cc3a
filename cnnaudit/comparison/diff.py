"""Two audits side by side: aligned layers, the cause of each difference, and the totals.

A cause is *own* where the written layer differs, *inherited* where only what enters it does. The
few own causes are the story; the rest is their consequence.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.calculator import Audit, LayerRow, layer_row
from cnnaudit.comparison.alignment import Aligned, AlignedLayer, AlignedSection, align, signature
from cnnaudit.graph.nodes import Graph, Layer, Section
from cnnaudit.layers.kind import Attributes
from cnnaudit.layers.windows import padding_amounts, spatial

#: The totals that are compared, in the order in which they are shown.
TOTALS = (
    "layers",
    "params",
    "trainable_params",
    "non_trainable_params",
    "buffers",
    "macs",
    "bias_adds",
    "elementwise_ops",
    "flops",
    "activation_size",
    "weight_bytes",
    "activation_bytes",
)


class Cause(NamedTuple):
    """Why two layers differ: ``attribute`` was ``a`` and is ``b``.

    ``source`` is the layer of the second network that an inherited difference comes from.
    """

    kind: str
    attribute: str
    a: Any
    b: Any
    source: str | None = None


class DiffRow(NamedTuple):
    """One row: the same layer in both networks, or a layer of one of them."""

    status: str
    a: LayerRow | None
    b: LayerRow | None
    causes: tuple[Cause, ...] = ()


class NameMap(NamedTuple):
    """Which layer is which: of the second network by the first's names, and the reverse."""

    to_b: dict[str, str]
    to_a: dict[str, str]


class Delta(NamedTuple):
    """One total in both networks; ``ratio`` is b / a, None where a is 0."""

    a: int
    b: int

    @property
    def difference(self) -> int:
        """How much more the second has."""
        return self.b - self.a

    @property
    def ratio(self) -> Fraction | None:
        """The second as a multiple of the first."""
        return Fraction(self.b, self.a) if self.a else None


class Comparison(NamedTuple):
    """Two audits, their aligned outlines with a row per leaf, and what differs as a whole."""

    a: Audit
    b: Audit
    tree: AlignedSection
    rows: tuple[DiffRow, ...]
    network_causes: tuple[Cause, ...]
    totals: dict[str, Delta]

    @property
    def differs(self) -> bool:
        """Whether anything differs at all."""
        return bool(self.network_causes) or any(pair.status != "same" for pair in self.rows)


def compare(a: Audit, b: Audit) -> Comparison:
    """Align two audits and say what differs, and why."""
    tree = align(a.graph, b.graph)
    leaves = list(leaves_of(tree))
    matched = [(leaf.a.name, leaf.b.name) for leaf in leaves if leaf.a and leaf.b]
    inputs = zip(a.graph.inputs, b.graph.inputs, strict=False)
    matched += [(first.layer, second.layer) for first, second in inputs]
    twins = NameMap(dict(matched), {second: first for first, second in matched})
    pairs = tuple(_pair(a, b, leaf, twins) for leaf in leaves)
    totals = {name: Delta(getattr(a.totals, name), getattr(b.totals, name)) for name in TOTALS}
    return Comparison(a, b, tree, pairs, _network_causes(a.graph, b.graph, tree), totals)


def leaves_of(aligned: Aligned) -> Iterator[AlignedLayer]:
    """Every aligned layer below (and at) a part of the tree, in order."""
    stack = [aligned]
    while stack:
        top = stack.pop()
        if isinstance(top, AlignedLayer):
            yield top
        else:
            stack.extend(reversed(top.children))


def repeat_change(section: AlignedSection) -> tuple[int, int] | None:
    """How often both sides repeat a section, where that differs."""
    a, b = section.a, section.b
    if a is None or b is None or a.kind != "repeat" or len(a.children) == len(b.children):
        return None
    return len(a.children), len(b.children)


def _network_causes(a: Graph, b: Graph, tree: AlignedSection) -> tuple[Cause, ...]:
    """What differs between the files as wholes."""
    causes = []
    shapes_a = [node.shape for node in a.inputs]
    shapes_b = [node.shape for node in b.inputs]
    if shapes_a != shapes_b:
        causes.append(Cause("own", "input", shapes_a, shapes_b))
    for attribute in ("classes", "framework"):
        first, second = getattr(a, attribute), getattr(b, attribute)
        if first != second:
            causes.append(Cause("own", attribute, first, second))
    for section in _sections(tree):
        a_part, b_part = section.a, section.b
        if a_part is None or b_part is None:
            continue
        if change := repeat_change(section):
            causes.append(Cause("own", f"{a_part.name}.repeat", *change))
        if a_part.label != b_part.label and a_part.kind in ("repeat", "backbone"):
            causes.append(Cause("own", a_part.name, a_part.label, b_part.label))
    for name in sorted(a.training.keys() | b.training.keys()):
        first, second = a.training.get(name), b.training.get(name)
        if first != second:
            causes.append(Cause("own", f"training.{name}", first, second))
    return tuple(causes)


def _sections(aligned: Aligned) -> Iterator[AlignedSection]:
    stack = [aligned]
    while stack:
        top = stack.pop()
        if isinstance(top, AlignedSection):
            yield top
            stack.extend(reversed(top.children))


def _pair(a: Audit, b: Audit, leaf: AlignedLayer, twins: NameMap) -> DiffRow:
    if leaf.a is None or leaf.b is None:
        status = "added" if leaf.a is None else "removed"
        first = layer_row(a, leaf.a) if leaf.a else None
        second = layer_row(b, leaf.b) if leaf.b else None
        return DiffRow(status, first, second)
    first, second = layer_row(a, leaf.a), layer_row(b, leaf.b)
    own = _own_causes(a.graph, b.graph, leaf.a, leaf.b, twins)
    causes = [*own, *_inherited_causes(b.graph, first, second)]
    if not causes and _numbers(first) != _numbers(second):
        frameworks = (a.graph.framework, b.graph.framework)
        causes.append(Cause("own", "framework", *frameworks))
    if causes:
        return DiffRow("changed", first, second, tuple(causes))
    renamed = _local(leaf.a) != _local(leaf.b) and (leaf.a.named or leaf.b.named)
    return DiffRow("renamed" if renamed else "same", first, second)


def _local(layer: Layer | Section) -> str:
    return layer.name.rpartition(".")[2]


def _numbers(row: LayerRow) -> tuple[Any, ...]:
    return tuple((r.node.shape, *r[1:]) for r in row.rows)


def _own_causes(a: Graph, b: Graph, first: Layer, second: Layer, twins: NameMap) -> list[Cause]:
    """The attributes in which two written layers differ, and other layers that they read."""
    said_a, said_b = signature(a, first), signature(b, second)
    node_a, node_b = a.nodes[first.nodes[0]], b.nodes[second.nodes[0]]
    causes = []
    for name in dict.fromkeys((*said_a, *said_b)):
        group = name.partition(".")[0]
        if group != name and (group in said_a) != (group in said_b):
            continue  # the whole modifier is on one side only, which is cause enough
        x, y = said_a.get(name), said_b.get(name)
        if x == y:
            continue
        if name == "padding" and _same_amounts(a, b, first, second):
            continue
        causes.append(Cause("own", name, x, y))
    if said_a["op"] != said_b["op"]:
        # Another operation has other attributes; that they differ is no news.
        causes = [cause for cause in causes if cause.a is not None and cause.b is not None]
    read_a = [a.nodes[index].layer for index in node_a.inputs]
    read_b = [b.nodes[index].layer for index in node_b.inputs]
    matched = all(name in twins.to_b for name in read_a) and all(
        name in twins.to_a for name in read_b
    )
    if matched and [twins.to_b[name] for name in read_a] != read_b:
        causes.append(Cause("own", "from", tuple(read_a), tuple(read_b)))
    shared_a = a.nodes[node_a.shared].layer if node_a.shared is not None else None
    shared_b = b.nodes[node_b.shared].layer if node_b.shared is not None else None
    if (twins.to_b.get(shared_a, shared_a) if shared_a else None) != shared_b:
        causes.append(Cause("own", "share", shared_a, shared_b))
    return causes


def _same_amounts(a: Graph, b: Graph, first: Layer, second: Layer) -> bool:
    """Whether paddings written in two ways add the same cells: ``same`` and 2 of a 5x5."""
    amounts = []
    for graph, layer in ((a, first), (b, second)):
        node = graph.nodes[layer.nodes[0]]
        attributes: Attributes = node.attributes
        if attributes.get("padding") is None or node.kind == "conv_transpose":
            return False
        amounts.append(padding_amounts(spatial(node.entering[0]), attributes))
    return amounts[0] == amounts[1]


def _inherited_causes(b: Graph, first: LayerRow, second: LayerRow) -> Sequence[Cause]:
    """The inputs of two layers that differ in shape, with the layer they come from."""
    shapes_a, shapes_b = first.node.entering, second.node.entering
    if shapes_a == shapes_b:
        return ()
    if len(shapes_a) != len(shapes_b):
        return (Cause("inherited", "inputs", len(shapes_a), len(shapes_b)),)
    sources = [b.nodes[index].layer for index in second.node.inputs]
    return tuple(
        Cause("inherited", "input", x, y, source)
        for x, y, source in zip(shapes_a, shapes_b, sources, strict=True)
        if x != y
    )
