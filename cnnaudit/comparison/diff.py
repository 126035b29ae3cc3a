"""Comparison of two audits: aligned layers, the cause of each difference, and the totals.

A cause is *own* if the layer itself differs in the file, and *inherited* if only the shapes of its
inputs do. Own causes explain a diff; inherited ones are their consequences.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.calculator import Audit, LayerRow, layer_row
from cnnaudit.comparison.alignment import Aligned, AlignedLayer, AlignedSection, align, signature
from cnnaudit.graph.graph import Graph, Layer, Section
from cnnaudit.ops.conv_arithmetic import padding_amounts, spatial
from cnnaudit.ops.op import Attributes
from cnnaudit.quantities import TOTALS


class Cause(NamedTuple):
    """A reason why two layers differ: ``attribute`` is ``a`` in one network and ``b`` in the other.

    ``kind`` is ``own`` or ``inherited``. ``source`` is the layer of the second network that an
    inherited difference comes from.
    """

    kind: str
    attribute: str
    a: Any
    b: Any
    source: str | None = None


class DiffRow(NamedTuple):
    """A row of the diff: a layer in both networks, or a layer of one of them.

    ``status`` is same, renamed, changed, added or removed.
    """

    status: str
    a: LayerRow | None
    b: LayerRow | None
    causes: tuple[Cause, ...] = ()


class NameMap(NamedTuple):
    """Names of matched layers: from the first network to the second, and the reverse."""

    to_b: dict[str, str]
    to_a: dict[str, str]


class Delta(NamedTuple):
    """A total of both networks."""

    a: int
    b: int

    @property
    def difference(self) -> int:
        """The second total minus the first."""
        return self.b - self.a

    @property
    def ratio(self) -> Fraction | None:
        """The second total over the first; None if the first is 0."""
        return Fraction(self.b, self.a) if self.a else None


class Comparison(NamedTuple):
    """Two audits, their aligned outlines with a row for each leaf, and the totals.

    ``network_causes`` are differences of the networks as a whole, such as the input.
    """

    a: Audit
    b: Audit
    tree: AlignedSection
    rows: tuple[DiffRow, ...]
    network_causes: tuple[Cause, ...]
    totals: dict[str, Delta]

    @property
    def differs(self) -> bool:
        """Whether there is any difference."""
        return bool(self.network_causes) or any(row.status != "same" for row in self.rows)


def compare(a: Audit, b: Audit) -> Comparison:
    """Align two audits and explain their differences."""
    tree = align(a.graph, b.graph)
    leaves = list(leaves_of(tree))
    matched = [(leaf.a.name, leaf.b.name) for leaf in leaves if leaf.a and leaf.b]
    inputs = zip(a.graph.inputs, b.graph.inputs, strict=False)
    matched += [(input_a.layer, input_b.layer) for input_a, input_b in inputs]
    names = NameMap(to_b=dict(matched), to_a={name_b: name_a for name_a, name_b in matched})
    return Comparison(
        a=a,
        b=b,
        tree=tree,
        rows=tuple(_diff_row(a, b, leaf, names) for leaf in leaves),
        network_causes=_network_causes(a.graph, b.graph, tree),
        totals={name: Delta(getattr(a.totals, name), getattr(b.totals, name)) for name in TOTALS},
    )


def leaves_of(aligned: Aligned) -> Iterator[AlignedLayer]:
    """Yield every aligned layer of a tree, in order."""
    return (part for part in _parts(aligned) if isinstance(part, AlignedLayer))


def _parts(aligned: Aligned) -> Iterator[Aligned]:
    """Yield every layer and section of an aligned tree, in order."""
    stack = [aligned]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, AlignedSection):
            stack.extend(reversed(part.children))


def repeat_change(section: AlignedSection) -> tuple[int, int] | None:
    """Return the numbers of repetitions of both sides; None if they are equal."""
    a, b = section.a, section.b
    if a is None or b is None or a.kind != "repeat" or len(a.children) == len(b.children):
        return None
    return len(a.children), len(b.children)


def _network_causes(a: Graph, b: Graph, tree: AlignedSection) -> tuple[Cause, ...]:
    """Return the differences of input, classes, framework, sections and training settings."""
    causes = []
    shapes_a = [node.output_shape for node in a.inputs]
    shapes_b = [node.output_shape for node in b.inputs]
    if shapes_a != shapes_b:
        causes.append(Cause("own", "input", shapes_a, shapes_b))
    for attribute in ("classes", "framework"):
        value_a, value_b = getattr(a, attribute), getattr(b, attribute)
        if value_a != value_b:
            causes.append(Cause("own", attribute, value_a, value_b))
    for part in _parts(tree):
        if not isinstance(part, AlignedSection) or part.a is None or part.b is None:
            continue
        if change := repeat_change(part):
            causes.append(Cause("own", f"{part.a.name}.repeat", *change))
        if part.a.label != part.b.label and part.a.kind in ("repeat", "backbone"):
            causes.append(Cause("own", part.a.name, part.a.label, part.b.label))
    for name in sorted(a.training.keys() | b.training.keys()):
        value_a, value_b = a.training.get(name), b.training.get(name)
        if value_a != value_b:
            causes.append(Cause("own", f"training.{name}", value_a, value_b))
    return tuple(causes)


def _diff_row(a: Audit, b: Audit, leaf: AlignedLayer, names: NameMap) -> DiffRow:
    if leaf.a is None or leaf.b is None:
        status = "added" if leaf.a is None else "removed"
        only_a = layer_row(a, leaf.a) if leaf.a else None
        only_b = layer_row(b, leaf.b) if leaf.b else None
        return DiffRow(status, only_a, only_b)
    row_a, row_b = layer_row(a, leaf.a), layer_row(b, leaf.b)
    causes = _own_causes(a.graph, b.graph, leaf.a, leaf.b, names)
    causes += _inherited_causes(b.graph, row_a, row_b)
    if not causes and _numbers(row_a) != _numbers(row_b):
        causes.append(Cause("own", "framework", a.graph.framework, b.graph.framework))
    if causes:
        return DiffRow("changed", row_a, row_b, tuple(causes))
    is_renamed = _local_name(leaf.a) != _local_name(leaf.b) and (leaf.a.named or leaf.b.named)
    return DiffRow("renamed" if is_renamed else "same", row_a, row_b)


def _local_name(layer: Layer | Section) -> str:
    return layer.name.rpartition(".")[2]


def _numbers(layer: LayerRow) -> tuple[Any, ...]:
    """Return the output shapes and all numbers of a layer's nodes."""
    return tuple((row.node.output_shape, *row[1:]) for row in layer.rows)


def _own_causes(a: Graph, b: Graph, layer_a: Layer, layer_b: Layer, names: NameMap) -> list[Cause]:
    """Return the differences of two layers in attributes, sources and shared weights."""
    node_a, node_b = a.nodes[layer_a.nodes[0]], b.nodes[layer_b.nodes[0]]
    causes = _attribute_causes(a, b, layer_a, layer_b)
    sources_a = [a.nodes[index].layer for index in node_a.inputs]
    sources_b = [b.nodes[index].layer for index in node_b.inputs]
    all_matched = all(name in names.to_b for name in sources_a) and all(
        name in names.to_a for name in sources_b
    )
    if all_matched and [names.to_b[name] for name in sources_a] != sources_b:
        causes.append(Cause("own", "from", tuple(sources_a), tuple(sources_b)))
    owner_a = a.nodes[node_a.shared].layer if node_a.shared is not None else None
    owner_b = b.nodes[node_b.shared].layer if node_b.shared is not None else None
    if (names.to_b.get(owner_a, owner_a) if owner_a else None) != owner_b:
        causes.append(Cause("own", "share", owner_a, owner_b))
    return causes


def _attribute_causes(a: Graph, b: Graph, layer_a: Layer, layer_b: Layer) -> list[Cause]:
    signature_a, signature_b = signature(a, layer_a), signature(b, layer_b)
    causes = []
    for name in dict.fromkeys((*signature_a, *signature_b)):
        modifier = name.partition(".")[0]
        if modifier != name and (modifier in signature_a) != (modifier in signature_b):
            continue  # a modifier that only one side has is one cause, not one per attribute
        value_a, value_b = signature_a.get(name), signature_b.get(name)
        is_equal = value_a == value_b or (
            name == "padding" and _has_equal_padding(a, b, layer_a, layer_b)
        )
        if not is_equal:
            causes.append(Cause("own", name, value_a, value_b))
    if signature_a["op"] != signature_b["op"]:
        # Attributes that only one of two different ops has are no further causes.
        causes = [cause for cause in causes if cause.a is not None and cause.b is not None]
    return causes


def _has_equal_padding(a: Graph, b: Graph, layer_a: Layer, layer_b: Layer) -> bool:
    """Whether two paddings add the same amounts, such as ``same`` and 2 for a 5x5 kernel."""
    amounts = []
    for graph, layer in ((a, layer_a), (b, layer_b)):
        node = graph.nodes[layer.nodes[0]]
        attributes: Attributes = node.attributes
        if attributes.get("padding") is None or node.op == "conv_transpose":
            return False
        amounts.append(padding_amounts(spatial(node.input_shapes[0]), attributes))
    return amounts[0] == amounts[1]


def _inherited_causes(b: Graph, row_a: LayerRow, row_b: LayerRow) -> Sequence[Cause]:
    """Return the inputs of two layers that differ in shape, with the layer they come from."""
    shapes_a, shapes_b = row_a.node.input_shapes, row_b.node.input_shapes
    if shapes_a == shapes_b:
        return ()
    if len(shapes_a) != len(shapes_b):
        return (Cause("inherited", "inputs", len(shapes_a), len(shapes_b)),)
    sources = [b.nodes[index].layer for index in row_b.node.inputs]
    return tuple(
        Cause("inherited", "input", shape_a, shape_b, source)
        for shape_a, shape_b, source in zip(shapes_a, shapes_b, sources, strict=True)
        if shape_a != shape_b
    )
