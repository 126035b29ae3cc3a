"""How a file says what is wanted in few words: by its own variables and arguments where they serve.

Nothing is assumed of what a variable does: it is set, the network is built, and what the file would
still have to say is counted. What remains is set layer by layer.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.adaptation import patterns
from cnnaudit.adaptation.patch import Change, Patch
from cnnaudit.adaptation.recipe import UnsayableError
from cnnaudit.adaptation.steering import Steered, Use, Wanted, steer
from cnnaudit.adaptation.turns import CONFLICT
from cnnaudit.errors import AuditError, Diagnostics
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.parsing.document import Document

Scaled = Callable[[int], int]


#: More than any file is long: what cannot be said outweighs everything that can.
UNSAYABLE = 10**9


class Wish(NamedTuple):
    """What is wanted: attributes by node, conditions by item, and the values they had before."""

    attributes: Wanted
    conditions: Mapping[str, bool]
    before: Graph


class Attempt(NamedTuple):
    """A patch, what it gives when it is steered, and what it still has to say."""

    patch: Patch
    steered: Steered
    missing: list[Change]

    @property
    def cost(self) -> int:
        """How long the file is."""
        own = patterns.cost(self.patch.changes) + len(self.patch.vars)
        return own + patterns.cost(self.missing) + self.unsayable * UNSAYABLE

    @property
    def unsayable(self) -> int:
        """How many settings no change can say."""
        return sum(v is CONFLICT for notes in self.steered.notes.values() for v in notes.values())

    @property
    def hardest(self) -> str:
        """The item with a setting that no change can say, or else the first that needs one."""
        notes = self.steered.notes
        unsayable = (path for path, own in notes.items() if CONFLICT in own.values())
        return next(unsayable, next(iter(notes)))

    @property
    def done(self) -> bool:
        """Whether the patch says everything."""
        return not self.steered.notes

    @property
    def unsaid(self) -> int:
        """How many settings of single layers are missing."""
        return sum(len(values) for values in self.steered.notes.values())

    @property
    def complete(self) -> Patch:
        """The patch with everything that it has to say."""
        return self.patch._replace(changes=(*self.patch.changes, *self.missing))


#: What a patch gives; None where that is another network than the wanted one, or none.
Try = Callable[[Patch], Attempt | None]


def settle(
    read: Callable[[Patch], Document],
    patch: Patch,
    wish: Wish,
    factor: Fraction | None,
    scaled: Scaled,
) -> Patch:
    """The patch that gives what is wished; ``read`` makes a document of one.

    ``factor`` and ``scaled`` say what numbers of the file become where widths are scaled. Raises
    ``UnsayableError`` where only another file could give it.
    """
    best = _attempt(read, patch, wish)
    target = _essence(best.steered.graph)

    def tried(patch: Patch) -> Attempt | None:
        try:
            found = _attempt(read, patch, wish)
        except AuditError:
            return None
        return found if _essence(found.steered.graph) == target else None

    if factor is not None:
        document = read(patch)
        best = _with_variables(best, _numbers(document), factor, scaled, tried)
        best = _with_blocks(best, document, wish, scaled, tried)
    whole = tried(best.complete)
    if whole is None or not whole.done:
        message = f"no change can say what '{best.hardest}' needs"
        raise UnsayableError(f"{message}: write every layer out, with --flat")
    return best.complete


def _attempt(read: Callable[[Patch], Document], patch: Patch, wish: Wish) -> Attempt:
    steered = steer(read(patch), wish.attributes, wish.conditions)
    sayable = {
        path: {name: value for name, value in notes.items() if value is not CONFLICT}
        for path, notes in steered.notes.items()
    }
    missing = patterns.changes({p: n for p, n in sayable.items() if n}, steered.survey.items)
    return Attempt(patch, steered, missing)


def _with_variables(
    best: Attempt, numbers: Mapping[str, Any], factor: Fraction, scaled: Scaled, tried: Try
) -> Attempt:
    """The best of an attempt and of those with other values for variables of the file."""
    for name, value in numbers.items():
        for other in dict.fromkeys((value * factor, scaled(value) if value == int(value) else 0)):
            if best.done:
                return best
            if other in (0, value):
                continue
            vars = tuple(pair for pair in best.patch.vars if pair[0] != name)
            found = tried(best.patch._replace(vars=(*vars, (name, other))))
            best = found if found is not None and found.cost < best.cost else best
    return best


def _with_blocks(
    best: Attempt, document: Document, wish: Wish, scaled: Scaled, tried: Try
) -> Attempt:
    """The best of an attempt and of those with other arguments for blocks of the file."""
    for params in _arguments(best.steered.survey.uses, document, wish, scaled):
        if best.done:
            break
        best = _with_arguments(best, params, tried)
    return best


def _with_arguments(best: Attempt, params: list[dict[str, dict[str, Any]]], tried: Try) -> Attempt:
    """The best of an attempt and of one with those arguments of a block that leave less to say.

    Arguments of one use are one entry, so it is only together that they may be shorter.
    """
    items = best.steered.survey.items
    together: dict[str, dict[str, Any]] = {}
    trial = best
    for entries in params:
        merged = {
            path: {**together.get(path, {}), **entries.get(path, {})}
            for path in (*together, *entries)
        }
        changes = patterns.changes(merged, items)
        found = tried(best.patch._replace(changes=(*best.patch.changes, *changes)))
        if found is not None and found.unsaid < trial.unsaid:
            trial, together = found, merged
    return trial if trial.cost < best.cost else best


def _essence(graph: Graph) -> list[Node]:
    """What makes two graphs the same network: everything but the places in files."""
    return [node._replace(span=None) for node in graph.nodes]


def same(a: Graph, b: Graph) -> bool:
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
    uses: list[Use], document: Document, wish: Wish, scaled: Scaled
) -> Iterator[list[dict[str, dict[str, Any]]]]:
    """For each block other values for its parameters, each wherever the block is used."""
    by_block: dict[str, dict[str, list[Use]]] = {}
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


def _changed(wish: Wish) -> dict[str, list[tuple[Any, Any]]]:
    """Old and new values of the attributes below each prefix of a name."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for node in wish.before.nodes:
        for attribute, new in wish.attributes.get(node.name, {}).items():
            prefix = node.name
            while prefix:
                prefix = prefix.rpartition(".")[0]
                found.setdefault(prefix, []).append((node.attributes[attribute], new))
    return found
