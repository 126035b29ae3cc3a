"""The waterfall between two networks: own changes are applied one by one, with an audit of each."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from cnnaudit.calculator import Audit, audit
from cnnaudit.comparison.diff import Comparison, compare
from cnnaudit.comparison.document_steps import apply_document_changes
from cnnaudit.comparison.hybrid import Crossing, Cutover, Obstacle, build_hybrid, cross
from cnnaudit.comparison.layer_steps import PlacedChange, placed_changes
from cnnaudit.comparison.step import NetworkChange, Waterfall, WaterfallStep, totals_by_name
from cnnaudit.parsing.architecture import Architecture

#: The number of steps that a reader can follow; more changes are grouped.
MAX_STEPS = 60
#: Limit of steps × nodes, which takes a few seconds. Large networks get fewer steps.
MAX_REBUILT = 250_000
_MIN_STEPS = 4


class _CutChange(NamedTuple):
    """A change and the cutover at which it is complete."""

    placed: PlacedChange
    cutover: Cutover


def waterfall(
    comparison: Comparison, a: Architecture | None = None, b: Architecture | None = None
) -> Waterfall:
    """Compute the effect of each own change on the totals.

    Changes of the architecture (input, classes, framework, variables) come first, then layers from
    the top down. A change that gives no valid network is joined with the next one. The steps add up
    exactly, since the last one ends in the second network itself. ``a`` and ``b`` are the
    architectures of the networks, None for an imported model.
    """
    first, second = comparison.a, comparison.b
    steps: list[WaterfallStep] = []
    remaining = comparison
    if a is not None:
        document_steps = apply_document_changes(first, second, a, b)
        steps += document_steps.steps
        if steps:
            remaining = compare(document_steps.audit, second)
    changes = [
        *_network_changes(remaining),
        *(_CutChange(placed, _cutover(placed.end)) for placed in placed_changes(remaining)),
    ]
    limit = max(_MIN_STEPS, min(MAX_STEPS, MAX_REBUILT // max(len(second.rows), 1)))
    groups = list(_groups(changes, limit))
    steps += _steps(remaining, groups)
    start, end = totals_by_name(first), totals_by_name(second)
    last = steps[-1].after if steps else start
    if end != last:
        # A difference without a known change is shown as a step without changes.
        steps.append(WaterfallStep((), last, end))
    change_count = sum(len(step.changes) for step in steps)
    return Waterfall(start, tuple(steps), end, change_count, len(groups) < len(changes))


def _cutover(leaves: int) -> Cutover:
    return Cutover(inputs=True, framework=True, leaves=leaves)


def _network_changes(comparison: Comparison) -> Iterator[_CutChange]:
    """Yield changes of input and framework that gave no valid architecture."""
    for cause in comparison.network_causes:
        if cause.attribute == "input":
            change = NetworkChange("input", "", (cause,))
            cutover = Cutover(inputs=True, framework=False, leaves=0)
            yield _CutChange(PlacedChange(change, end=0, top=-2), cutover)
        elif cause.attribute == "framework":
            change = NetworkChange("framework", "", (cause,))
            yield _CutChange(PlacedChange(change, end=0, top=-1), _cutover(0))


def _groups(changes: list[_CutChange], limit: int) -> Iterator[list[_CutChange]]:
    """Yield each change alone, or neighbours together to stay within ``limit`` groups."""
    if len(changes) <= limit:
        yield from ([change] for change in changes)
        return
    by_top = [list(group) for _, group in groupby(changes, lambda change: change.placed.top)]
    if len(by_top) <= limit:
        yield from by_top
        return
    size = -(-len(changes) // limit)
    yield from (changes[start : start + size] for start in range(0, len(changes), size))


def _steps(
    comparison: Comparison, groups: Sequence[Sequence[_CutChange]]
) -> Iterator[WaterfallStep]:
    """Yield a step for each group, joined with the next one if its network is invalid."""
    crossing = cross(comparison)
    before = totals_by_name(comparison.a)
    pending: list[NetworkChange] = []
    obstacle = None
    for index, group in enumerate(groups):
        pending += [change.placed.change for change in group]
        is_last = index == len(groups) - 1
        audited = comparison.b if is_last else _audit_hybrid(crossing, group[-1].cutover)
        if isinstance(audited, Obstacle):
            obstacle = obstacle or f"{audited.layer}: {audited.message}"
            continue
        after = totals_by_name(audited)
        yield WaterfallStep(tuple(pending), before, after, obstacle)
        before, pending, obstacle = after, [], None


def _audit_hybrid(crossing: Crossing, cutover: Cutover) -> Audit | Obstacle:
    graph = build_hybrid(crossing, cutover)
    return graph if isinstance(graph, Obstacle) else audit(graph)
