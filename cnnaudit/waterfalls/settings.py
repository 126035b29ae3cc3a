"""What documents say of the network as a whole, applied one after the other.

Input, classes, framework and, where both documents list the same layers, variables: the first
document is built anew with each of them, so that expressions follow.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cnnaudit.calculator import Audit, audit
from cnnaudit.comparison import Cause
from cnnaudit.errors import AuditError, Diagnostics
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.build import build
from cnnaudit.graph.nodes import Graph
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.values import Value
from cnnaudit.waterfalls.step import Change, Step, amounts


class Setting(NamedTuple):
    """A change of a document as a whole, and how it is made."""

    change: Change
    apply: Callable[[Document], Document]


class Settled(NamedTuple):
    """The steps that settings make, and the first network with all of them that are possible."""

    steps: tuple[Step, ...]
    audit: Audit


def settle(first: Audit, second: Audit, a: Document, b: Document | None) -> Settled:
    """Bring the first network's settings to the second's, where it stays a network."""
    waiting = list(_settings(first.graph, second.graph, a, b))
    steps: list[Step] = []
    document, now = a, first
    while waiting:
        document, now, found, left = _walk(waiting, document, now)
        steps += found
        # What cannot be had by any of them together is left to the layers.
        waiting = left[1:]
    return Settled(tuple(steps), now)


def _walk(
    settings: list[Setting], document: Document, now: Audit
) -> tuple[Document, Audit, list[Step], list[Setting]]:
    """Apply settings in order, those that are not possible alone together with the next."""
    steps: list[Step] = []
    pending: list[Setting] = []
    obstacle = None
    for setting in settings:
        pending.append(setting)
        candidate = document
        for each in pending:
            candidate = each.apply(candidate)
        try:
            then = audit(build(candidate))
        except AuditError as error:
            obstacle = obstacle or error.diagnostics[0].message
            continue
        if _said(then.graph) != _said(now.graph):
            changes = tuple(each.change for each in pending)
            steps.append(Step(changes, amounts(now), amounts(then), obstacle))
        document, now, pending, obstacle = candidate, then, [], None
    return document, now, steps, pending


def _said(graph: Graph) -> list[object]:
    """Everything of a graph that its numbers may depend on."""
    return [graph.framework, *(node._replace(span=None) for node in graph.nodes)]


def _settings(first: Graph, second: Graph, a: Document, b: Document | None) -> Iterator[Setting]:
    here, there = ([node.shape for node in graph.inputs] for graph in (first, second))
    if here != there and len(here) == len(there) == len(a.inputs):
        inputs = {
            name: Value(tuple(Value(size, value.span) for size in shape), value.span)
            for (name, value), shape in zip(a.inputs.items(), there, strict=True)
        }
        change = Change("input", "", (Cause("own", "input", here, there),))
        yield Setting(change, lambda document: document._replace(inputs=inputs))
    if first.classes != second.classes and second.classes is not None:
        classes = Value(second.classes, a.classes.span if a.classes else a.span)
        change = Change("classes", "", (Cause("own", "classes", first.classes, second.classes),))
        yield Setting(change, lambda document: document._replace(classes=classes))
    if first.framework != second.framework:
        cause = Cause("own", "framework", first.framework, second.framework)
        framework = second.framework
        change = Change("framework", "", (cause,))
        yield Setting(change, lambda document: document._replace(framework=framework))
    if b is not None and _listed(a) == _listed(b):
        yield from _variables(a, b)


def _listed(document: Document) -> object:
    """What the layers of a document are called: documents that agree here are of one kin."""
    return [(item.name, item.verb) for item in document.layers], list(document.blocks)


def _variables(a: Document, b: Document) -> Iterator[Setting]:
    here, there = (Evaluator(Diagnostics()).constants(d.vars, d.classes) for d in (a, b))
    for name in a.vars:
        if name in b.vars and name in there and here.get(name) != there[name]:
            change = Change("variable", name, (Cause("own", name, here.get(name), there[name]),))
            yield Setting(change, _with_variable(name, b.vars[name]))


def _with_variable(name: str, value: Value) -> Callable[[Document], Document]:
    return lambda document: document._replace(vars={**document.vars, name: value})
