"""Waterfall steps of changes to the file as a whole, applied one after the other.

These are input, classes, framework and, if both files list the same layers, variables: the first
architecture is built again with each of them, so that expressions follow.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cnnaudit.calculator import Audit, audit
from cnnaudit.comparison.diff import Cause
from cnnaudit.comparison.step import NetworkChange, WaterfallStep, totals_by_name
from cnnaudit.errors import AuditError, Diagnostics
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import Graph
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.values import ParsedValue


class DocumentChange(NamedTuple):
    """A change of an architecture as a whole, and the function that applies it."""

    change: NetworkChange
    apply: Callable[[Architecture], Architecture]


class DocumentSteps(NamedTuple):
    """The steps of such changes, and the audit of the first network with all of them."""

    steps: tuple[WaterfallStep, ...]
    audit: Audit


class _PassResult(NamedTuple):
    """The result of applying changes in order; ``rejected`` gave no valid network."""

    architecture: Architecture
    audit: Audit
    steps: list[WaterfallStep]
    rejected: list[DocumentChange]


def apply_document_changes(
    first: Audit, second: Audit, a: Architecture, b: Architecture | None
) -> DocumentSteps:
    """Apply the changes towards the second network that give valid networks."""
    pending = list(_document_changes(first.graph, second.graph, a, b))
    steps: list[WaterfallStep] = []
    architecture, audited = a, first
    while pending:
        result = _apply_in_order(pending, architecture, audited)
        architecture, audited = result.architecture, result.audit
        steps += result.steps
        # Rejected together: try without the first, which is then a change of layers.
        pending = result.rejected[1:]
    return DocumentSteps(tuple(steps), audited)


def _apply_in_order(
    changes: list[DocumentChange], architecture: Architecture, before: Audit
) -> _PassResult:
    """Apply changes in order; one that gives no valid network is joined with the next."""
    steps: list[WaterfallStep] = []
    pending: list[DocumentChange] = []
    obstacle = None
    for change in changes:
        pending.append(change)
        candidate = architecture
        for pending_change in pending:
            candidate = pending_change.apply(candidate)
        try:
            after = audit(build_graph(candidate))
        except AuditError as error:
            obstacle = obstacle or error.diagnostics[0].message
            continue
        if _content(after.graph) != _content(before.graph):
            applied = tuple(pending_change.change for pending_change in pending)
            totals = totals_by_name(before), totals_by_name(after)
            steps.append(WaterfallStep(applied, *totals, obstacle))
        architecture, before, pending, obstacle = candidate, after, [], None
    return _PassResult(architecture, before, steps, pending)


def _content(graph: Graph) -> list[object]:
    """Return everything in a graph that its numbers depend on."""
    return [graph.framework, *(node._replace(span=None) for node in graph.nodes)]


def _document_changes(
    first: Graph, second: Graph, a: Architecture, b: Architecture | None
) -> Iterator[DocumentChange]:
    shapes_a, shapes_b = ([node.output_shape for node in graph.inputs] for graph in (first, second))
    if shapes_a != shapes_b and len(shapes_a) == len(shapes_b) == len(a.inputs):
        inputs = {
            name: ParsedValue(tuple(ParsedValue(size, value.span) for size in shape), value.span)
            for (name, value), shape in zip(a.inputs.items(), shapes_b, strict=True)
        }
        change = _change("input", shapes_a, shapes_b)
        yield DocumentChange(change, lambda architecture: architecture._replace(inputs=inputs))
    if first.classes != second.classes and second.classes is not None:
        classes = ParsedValue(second.classes, a.classes.span if a.classes else a.span)
        change = _change("classes", first.classes, second.classes)
        yield DocumentChange(change, lambda architecture: architecture._replace(classes=classes))
    if first.framework != second.framework:
        framework = second.framework
        change = _change("framework", first.framework, framework)
        yield DocumentChange(
            change, lambda architecture: architecture._replace(framework=framework)
        )
    if b is not None and _layer_names(a) == _layer_names(b):
        yield from _variable_changes(a, b)


def _change(kind: str, value_a: object, value_b: object) -> NetworkChange:
    return NetworkChange(kind, "", (Cause("own", kind, value_a, value_b),))


def _layer_names(architecture: Architecture) -> object:
    """Return the names and ops of all layers and blocks: equal for two versions of one network."""
    return [(spec.name, spec.op_name) for spec in architecture.layers], list(architecture.blocks)


def _variable_changes(a: Architecture, b: Architecture) -> Iterator[DocumentChange]:
    values_a, values_b = (Evaluator(Diagnostics()).constants(d.vars, d.classes) for d in (a, b))
    for name in a.vars:
        if name in b.vars and name in values_b and values_a.get(name) != values_b[name]:
            cause = Cause("own", name, values_a.get(name), values_b[name])
            change = NetworkChange("variable", name, (cause,))
            yield DocumentChange(change, _with_variable(name, b.vars[name]))


def _with_variable(name: str, value: ParsedValue) -> Callable[[Architecture], Architecture]:
    return lambda architecture: architecture._replace(vars={**architecture.vars, name: value})
