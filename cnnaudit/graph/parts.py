"""Parts of networks that are built alike: a block that is used again is moved, not built again.

What an item becomes depends on the item, on what it may refer to (blocks, defaults, the framework),
on the values of the names that are used in it, on what it inherits and on the shapes that enter it.
Where all of these are the same as before, in another repetition, in a variant or in another file
that extends the same one, the nodes are those from before under other names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.graph.assembly import Assembly
from cnnaudit.graph.attributes import INCOMING, is_single, names_in, settled
from cnnaudit.graph.changes import Changes
from cnnaudit.graph.nodes import Layer, Node, Outline
from cnnaudit.graph.place import Built, Place
from cnnaudit.known import Known
from cnnaudit.parsing.blocks import Block
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.items import Item
from cnnaudit.parsing.settings import Settings
from cnnaudit.parsing.values import Value


class Part(NamedTuple):
    """What was built of an item: its nodes from position ``start`` on, named below ``stem``.

    ``held`` are the objects by whose identity it is found; ``steps`` is what building it took.
    """

    held: object
    start: int
    stem: str
    sources: tuple[int, ...]
    nodes: tuple[Node, ...]
    built: Built
    steps: int


#: Parts by what they depend on, of so many nodes in all.
_PARTS: Known[Part] = Known(30_000)


class World(NamedTuple):
    """What all items of a document may refer to."""

    framework: str
    blocks: Mapping[str, Block]
    defaults: Mapping[str, Settings]


#: Documents that extend one another have blocks and defaults in common.
_WORLDS: Known[World] = Known(256)

#: The names that are used in an item, whatever their values, by the item and its world.
_USED: Known[tuple[Item, World, tuple[str, ...]]] = Known(1024)


def _world(document: Document, framework: str) -> World:
    """The world of a document's items: the same object for all that refer to the same."""
    blocks, defaults = document.blocks, document.defaults
    asked = (
        framework,
        tuple(map(id, blocks.values())),
        tuple((name, id(settings)) for name, settings in defaults.items()),
    )
    known = _WORLDS.get(asked)
    return known or _WORLDS.keep(asked, World(framework, blocks, defaults))


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
        self.world = _world(document, assembly.framework.name)

    def made(
        self, build: Build, item: Item, sources: tuple[int, ...], place: Place, name: str
    ) -> Built:
        """What ``build`` makes of an item below ``name``; moved if the same was made before."""
        assembly = self.assembly
        asked = self._asked(item, sources, place, name)
        part = None if asked is None else _PARTS.get(asked)
        start, steps = len(assembly.nodes), assembly.steps
        # What is beyond the budgets is built: that says where they end.
        if part is not None and assembly.holds(len(part.nodes), part.steps):
            nodes, built = _moved(part, start, name, sources)
            assembly.extend(nodes, part.steps)
            return built
        built = build(item, sources, place, name)
        if asked is not None and not len(assembly.problems):
            own, held = tuple(assembly.nodes[start:]), (item, self.world)
            steps = assembly.steps - steps
            part = Part(held, start, name, sources, own, built, steps)
            _PARTS.keep(asked, part, len(own))
        return built

    def _asked(
        self, item: Item, sources: Sequence[int], place: Place, name: str
    ) -> tuple[Any, ...] | None:
        """What a part depends on; None where it must be built.

        That is where something is wrong, where someone looks on or a change reaches into it, where
        weights are shared with layers outside, or where a number stands for those of several
        variants.
        """
        assembly = self.assembly
        if len(assembly.problems) or assembly.is_watched or place.share is not None:
            return None
        shapes = []
        for source in sources:
            if source < 0 or assembly.nodes[source].auxiliary:
                return None
            shapes.append(assembly.nodes[source].operation.shape)
        if not settled(shapes) or self.changes.reach(f"{name}."):
            return None
        if place.init is not None and not (place.init.scale is None or is_single(place.init.scale)):
            return None
        values: list[Any] = []
        for used in _used(item, self.world):
            value = place.names.get(used)
            if not (value is None or is_single(value)):
                return None
            values += (type(value), value)
        twice = tuple(map(sources.index, sources)) if len(sources) > 1 else ()
        inherited = place.trainable, place.auxiliary, place.init, place.depth
        return id(item), id(self.world), *shapes, twice, inherited, *values


def _moved(
    part: Part, start: int, stem: str, sources: tuple[int, ...]
) -> tuple[Sequence[Node], Built]:
    """The part at another position, below another name, reading from other nodes."""
    if part.start == start and part.stem == stem and part.sources == sources:
        return part.nodes, part.built
    shift, cut = start - part.start, len(part.stem)
    entering = dict(zip(part.sources, sources, strict=True))
    nodes = []
    for name, operation, inputs, layer, span, trainable, shared, auxiliary, init in part.nodes:
        nodes.append(
            Node(
                stem + name[cut:],
                operation,
                tuple([i + shift if i >= part.start else entering[i] for i in inputs]),
                stem + layer[cut:],
                span,
                trainable,
                shared if shared is None else shared + shift,
                auxiliary,
                init,
            )
        )

    def placed(index: int) -> int:
        return index + shift if index >= part.start else entering.get(index, index)

    output, outline, ends = part.built
    outlines = tuple([_moved_outline(child, shift, stem, cut) for child in outline])
    return nodes, Built(placed(output), outlines, tuple(map(placed, ends)))


def _moved_outline(outline: Outline, shift: int, stem: str, cut: int) -> Outline:
    name = stem + outline.name[cut:]
    if isinstance(outline, Layer):
        return Layer(name, tuple([index + shift for index in outline.nodes]), outline.named)
    children = tuple([_moved_outline(child, shift, stem, cut) for child in outline.children])
    return outline._replace(name=name, children=children)


# The names that are used in an item --------------------------------------------------------------


def _used(item: Item, around: World) -> tuple[str, ...]:
    """The names on whose values an item depends, beside those of the shape that enters."""
    key = id(item), id(around)
    known = _USED.get(key)
    if known is None:
        reached: dict[str, Block] = {}
        found = _names((item,), around.blocks, reached)
        for block in _growing(reached):
            # A block's layers see its parameters, and beside them the names around its use.
            found |= _names(block.layers, around.blocks, reached).difference(block.params)
            found.update(*(names_in(default) for default in block.params.values() if default))
        for settings in around.defaults.values():
            found.update(*map(names_in, _values(settings)))
        known = _USED.keep(key, (item, around, tuple(sorted(found.difference(INCOMING)))))
    return known[2]


def _growing(reached: Mapping[str, Block]) -> Iterator[Block]:
    """The blocks that are reached, those that are added meanwhile included, once each."""
    done: set[str] = set()
    while waiting := [name for name in reached if name not in done]:
        done.update(waiting)
        yield from [reached[name] for name in waiting]


def _names(
    items: Iterable[Item], blocks: Mapping[str, Block], reached: dict[str, Block]
) -> set[str]:
    """The names in items; the blocks that they use are added to ``reached``."""
    found: set[str] = set()
    waiting = list(items)
    for item in waiting:
        found.update(*map(names_in, _values_of(item)))
        waiting += item.layers
        for branch in item.branches:
            waiting += branch.layers
        if item.verb in blocks:
            reached[item.verb] = blocks[item.verb]
    return found


def _values_of(item: Item) -> Iterator[Value]:
    yield from _values(item.settings)
    if item.first is not None:
        yield from _values(item.first)
    for value in (item.repeat, item.when, item.trainable, item.init, item.expect):
        if value is not None:
            yield value


def _values(settings: Settings) -> Iterator[Value]:
    yield from settings.attributes.values()
    for modifier in settings.modifiers.values():
        yield modifier.switch
        yield from modifier.attributes.values()
    if settings.init is not None:
        yield settings.init
