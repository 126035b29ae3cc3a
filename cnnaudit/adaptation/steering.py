"""A network built towards attributes that are wanted, and what its file would have to say for them.

The file is built as it stands, but every wanted attribute has the wanted value, whatever the file
gives, and conditions fall as they did in the network that is adapted. What the file gives otherwise
is noted: with these settings it would give the wanted network by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnnaudit.adaptation.turns import said
from cnnaudit.errors import Diagnostics, Span
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.build import build
from cnnaudit.graph.guide import Condition, Guide, Reading
from cnnaudit.graph.nodes import Graph
from cnnaudit.layers.kind import REQUIRED, Kind
from cnnaudit.layers.table import MODIFIERS
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.items import Item
from cnnaudit.parsing.settings import Values
from cnnaudit.parsing.values import Value

#: Attributes of nodes by their names.
Wanted = Mapping[str, Mapping[str, Any]]


class Use(NamedTuple):
    """A block where it is used: the path of its item, the name of this turn, what it was given."""

    path: str
    name: str
    item: Item
    names: Mapping[str, Any]


class Survey(NamedTuple):
    """What was seen on the way: the items by their paths, conditions, and uses of blocks."""

    items: dict[str, Item]
    conditions: dict[str, bool]
    uses: list[Use]


class Steered(NamedTuple):
    """The wanted graph, and by item what the file would have to say; None takes a key away."""

    graph: Graph
    survey: Survey
    notes: dict[str, dict[str, Any]]


def steer(
    document: Document, wanted: Wanted, conditions: Mapping[str, bool] | None = None
) -> Steered:
    """Build ``document`` with the wanted attributes, and conditions as they are given.

    Raises ``AuditError`` where even then there is no network.
    """
    guide = _Steering(wanted, conditions or {})
    graph = build(document, Diagnostics(), guide)
    found: dict[tuple[str, str], dict[int, Note]] = {}
    for note in guide.notes:
        path = guide.path_of(note.name)
        found.setdefault((path, note.attribute), {})[_turn(note.name, path)] = note
    notes: dict[str, dict[str, Any]] = {}
    for (path, attribute), turns in found.items():
        if any(note.differs for note in turns.values()):
            first = guide.survey.items[path].first
            apart = first is not None and attribute in (*first.attributes, *first.modifiers)
            values = {turn: note.value for turn, note in turns.items()}
            own = notes.setdefault(path, {})
            for name, value in said(attribute, values, apart=apart).items():
                own[name] = {**own.get(name, {}), **value} if name == "first" else value
    return Steered(graph, guide.survey, notes)


class Note(NamedTuple):
    """What is wanted of a node, and whether its file says something else."""

    name: str
    attribute: str
    value: Any
    differs: bool = True


def _turn(name: str, path: str) -> int:
    """Which repetition of its item a node belongs to, from 0."""
    number = name[len(path) + 1 :].partition(".")[0]
    return int(number) - 1 if number.isdigit() else 0


class _Steering(Guide):
    def __init__(self, wanted: Wanted, conditions: Mapping[str, bool]) -> None:
        self.wanted_attributes = wanted
        self.conditions = conditions
        self.survey = Survey({}, {}, [])
        self.notes: list[Note] = []

    def path_of(self, name: str) -> str:
        """The item that a node belongs to: its own path, or that of what is repeated."""
        while name and name not in self.survey.items:
            name = name.rpartition(".")[0]
        return name

    def layers(self, prefix: str, items: Sequence[Item]) -> None:
        self.survey.items.update((prefix + item.name, item) for item in items)

    def arguments(self, path: str, name: str, item: Item, names: Mapping[str, Any]) -> None:
        self.survey.uses.append(Use(path, name, item, names))

    def wanted(self, path: str, says: Condition, evaluator: Evaluator) -> bool | None:
        if path not in self.conditions:
            found = says(evaluator)
            if found is not None:
                self.survey.conditions[path] = found
            return found
        wanted = self.survey.conditions[path] = self.conditions[path]
        if says(Evaluator(Diagnostics())) != wanted:
            self.notes.append(Note(path, "when", wanted))
        return wanted

    def values(self, name: str, kind: Kind, values: Values, says: Reading, span: Span) -> Values:
        wanted = self.wanted_attributes.get(name)
        if not wanted:
            return values
        result = dict(values)
        for attribute, value in wanted.items():
            field = kind.field(attribute)
            if field is None:
                continue
            given = values.get(attribute)
            says_now = says(Evaluator(Diagnostics()), field, given) if given else field.default
            differs = says_now is REQUIRED or says_now != value
            modifies = kind.name in MODIFIERS and attribute == kind.principal
            self.notes.append(Note(name, kind.name if modifies else attribute, value, differs))
            result[attribute] = _written(value, span)
        return result

    def excused(self, path: str) -> bool:
        self.notes.append(Note(path, "expect", None))
        return True


def _written(value: Any, span: Span) -> Value:
    if isinstance(value, tuple):
        return Value(tuple(_written(item, span) for item in value), span)
    return Value(value, span)
