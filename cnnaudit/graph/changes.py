"""The ``changes`` of an adapted network, applied to each layer list just before it is built.

Working on full names at that point makes one mechanism serve the top level, branches, blocks and
single repetitions alike: ``conv4.2.main.conv2`` is met when its list is about to be built.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from cnnaudit.errors import Problems, suggestion
from cnnaudit.parsing.changes import Change
from cnnaudit.parsing.items import Item, changed
from cnnaudit.parsing.settings import Scope
from cnnaudit.parsing.values import Value


def matches(pattern: str, name: str) -> bool:
    """Whether a glob names this full name, part by part: ``*`` does not cross a dot."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == name
    parts, names = pattern.split("."), name.split(".")
    return len(parts) == len(names) and all(map(fnmatchcase, names, parts))


class Changes:
    """The changes of a document, and which of them have met a layer."""

    def __init__(self, changes: Sequence[Change], problems: Problems) -> None:
        self._changes = changes
        self._problems = problems
        self._used: set[int] = set()
        self._names: dict[str, None] = {}
        self._matches = lru_cache(maxsize=None)(matches)

    def applied(self, items: Sequence[Item], prefix: str, scope: Scope) -> Sequence[Item]:
        """The layers of a list below ``prefix`` with every change that names one of them."""
        if not self._changes:
            return items
        self._names.update(dict.fromkeys(prefix + item.name for item in items))
        for index, change in enumerate(self._changes):
            found = [self._matches(change.pattern.name, prefix + item.name) for item in items]
            if not any(found):
                continue
            self._used.add(index)
            kept = {item.name for item, hit in zip(items, found, strict=True) if not hit}
            result: list[Item] = []
            for item, hit in zip(items, found, strict=True):
                result.extend(_free(_apply(change, item, scope), kept) if hit else (item,))
            items = result
        return items

    def report_unmatched(self) -> None:
        """A change that met no layer is an error: it says something that is not so."""
        for index, change in enumerate(self._changes):
            if index not in self._used:
                name, span = change.pattern
                message = f"'{name}' matches no layer"
                help = suggestion(name, tuple(self._names))
                self._problems.error("unmatched-change", message, span, help)


def _free(items: tuple[Item, ...], taken: set[str]) -> tuple[Item, ...]:
    """The same layers, the unnamed under numbers that are free: one change may meet many layers."""
    result = []
    for item in items:
        name = item.name
        stem, number = name.rstrip("0123456789"), 1
        while not item.named and name in taken:
            name = f"{stem}{number}"
            number += 1
        taken.add(name)
        result.append(item._replace(name=name))
    return tuple(result)


def _apply(change: Change, item: Item, scope: Scope) -> tuple[Item, ...]:
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
        return (item._replace(trainable=Value(False, change.pattern.span)),)
    assert change.settings is not None
    return (changed(item, change.settings, scope),)
