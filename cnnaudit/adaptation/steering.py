"""A network built towards attributes that are wanted, and what its file would have to say for them.

The file is built as it stands, but every wanted attribute has the wanted value, whatever the file
gives, and conditions fall as they did in the network that is adapted. What the file gives otherwise
is noted: with these settings it would give the wanted network by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnnaudit.errors import Problems, Span
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
    graph = build(document, Problems(), guide)
    notes: dict[str, dict[str, Any]] = {}
    for name, attribute, value in guide.notes:
        path = guide.path_of(name)
        before = notes.setdefault(path, {}).get(attribute)
        # Repetitions of one layer are one item; where they differ, one value cannot serve.
        notes[path][attribute] = CONFLICT if before not in (None, value) else value
    return Steered(graph, guide.survey, notes)


#: Stands for a value where repetitions of one layer would need several.
CONFLICT = object()


class _Steering(Guide):
    def __init__(self, wanted: Wanted, conditions: Mapping[str, bool]) -> None:
        self.wanted_attributes = wanted
        self.conditions = conditions
        self.survey = Survey({}, {}, [])
        self.notes: list[tuple[str, str, Any]] = []

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
        if says(Evaluator(Problems())) != wanted:
            self.notes.append((path, "when", wanted))
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
            says_now = says(Evaluator(Problems()), field, given) if given else field.default
            if says_now is REQUIRED or says_now != value:
                modifies = kind.name in MODIFIERS and attribute == kind.principal
                self.notes.append((name, kind.name if modifies else attribute, value))
            result[attribute] = _written(value, span)
        return result

    def excused(self, path: str) -> bool:
        self.notes.append((path, "expect", None))
        return True


def _written(value: Any, span: Span) -> Value:
    if isinstance(value, tuple):
        return Value(tuple(_written(item, span) for item in value), span)
    return Value(value, span)
