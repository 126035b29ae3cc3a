"""Builds a network with given attributes and records what the file must change to give them.

The file is built as it stands, but every target attribute gets its target value, and conditions
hold as they did in the network that is adapted. Settings that the file gives differently are
recorded: with them it would give the target network by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnnaudit.adaptation.repetitions import per_repetition
from cnnaudit.errors import Diagnostics, Span
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import Graph
from cnnaudit.graph.hooks import BuildHooks, Condition, Reading
from cnnaudit.ops.op import REQUIRED, Op
from cnnaudit.ops.registry import MODIFIERS
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.layer_settings import ParsedAttributes
from cnnaudit.parsing.values import ParsedValue

#: Node name → attribute → value.
NodeAttributes = Mapping[str, Mapping[str, Any]]


class BlockUse(NamedTuple):
    """One use of a block: its layer's path, the name of this repetition, and its arguments."""

    path: str
    name: str
    spec: LayerSpec
    names: Mapping[str, Any]


class Survey(NamedTuple):
    """Records of a build: layers by path, values of conditions by path, and uses of blocks."""

    specs: dict[str, LayerSpec]
    conditions: dict[str, bool]
    block_uses: list[BlockUse]


class TargetedGraph(NamedTuple):
    """The target graph, and the settings that its file lacks: layer path → key → value.

    A value of None removes the key.
    """

    graph: Graph
    survey: Survey
    missing_settings: dict[str, dict[str, Any]]


class Requirement(NamedTuple):
    """A value that a node must have, and whether its file gives another."""

    name: str
    attribute: str
    value: Any
    differs: bool = True


def build_towards(
    architecture: Architecture,
    targets: NodeAttributes,
    conditions: Mapping[str, bool] | None = None,
) -> TargetedGraph:
    """Build ``architecture`` with the target attributes and the given values of conditions.

    Raises ``AuditError`` if even that gives no valid network.
    """
    hooks = _TargetHooks(targets, conditions or {})
    graph = build_graph(architecture, Diagnostics(), hooks)
    return TargetedGraph(graph, hooks.survey, _missing_settings(hooks))


def _missing_settings(hooks: "_TargetHooks") -> dict[str, dict[str, Any]]:
    """The settings that give the requirements of a build, by layer path."""
    by_repetition: dict[tuple[str, str], dict[int, Requirement]] = {}
    for requirement in hooks.requirements:
        path = hooks.layer_path(requirement.name)
        repetitions = by_repetition.setdefault((path, requirement.attribute), {})
        repetitions[_repetition(requirement.name, path)] = requirement
    missing: dict[str, dict[str, Any]] = {}
    for (path, attribute), repetitions in by_repetition.items():
        if not any(requirement.differs for requirement in repetitions.values()):
            continue
        first = hooks.survey.specs[path].first
        has_first_value = first is not None and attribute in (*first.attributes, *first.modifiers)
        values = {number: requirement.value for number, requirement in repetitions.items()}
        settings = per_repetition(attribute, values, has_first_value=has_first_value)
        layer_settings = missing.setdefault(path, {})
        for key, value in settings.items():
            if key == "first":
                layer_settings[key] = {**layer_settings.get(key, {}), **value}
            else:
                layer_settings[key] = value
    return missing


def _repetition(name: str, path: str) -> int:
    """The repetition of the layer at ``path`` that a node belongs to, from 0."""
    number = name[len(path) + 1 :].partition(".")[0]
    return int(number) - 1 if number.isdigit() else 0


class _TargetHooks(BuildHooks):
    """Gives nodes their target attributes and records requirements and the survey."""

    def __init__(self, targets: NodeAttributes, conditions: Mapping[str, bool]) -> None:
        self.targets = targets
        self.conditions = conditions
        self.survey = Survey({}, {}, [])
        self.requirements: list[Requirement] = []

    def layer_path(self, name: str) -> str:
        """The path of the layer that a node belongs to, without the number of a repetition."""
        while name and name not in self.survey.specs:
            name = name.rpartition(".")[0]
        return name

    def on_list(self, prefix: str, specs: Sequence[LayerSpec]) -> None:
        self.survey.specs.update((prefix + spec.name, spec) for spec in specs)

    def on_block(self, path: str, name: str, spec: LayerSpec, names: Mapping[str, Any]) -> None:
        self.survey.block_uses.append(BlockUse(path, name, spec, names))

    def condition(self, path: str, evaluate: Condition, evaluator: Evaluator) -> bool | None:
        if path not in self.conditions:
            value = evaluate(evaluator)
            if value is not None:
                self.survey.conditions[path] = value
            return value
        target = self.survey.conditions[path] = self.conditions[path]
        if evaluate(Evaluator(Diagnostics())) != target:
            self.requirements.append(Requirement(path, "when", target))
        return target

    def attributes(
        self, name: str, op: Op, values: ParsedAttributes, read: Reading, span: Span
    ) -> ParsedAttributes:
        targets = self.targets.get(name)
        if not targets:
            return values
        result = dict(values)
        for attribute, target in targets.items():
            field = op.field(attribute)
            if field is None:
                continue
            parsed = values.get(attribute)
            value = read(Evaluator(Diagnostics()), field, parsed) if parsed else field.default
            differs = value is REQUIRED or value != target
            is_modifier = op.name in MODIFIERS and attribute == op.principal
            key = op.name if is_modifier else attribute
            self.requirements.append(Requirement(name, key, target, differs))
            result[attribute] = _parsed_value(target, span)
        return result

    def allow_mismatch(self, path: str) -> bool:
        self.requirements.append(Requirement(path, "expect", None))
        return True


def _parsed_value(value: Any, span: Span) -> ParsedValue:
    """A value as the parser gives it, tuples element by element."""
    if isinstance(value, tuple):
        return ParsedValue(tuple(_parsed_value(element, span) for element in value), span)
    return ParsedValue(value, span)
