"""Parts of networks that are built alike: a block that is used again is moved, not built again.

What an item becomes depends on what it says, on the values of the names that are used in it, on
what it inherits and on the shapes that enter it. Where all of these are the same as before, in
another repetition, in a variant or in another file, the nodes are those from before under other
names and at other places. Where other sizes enter, and nothing asks for them, only the operations
are others.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.errors import Span
from cnnaudit.graph.assembly import Assembly
from cnnaudit.graph.attributes import is_single, settled
from cnnaudit.graph.changes import Changes
from cnnaudit.graph.interned import shared_operation
from cnnaudit.graph.meaning import Meaning, meaning_of, world_of
from cnnaudit.graph.nodes import Layer, Node, Outline, layer_of, node_of
from cnnaudit.graph.operation import Operation
from cnnaudit.graph.place import Built, Place
from cnnaudit.known import Known
from cnnaudit.layers.kind import Shape, Shapes
from cnnaudit.layers.table import KINDS
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.items import Item


class Part(NamedTuple):
    """What was built of an item: its nodes from position ``start`` on, named below ``stem``.

    ``spans`` are the places in the item, by its meaning; ``steps`` is what building it took.
    """

    spans: tuple[Span, ...]
    start: int
    stem: str
    sources: tuple[int, ...]
    nodes: tuple[Node, ...]
    built: Built
    steps: int


#: Parts by what they depend on, of so many nodes in all.
_PARTS: Known[Part] = Known(60_000)
#: The same by what they depend on whatever sizes enter: the channels only, where they are asked
#: for, and never a height or a width.
_ALIKE: Known[Part] = Known(60_000)
_CHANNELS = frozenset({"in_channels"})

#: Items as they are in the first of their repetitions.
_FIRST: Known[tuple[Item, Item]] = Known(1024)


def first_turn(item: Item) -> Item:
    """An item with the settings of its first repetition: the same object each time."""
    known = _FIRST.get(id(item))
    if known is None:
        assert item.first is not None
        first = item._replace(settings=item.first.over(item.settings))
        known = _FIRST.keep(id(item), (item, first))
    return known[1]


#: Builds an item, which reads these outputs, at a place and below a full name.
Build: TypeAlias = Callable[[Item, tuple[int, ...], Place, str], Built]


class Parts:
    """The parts of a document's network: built, or moved to where they are needed again."""

    def __init__(self, document: Document, assembly: Assembly, changes: Changes) -> None:
        self.assembly = assembly
        self.changes = changes
        self.world = world_of(document, assembly.framework.name)

    def made(
        self, build: Build, item: Item, sources: tuple[int, ...], place: Place, name: str
    ) -> Built:
        """What ``build`` makes of an item below ``name``; moved if the same was made before."""
        assembly = self.assembly
        meaning = None
        if not (len(assembly.diagnostics) or assembly.is_watched or self.changes.reach(f"{name}.")):
            meaning = meaning_of(item, self.world)
        around = None if meaning is None else self._around(meaning, sources, place)
        if meaning is None or around is None:
            return build(item, sources, place, name)
        shapes, rest = around
        # Of one item all repetitions are made, or one of them.
        said = build.__name__, meaning.what, rest
        part = _known(said, shapes, meaning.asks)
        start, steps = len(assembly.nodes), assembly.steps
        # What is beyond the budgets is built: that says where they end.
        if part is not None and assembly.holds(len(part.nodes), part.steps):
            moved = _moved(part, start, name, sources, meaning.spans)
            if moved is not None:
                assembly.extend(moved[0], part.steps)
                return moved[1]
        built = build(item, sources, place, name)
        if not len(assembly.diagnostics):
            own, steps = tuple(assembly.nodes[start:]), assembly.steps - steps
            part = Part(meaning.spans, start, name, sources, own, built, steps)
            _keep(part, said, shapes, meaning.asks)
        return built

    def _around(
        self, meaning: Meaning, sources: tuple[int, ...], place: Place
    ) -> tuple[Shapes, tuple[Any, ...]] | None:
        """What a part depends on beside its item: the shapes that enter, and all else.

        None where it must be built: where weights are shared with layers outside, or where a number
        stands for those of several variants.
        """
        if place.share is not None:
            return None
        shapes, nodes = [], self.assembly.nodes
        for source in sources:
            if source < 0 or nodes[source].auxiliary:
                return None
            shapes.append(nodes[source].operation.shape)
        if not settled(shapes):
            return None
        if place.init is not None and not (place.init.scale is None or is_single(place.init.scale)):
            return None
        values: list[Any] = []
        for name in meaning.names:
            value = place.names.get(name)
            if not (value is None or is_single(value)):
                return None
            values += (type(value), value)
        twice = tuple(map(sources.index, sources)) if len(sources) > 1 else ()
        inherited = place.trainable, place.auxiliary, place.init, place.depth
        return tuple(shapes), (twice, inherited, *values)


def _known(said: tuple[Any, ...], shapes: Shapes, asks: frozenset[str]) -> Part | None:
    """The part that was made of the same, behind inputs of these shapes or of others like them."""
    part = _PARTS.get((said, shapes))
    if part is None and asks <= _CHANNELS:
        other = _ALIKE.get((said, _axes(shapes, asks)))
        part = None if other is None else _resized(other, shapes, asks)
        if part is not None:
            _PARTS.keep((said, shapes), part, len(part.nodes))
    return part


def _keep(part: Part, said: tuple[Any, ...], shapes: Shapes, asks: frozenset[str]) -> None:
    _PARTS.keep((said, shapes), part, len(part.nodes))
    if asks <= _CHANNELS:
        _ALIKE.keep((said, _axes(shapes, asks)), part, len(part.nodes))


def _axes(shapes: Shapes, asks: frozenset[str]) -> tuple[tuple[int, Shape], ...]:
    """How many axes shapes have, and their channels where these are asked for."""
    return tuple([(len(shape), shape[-1:] if asks else ()) for shape in shapes])


def _resized(part: Part, shapes: Shapes, asks: frozenset[str]) -> Part | None:
    """A part behind inputs of other sizes; None where one of its operations is impossible there.

    Where it ``asks`` for channels, all of them must be those from before.
    """
    sizes = dict(zip(part.sources, shapes, strict=True))
    nodes = []
    for index, before in enumerate(part.nodes, part.start):
        node, entering = before, tuple([sizes[source] for source in before.inputs])
        if entering != before.entering:
            operation = shared_operation(KINDS[before.kind], before.attributes, entering)
            if not isinstance(operation, Operation):
                return None
            node = node_of((before.name, operation, *before[2:]))
        if asks and node.shape[-1:] != before.shape[-1:]:
            return None
        sizes[index] = node.shape
        nodes.append(node)
    return part._replace(nodes=tuple(nodes))


def _moved(
    part: Part, start: int, stem: str, sources: tuple[int, ...], spans: tuple[Span, ...]
) -> tuple[Sequence[Node], Built] | None:
    """The part at another position, below another name, reading from other nodes.

    ``spans`` are the places of the item that it is for. None where they do not go with the part's:
    what stands in one place of a file, by an alias, may stand in two of another.
    """
    same = part.spans is spans
    if same and part.start == start and part.stem == stem and part.sources == sources:
        return part.nodes, part.built
    places: dict[int, Span | None] = {}
    if not same:
        old = list(map(id, part.spans))
        places.update(zip(old, spans, strict=True))
        if len(set(zip(old, map(id, spans), strict=True))) > len(places):
            return None
    shift, cut = start - part.start, len(part.stem)
    entering = dict(zip(part.sources, sources, strict=True))
    nodes = []
    for name, operation, inputs, layer, span, trainable, shared, auxiliary, init in part.nodes:
        moved = stem + name[cut:]
        values = (
            moved,
            operation,
            tuple([i + shift if i >= part.start else entering[i] for i in inputs]),
            moved if layer == name else stem + layer[cut:],
            span if same else places[id(span)],
            trainable,
            shared if shared is None else shared + shift,
            auxiliary,
            init,
        )
        nodes.append(node_of(values))

    def placed(index: int) -> int:
        return index + shift if index >= part.start else entering.get(index, index)

    output, outline, ends = part.built
    outlines = tuple([_moved_outline(child, shift, stem, cut) for child in outline])
    return nodes, Built(placed(output), outlines, tuple(map(placed, ends)))


def _moved_outline(outline: Outline, shift: int, stem: str, cut: int) -> Outline:
    name = stem + outline.name[cut:]
    if isinstance(outline, Layer):
        return layer_of((name, tuple([index + shift for index in outline.nodes]), outline.named))
    children = tuple([_moved_outline(child, shift, stem, cut) for child in outline.children])
    return outline._replace(name=name, children=children)
