"""How a file says what is wanted in few words: by its own variables and arguments where they serve.

Nothing is assumed of what a variable does: it is set, the network is built, and what the file would
still have to say is counted. What remains is set layer by layer.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.adaptation import patterns
from cnnaudit.adaptation.options import InexpressibleError
from cnnaudit.adaptation.patch import Patch, PatchChange
from cnnaudit.adaptation.repetitions import INEXPRESSIBLE
from cnnaudit.adaptation.target_build import BlockUse, NodeAttributes, TargetedGraph, build_towards
from cnnaudit.errors import AuditError, Diagnostics
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.parsing.document import Document

ScaleWidth = Callable[[int], int]


#: More than any file is long: what cannot be said outweighs everything that can.
INEXPRESSIBLE_LENGTH = 10**9


class Target(NamedTuple):
    """What is wanted: attributes by node, conditions by item, and the values they had before."""

    attributes: NodeAttributes
    conditions: Mapping[str, bool]
    unscaled: Graph


class Attempt(NamedTuple):
    """A patch, what it gives when it is steered, and what it still has to say."""

    patch: Patch
    target_build: TargetedGraph
    remaining_changes: list[PatchChange]

    @property
    def length(self) -> int:
        """How long the file is."""
        own = patterns.changes_length(self.patch.changes) + len(self.patch.vars)
        return (
            own
            + patterns.changes_length(self.remaining_changes)
            + self.inexpressible_count * INEXPRESSIBLE_LENGTH
        )

    @property
    def inexpressible_count(self) -> int:
        """How many settings no change can say."""
        return sum(
            v is INEXPRESSIBLE
            for notes in self.target_build.missing_settings.values()
            for v in notes.values()
        )

    @property
    def blocking_layer(self) -> str:
        """The item with a setting that no change can say, or else the first that needs one."""
        notes = self.target_build.missing_settings
        unsayable = (path for path, own in notes.items() if INEXPRESSIBLE in own.values())
        return next(unsayable, next(iter(notes)))

    @property
    def is_complete(self) -> bool:
        """Whether the patch says everything."""
        return not self.target_build.missing_settings

    @property
    def missing_count(self) -> int:
        """How many settings of single layers are missing."""
        return sum(len(values) for values in self.target_build.missing_settings.values())

    @property
    def full_patch(self) -> Patch:
        """The patch with everything that it has to say."""
        return self.patch._replace(changes=(*self.patch.changes, *self.remaining_changes))


#: What a patch gives; None where that is another network than the wanted one, or none.
TryPatch = Callable[[Patch], Attempt | None]


def shorten(
    read: Callable[[Patch], Document],
    patch: Patch,
    wish: Target,
    factor: Fraction | None,
    scaled: ScaleWidth,
) -> Patch:
    """The patch that gives what is wished; ``read`` makes a document of one.

    ``factor`` and ``scaled`` say what numbers of the file become where widths are scaled. Raises
    ``UnsayableError`` where only another file could give it.
    """
    best = _attempt(read, patch, wish)
    target = _essence(best.target_build.graph)

    def tried(patch: Patch) -> Attempt | None:
        try:
            found = _attempt(read, patch, wish)
        except AuditError:
            return None
        return found if _essence(found.target_build.graph) == target else None

    if factor is not None:
        document = read(patch)
        best = _with_variables(best, _numbers(document), factor, scaled, tried)
        best = _with_blocks(best, document, wish, scaled, tried)
    whole = tried(best.full_patch)
    if whole is None or not whole.is_complete:
        message = f"no change can say what '{best.blocking_layer}' needs"
        raise InexpressibleError(f"{message}: write every layer out, with --flat")
    return best.full_patch


def _attempt(read: Callable[[Patch], Document], patch: Patch, wish: Target) -> Attempt:
    steered = build_towards(read(patch), wish.attributes, wish.conditions)
    sayable = {
        path: {name: value for name, value in notes.items() if value is not INEXPRESSIBLE}
        for path, notes in steered.missing_settings.items()
    }
    missing = patterns.set_changes({p: n for p, n in sayable.items() if n}, steered.survey.items)
    return Attempt(patch, steered, missing)


def _with_variables(
    best: Attempt, numbers: Mapping[str, Any], factor: Fraction, scaled: ScaleWidth, tried: TryPatch
) -> Attempt:
    """The best of an attempt and of those with other values for variables of the file."""
    for name, value in numbers.items():
        for other in dict.fromkeys((value * factor, scaled(value) if value == int(value) else 0)):
            if best.is_complete:
                return best
            if other in (0, value):
                continue
            vars = tuple(pair for pair in best.patch.vars if pair[0] != name)
            found = tried(best.patch._replace(vars=(*vars, (name, other))))
            best = found if found is not None and found.length < best.length else best
    return best


def _with_blocks(
    best: Attempt, document: Document, wish: Target, scaled: ScaleWidth, tried: TryPatch
) -> Attempt:
    """The best of an attempt and of those with other arguments for blocks of the file."""
    for params in _arguments(best.target_build.survey.block_uses, document, wish, scaled):
        if best.is_complete:
            break
        best = _with_arguments(best, params, tried)
    return best


def _with_arguments(
    best: Attempt, params: list[dict[str, dict[str, Any]]], tried: TryPatch
) -> Attempt:
    """The best of an attempt and of one with those arguments of a block that leave less to say.

    Arguments of one use are one entry, so it is only together that they may be shorter.
    """
    items = best.target_build.survey.items
    together: dict[str, dict[str, Any]] = {}
    trial = best
    for entries in params:
        merged = {
            path: {**together.get(path, {}), **entries.get(path, {})}
            for path in (*together, *entries)
        }
        changes = patterns.set_changes(merged, items)
        found = tried(best.patch._replace(changes=(*best.patch.changes, *changes)))
        if found is not None and found.missing_count < trial.missing_count:
            trial, together = found, merged
    return trial if trial.length < best.length else best


def _essence(graph: Graph) -> list[Node]:
    """What makes two graphs the same network: everything but the places in files."""
    return [node._replace(span=None) for node in graph.nodes]


def is_same_network(a: Graph, b: Graph) -> bool:
    """Whether two graphs are the same network."""
    return _essence(a) == _essence(b)


def _numbers(document: Document) -> dict[str, Any]:
    """The variables of a file that are numbers."""
    values = Evaluator(Diagnostics()).constants(document.vars, document.classes)
    values.pop("classes", None)
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, int | Fraction) and not isinstance(value, bool) and value > 0
    }


def _arguments(
    uses: list[BlockUse], document: Document, wish: Target, scaled: ScaleWidth
) -> Iterator[list[dict[str, dict[str, Any]]]]:
    """For each block other values for its parameters, each wherever the block is used."""
    by_block: dict[str, dict[str, list[BlockUse]]] = {}
    for use in uses:
        by_block.setdefault(use.item.verb, {}).setdefault(use.path, []).append(use)
    olds = _changed(wish)
    for block, paths in by_block.items():
        params = []
        for name in document.blocks[block].params:
            entries = {}
            for path, turns in paths.items():
                value = turns[0].names.get(name)
                first = turns[0].item.first
                if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                    continue
                if any(turn.names.get(name) != value for turn in turns) or (
                    first is not None and name in first.attributes
                ):
                    continue
                inside = [pairs for turn in turns for pairs in olds.get(turn.name, ())]
                news = {new for old, new in inside if old == value}
                other = news.pop() if len(news) == 1 else scaled(value)
                if other != value:
                    entries[path] = {name: other}
            if entries:
                params.append(entries)
        yield params


def _changed(wish: Target) -> dict[str, list[tuple[Any, Any]]]:
    """Old and new values of the attributes below each prefix of a name."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for node in wish.unscaled.nodes:
        for attribute, new in wish.attributes.get(node.name, {}).items():
            prefix = node.name
            while prefix:
                prefix = prefix.rpartition(".")[0]
                found.setdefault(prefix, []).append((node.attributes[attribute], new))
    return found
