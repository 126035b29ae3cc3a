"""The ``changes`` of an adapted network, applied to each layer list just before it is built.

Working on full names at that point makes one mechanism serve the top level, branches, blocks and
single repetitions alike: ``conv4.2.main.conv2`` is met when its list is about to be built.
"""

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase

from cnnaudit.errors import Diagnostics, did_you_mean
from cnnaudit.graph.graph import Outline, Section
from cnnaudit.parsing.changes import Change
from cnnaudit.parsing.layer_list import LayerSpec, changed
from cnnaudit.parsing.layer_settings import Scope
from cnnaudit.parsing.values import ParsedValue


def matches(pattern: str, name: str) -> bool:
    """Whether a glob names this full name, part by part: ``*`` does not cross a dot."""
    if not _is_glob(pattern):
        return pattern == name
    parts, names = pattern.split("."), name.split(".")
    return len(parts) == len(names) and all(map(fnmatchcase, names, parts))


def _is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


class Changes:
    """The changes of a document, and which of them have met a layer."""

    def __init__(self, changes: Sequence[Change], diagnostics: Diagnostics) -> None:
        self._changes = changes
        self._diagnostics = diagnostics
        self._used: set[int] = set()
        #: The lists that were looked into, as they were.
        self._seen: list[tuple[str, Sequence[LayerSpec]]] = []
        patterns = [change.pattern.name for change in changes]
        self._globs = [pattern for pattern in patterns if _is_glob(pattern)]
        #: The plain names by the prefix of the list in which each finds its layer.
        self._plain: dict[str, set[str]] = {}
        for pattern in patterns:
            if not _is_glob(pattern):
                stem, dot, name = pattern.rpartition(".")
                self._plain.setdefault(stem + dot, set()).add(name)

    def apply(
        self, items: Sequence[LayerSpec], prefix: str, scope_of: Callable[[], Scope]
    ) -> Sequence[LayerSpec]:
        """The layers of a list below ``prefix`` with every change that names one of them.

        ``scope_of`` gives what they may refer to.
        """
        if not self._changes:
            return items
        self._seen.append((prefix, items))
        if not self._matches_any(items, prefix):
            return items
        layers, scope = _Layers(items), scope_of()
        for index, change in enumerate(self._changes):
            if names := self._matching(change.pattern.name, prefix, layers):
                self._used.add(index)
                layers.change(change, names, scope)
        return layers.items()

    def _matches_any(self, items: Sequence[LayerSpec], prefix: str) -> bool:
        """Whether a change names a layer of a list as it is written."""
        plain = self._plain.get(prefix)
        if plain and any(item.name in plain for item in items):
            return True
        globs = [glob for glob in self._globs if glob.count(".") == prefix.count(".")]
        return any(matches(glob, prefix + item.name) for glob in globs for item in items)

    def _names(self, outline: Sequence[Outline]) -> tuple[str, ...]:
        """The full names of all layers, those that a change has taken out included."""
        seen = (prefix + item.name for prefix, items in self._seen for item in items)
        return tuple(dict.fromkeys((*seen, *_names_in(outline))))

    def _matching(self, pattern: str, prefix: str, layers: "_Layers") -> set[str]:
        """The layers of a list below ``prefix`` that a pattern names."""
        if _is_glob(pattern):
            return {name for name in layers.cells if matches(pattern, prefix + name)}
        name = pattern.removeprefix(prefix)
        return {name} if prefix + name == pattern and name in layers.cells else set()

    def report_unmatched(self, outline: Sequence[Outline]) -> None:
        """Report every change that matches no layer.

        ``outline`` are the layers of the network.
        """
        unmatched = [n for n in range(len(self._changes)) if n not in self._used]
        names = self._names(outline) if unmatched else ()
        for index in unmatched:
            name, span = self._changes[index].pattern
            message = f"'{name}' matches no layer"
            help = did_you_mean(name, names)
            self._diagnostics.error("unmatched-change", message, span, help)


def _names_in(outline: Sequence[Outline]) -> Iterator[str]:
    """The full names of layers and of what holds them, from the top down."""
    waiting = list(reversed(outline))
    while waiting:
        part = waiting.pop()
        yield part.name
        if isinstance(part, Section):
            waiting += reversed(part.children)


class _Layers:
    """A layer list on its way through the changes.

    A cell holds what has become of one written layer, in order. ``cells`` finds them by the names
    of their layers, so that changing one layer costs as much in a long list as in a short one.
    """

    def __init__(self, items: Sequence[LayerSpec]) -> None:
        self._held: list[tuple[LayerSpec, ...]] = []
        self.cells: dict[str, set[int]] = {}
        #: Numbers below which no unnamed layer of a stem finds a free one.
        self._next: dict[str, int] = {}
        for cell, item in enumerate(items):
            self._held.append((item,))
            self._note(item.name, cell)

    def _note(self, name: str, cell: int) -> None:
        self.cells.setdefault(name, set()).add(cell)

    def items(self) -> list[LayerSpec]:
        """The layers as they are now."""
        return [item for cell in self._held for item in cell]

    def change(self, change: Change, names: set[str], scope: Scope) -> None:
        """Apply a change to all layers of these names."""
        for cell in sorted({cell for name in names for cell in self.cells.pop(name)}):
            result: list[LayerSpec] = []
            for item in self._held[cell]:
                made = _apply(change, item, scope) if item.name in names else ()
                for one in made:
                    result.append(one._replace(name=self._free(one)))
                    self._note(result[-1].name, cell)
                if item.name not in names:
                    result.append(item)
            self._held[cell] = tuple(result)
        if not names <= self.cells.keys():
            self._next.clear()

    def _free(self, item: LayerSpec) -> str:
        """Its name, of an unnamed layer with a number that is free: a change may meet many."""
        if item.named or item.name not in self.cells:
            return item.name
        stem = item.name.rstrip("0123456789")
        number = self._next.get(stem, 1)
        while f"{stem}{number}" in self.cells:
            number += 1
        self._next[stem] = number
        return f"{stem}{number}"


def _apply(change: Change, item: LayerSpec, scope: Scope) -> tuple[LayerSpec, ...]:
    if change.action == "remove":
        return ()
    if change.action == "replace":
        # What reads from the replaced layer reads from what stands in its place.
        layers = change.layers
        if item.sources is not None and layers and layers[0].sources is None:
            layers = (layers[0]._replace(sources=item.sources), *layers[1:])
        return layers
    if change.action == "insert_after":
        return (item, *change.layers)
    if change.action == "insert_before":
        return (*change.layers, item)
    if change.action == "freeze":
        return (item._replace(trainable=ParsedValue(False, change.pattern.span)),)
    assert change.settings is not None
    return (changed(item, change.settings, scope),)
