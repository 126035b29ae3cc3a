"""What an item says, wherever it is written: files that hold the same network hold the same items.

A meaning leaves out places in the file, and takes in the blocks that the item uses. Two items with
one meaning become the same nodes, if the names that are used in them have the same values.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cnnaudit.errors import Span
from cnnaudit.graph.attributes import INCOMING, names_in
from cnnaudit.known import Known
from cnnaudit.parsing.blocks import Block
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.items import Item
from cnnaudit.parsing.settings import Settings, Values
from cnnaudit.parsing.values import Value

#: Deeper lists and blocks in one another are left alone.
_DEPTH = 64
#: So are items with more places in them than this.
_SPANS = 10_000


class World(NamedTuple):
    """What all items of a document may refer to."""

    framework: str
    blocks: Mapping[str, Block]
    defaults: Mapping[str, Settings]


class Meaning(NamedTuple):
    """``what`` is one object for all that say the same, as long as it is kept.

    ``names`` are those on whose values the item depends, ``spans`` the places of it and of all the
    items in it, in an order that follows from what they say; one may be there more than once.
    ``asks`` are the names by which something in it asks for the shape that enters a layer; all of
    them where it expects a shape.
    """

    what: object
    names: tuple[str, ...]
    spans: tuple[Span, ...]
    asks: frozenset[str]


class _Said(NamedTuple):
    """What a block says, or an item: its own names left out where it is a block."""

    what: object
    names: frozenset[str]
    spans: tuple[Span, ...]


#: Documents that extend one another have blocks and defaults in common.
_WORLDS: Known[World] = Known(256)
#: One object for everything that is said.
_WHAT: Known[object] = Known(8192)
#: Meanings by the item and its world; None where it has none.
_MEANINGS: Known[tuple[Item, World, Meaning | None]] = Known(1024)
_BLOCKS: Known[tuple[Block, World, _Said | None]] = Known(1024)


def world_of(document: Document, framework: str) -> World:
    """The world of a document's items: the same object for all that refer to the same."""
    blocks, defaults = document.blocks, document.defaults
    asked = (
        framework,
        tuple(map(id, blocks.values())),
        tuple((name, id(settings)) for name, settings in defaults.items()),
    )
    known = _WORLDS.get(asked)
    return known or _WORLDS.keep(asked, World(framework, blocks, defaults))


def meaning_of(item: Item, world: World) -> Meaning | None:
    """What an item says; None where a block uses itself, or there is too much in it."""
    key = id(item), id(world)
    known = _MEANINGS.get(key)
    if known is None:
        known = _MEANINGS.keep(key, (item, world, _meaning(item, world)))
    return known[2]


def _meaning(item: Item, world: World) -> Meaning | None:
    try:
        said = _items((item,), world, 0)
    except _EndlessError:
        return None
    defaults = tuple((verb, *_settings(own)) for verb, own in world.defaults.items())
    names = said.names.union(*map(_names, world.defaults.values()))
    asks = names.intersection(INCOMING)
    what = _one((world.framework, defaults, said.what))
    return Meaning(what, tuple(sorted(names - asks)), said.spans, asks)


class _EndlessError(Exception):
    """A block uses itself, lists are nested too deep, or they are too long."""


def _one(what: tuple[Any, ...]) -> object:
    """The object that stands for what is said."""
    return _WHAT.get(what) or _WHAT.keep(what, object())


def _items(items: Iterable[Item], world: World, depth: int) -> _Said:
    """What the items of a list say, those inside them and the blocks they use included."""
    if depth > _DEPTH:
        raise _EndlessError
    parts: list[Any] = []
    names: set[str] = set()
    spans: list[Span] = []
    blocks: dict[str, _Said] = {}
    for item in items:
        if len(spans) > _SPANS:
            raise _EndlessError
        inside = [_items(item.layers, world, depth + 1)] if item.layers else []
        inside += [_items(branch.layers, world, depth + 1) for branch in item.branches]
        block = world.blocks.get(item.verb)
        if block is not None:
            blocks[item.verb] = _block(block, world, depth + 1)
            parts.append(blocks[item.verb].what)
        parts.append(_said(item))
        names.update(*map(names_in, _values_of(item)))
        if item.expect is not None:
            # A part that is right behind one shape may be wrong behind another.
            names.update(INCOMING)
        spans.append(item.span)
        for said in inside:
            parts.append(said.what)
            names |= said.names
            spans += said.spans
    for said in blocks.values():
        names |= said.names
        spans += said.spans
    if len(spans) > _SPANS:
        raise _EndlessError
    return _Said(_one(tuple(parts)), frozenset(names), tuple(spans))


def _block(block: Block, world: World, depth: int) -> _Said:
    """What a block says: its parameters are its own names, defaults may mean those around it."""
    key = id(block), id(world)
    known = _BLOCKS.get(key)
    if known is None:
        _BLOCKS.keep(key, (block, world, None))
        said = _items(block.layers, world, depth)
        params = [(name, default and _value(default)) for name, default in block.params.items()]
        outer = (names_in(default) for default in block.params.values() if default)
        names = said.names.difference(block.params).union(*outer)
        known = block, world, _Said(_one((block.name, tuple(params), said.what)), names, said.spans)
        _BLOCKS.keep(key, known)
    if known[2] is None:
        raise _EndlessError
    return known[2]


def _said(item: Item) -> tuple[Any, ...]:
    """What one item says itself."""
    sources, share, first = item.sources, item.share, item.first
    return (
        *(item.verb, item.name, item.named, item.merge, item.auxiliary),
        _settings(item.settings),
        first and _settings(first),
        sources and tuple([reference.name for reference in sources]),
        share and share.name,
        *[
            value and _value(value)
            for value in (item.repeat, item.when, item.trainable, item.init, item.expect)
        ],
        tuple([branch.name for branch in item.branches]),
        len(item.layers),
    )


def _settings(settings: Settings) -> tuple[Any, ...]:
    modifiers = [
        (name, *_value(modifier.switch), *_attributes(modifier.attributes))
        for name, modifier in settings.modifiers.items()
    ]
    init = settings.init and _value(settings.init)
    return _attributes(settings.attributes), tuple(modifiers), settings.broken, init


def _attributes(values: Values) -> tuple[Any, ...]:
    return tuple([(name, *_value(value)) for name, value in values.items()])


def _value(value: Value) -> tuple[Any, ...]:
    """A value as a key: 1 and true are different."""
    content = value.content
    if type(content) is tuple:
        return (tuple, *map(_value, content))
    return type(content), content


def _values_of(item: Item) -> Iterator[Value]:
    yield from _values(item.settings)
    if item.first is not None:
        yield from _values(item.first)
    for value in (item.repeat, item.when, item.trainable, item.init, item.expect):
        if value is not None:
            yield value


def _names(settings: Settings) -> set[str]:
    return set().union(*map(names_in, _values(settings)))


def _values(settings: Settings) -> Iterator[Value]:
    yield from settings.attributes.values()
    for modifier in settings.modifiers.values():
        yield modifier.switch
        yield from modifier.attributes.values()
    if settings.init is not None:
        yield settings.init
