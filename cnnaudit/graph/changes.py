"""The ``changes`` of an adapted network, applied to each layer list just before it is built.

Since patterns are compared with full names at that point, the same mechanism serves the top level,
branches, blocks and single repetitions: ``conv4.2.main.conv2``.
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
    """The changes of an architecture, and which of them have matched a layer."""

    def __init__(self, changes: Sequence[Change], diagnostics: Diagnostics) -> None:
        self._changes = changes
        self._diagnostics = diagnostics
        self._used: set[int] = set()
        #: The lists that were searched, as written.
        self._seen: list[tuple[str, Sequence[LayerSpec]]] = []
        patterns = [change.pattern.name for change in changes]
        self._globs = [pattern for pattern in patterns if _is_glob(pattern)]
        #: Plain names, grouped by the prefix of the list that holds the layer.
        self._plain: dict[str, set[str]] = {}
        for pattern in patterns:
            if not _is_glob(pattern):
                stem, dot, name = pattern.rpartition(".")
                self._plain.setdefault(stem + dot, set()).add(name)

    def apply(
        self, specs: Sequence[LayerSpec], prefix: str, scope_of: Callable[[], Scope]
    ) -> Sequence[LayerSpec]:
        """Apply to a list below ``prefix`` every change that matches one of its layers.

        ``scope_of`` returns the scope for the layers of changes.
        """
        if not self._changes:
            return specs
        self._seen.append((prefix, specs))
        if not self._matches_any(specs, prefix):
            return specs
        layers, scope = _Layers(specs), scope_of()
        for index, change in enumerate(self._changes):
            if names := self._matching(change.pattern.name, prefix, layers):
                self._used.add(index)
                layers.change(change, names, scope)
        return layers.items()

    def _matches_any(self, specs: Sequence[LayerSpec], prefix: str) -> bool:
        """Whether a change matches a layer of a list as written."""
        plain = self._plain.get(prefix)
        if plain and any(spec.name in plain for spec in specs):
            return True
        globs = [glob for glob in self._globs if glob.count(".") == prefix.count(".")]
        return any(matches(glob, prefix + spec.name) for glob in globs for spec in specs)

    def _names(self, outline: Sequence[Outline]) -> tuple[str, ...]:
        """The full names of all layers, removed ones included."""
        seen = (prefix + spec.name for prefix, specs in self._seen for spec in specs)
        return tuple(dict.fromkeys((*seen, *_names_in(outline))))

    def _matching(self, pattern: str, prefix: str, layers: "_Layers") -> set[str]:
        """The names of the layers of a list below ``prefix`` that a pattern matches."""
        if _is_glob(pattern):
            return {name for name in layers.cells if matches(pattern, prefix + name)}
        name = pattern.removeprefix(prefix)
        return {name} if prefix + name == pattern and name in layers.cells else set()

    def report_unmatched(self, outline: Sequence[Outline]) -> None:
        """Report every change that matches no layer of the outline."""
        unmatched = [n for n in range(len(self._changes)) if n not in self._used]
        names = self._names(outline) if unmatched else ()
        for index in unmatched:
            name, span = self._changes[index].pattern
            message = f"'{name}' matches no layer"
            help = did_you_mean(name, names)
            self._diagnostics.error("unmatched-change", message, span, help)


def _names_in(outline: Sequence[Outline]) -> Iterator[str]:
    """The full names of sections and layers, from the top down."""
    waiting = list(reversed(outline))
    while waiting:
        part = waiting.pop()
        yield part.name
        if isinstance(part, Section):
            waiting += reversed(part.children)


class _Layers:
    """A layer list while changes are applied to it.

    A cell holds the layers that stand in place of one written layer. ``cells`` maps the names of
    layers to cells, so that a change costs the same in a long list as in a short one.
    """

    def __init__(self, specs: Sequence[LayerSpec]) -> None:
        self._held: list[tuple[LayerSpec, ...]] = []
        self.cells: dict[str, set[int]] = {}
        #: The first number of each stem that may be free for an unnamed layer.
        self._next: dict[str, int] = {}
        for cell, spec in enumerate(specs):
            self._held.append((spec,))
            self._note(spec.name, cell)

    def _note(self, name: str, cell: int) -> None:
        self.cells.setdefault(name, set()).add(cell)

    def items(self) -> list[LayerSpec]:
        """The layers after the changes so far."""
        return [spec for cell in self._held for spec in cell]

    def change(self, change: Change, names: set[str], scope: Scope) -> None:
        """Apply a change to all layers of these names."""
        for cell in sorted({cell for name in names for cell in self.cells.pop(name)}):
            result: list[LayerSpec] = []
            for spec in self._held[cell]:
                replacements = _apply(change, spec, scope) if spec.name in names else ()
                for replacement in replacements:
                    result.append(replacement._replace(name=self._free(replacement)))
                    self._note(result[-1].name, cell)
                if spec.name not in names:
                    result.append(spec)
            self._held[cell] = tuple(result)
        if not names <= self.cells.keys():
            self._next.clear()

    def _free(self, spec: LayerSpec) -> str:
        """The name of a layer; an unnamed one gets the first number that is free."""
        if spec.named or spec.name not in self.cells:
            return spec.name
        stem = spec.name.rstrip("0123456789")
        number = self._next.get(stem, 1)
        while f"{stem}{number}" in self.cells:
            number += 1
        self._next[stem] = number
        return f"{stem}{number}"


def _apply(change: Change, spec: LayerSpec, scope: Scope) -> tuple[LayerSpec, ...]:
    if change.action == "remove":
        return ()
    if change.action == "replace":
        # The first replacement reads the inputs of the replaced layer.
        layers = change.layers
        if spec.sources is not None and layers and layers[0].sources is None:
            layers = (layers[0]._replace(sources=spec.sources), *layers[1:])
        return layers
    if change.action == "insert_after":
        return (spec, *change.layers)
    if change.action == "insert_before":
        return (*change.layers, spec)
    if change.action == "freeze":
        return (spec._replace(trainable=ParsedValue(False, change.pattern.span)),)
    assert change.settings is not None
    return (changed(spec, change.settings, scope),)
