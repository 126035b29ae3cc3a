"""From one network to another, one own change after the other, the audit taken after each."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from cnnaudit.calculator import Audit, audit
from cnnaudit.comparison.diff import Comparison, compare
from cnnaudit.comparison.document_steps import apply_document_changes
from cnnaudit.comparison.hybrid import Crossing, Cutover, Obstacle, build_hybrid, cross
from cnnaudit.comparison.layer_steps import PlacedChange, placed_changes
from cnnaudit.comparison.step import NetworkChange, Waterfall, WaterfallStep, totals_by_name
from cnnaudit.parsing.document import Document

#: Steps that a reader can follow; more are grouped.
MAX_STEPS = 60
#: Steps times nodes that are rebuilt at most: a few seconds. Large networks get fewer steps.
MAX_REBUILT = 250_000
_FEWEST = 4


def waterfall(
    comparison: Comparison, a: Document | None = None, b: Document | None = None
) -> Waterfall:
    """What each own change does to the totals; ``a`` and ``b`` are the documents, where there are.

    Changes of the whole come first (input, classes, framework, variables), then layers from the top
    down. A change without a valid network is joined with the next one. Steps add up exactly: the
    last one ends in the second network itself.
    """
    first, second = comparison.a, comparison.b
    settled = apply_document_changes(first, second, a, b) if a is not None else None
    steps = list(settled.steps) if settled else []
    rest = compare(settled.audit, second) if settled and steps else comparison
    cuts = [*_whole(rest), *((stretch, _cut(stretch.end)) for stretch in placed_changes(rest))]
    limit = max(_FEWEST, min(MAX_STEPS, MAX_REBUILT // max(len(second.rows), 1)))
    groups = list(_groups(cuts, limit))
    steps += _steps(rest, groups)
    if totals_by_name(second) != (steps[-1].after if steps else totals_by_name(first)):
        # Nothing that was written explains it: it is not hidden.
        steps.append(
            WaterfallStep(
                (), steps[-1].after if steps else totals_by_name(first), totals_by_name(second)
            )
        )
    count = sum(len(step.changes) for step in steps)
    return Waterfall(
        totals_by_name(first), tuple(steps), totals_by_name(second), count, len(groups) < len(cuts)
    )


_Cuts = list[tuple[PlacedChange, Cutover]]


def _cut(leaves: int) -> Cutover:
    return Cutover(inputs=True, framework=True, leaves=leaves)


def _whole(comparison: Comparison) -> Iterator[tuple[PlacedChange, Cutover]]:
    """The input and the framework, where no document could be built anew with them."""
    for cause in comparison.network_causes:
        if cause.attribute == "input":
            change = NetworkChange("input", "", (cause,))
            yield PlacedChange(change, 0, -2), Cutover(inputs=True, framework=False, leaves=0)
        elif cause.attribute == "framework":
            change = NetworkChange("framework", "", (cause,))
            yield PlacedChange(change, 0, -1), _cut(0)


def _groups(cuts: _Cuts, limit: int) -> Iterator[_Cuts]:
    """Each change alone; neighbours together where that would be too many."""
    if len(cuts) <= limit:
        yield from ([cut] for cut in cuts)
        return
    tops = [list(group) for _, group in groupby(cuts, lambda cut: cut[0].top)]
    if len(tops) <= limit:
        yield from tops
        return
    each = -(-len(cuts) // limit)
    yield from (cuts[start : start + each] for start in range(0, len(cuts), each))


def _steps(comparison: Comparison, groups: Sequence[_Cuts]) -> Iterator[WaterfallStep]:
    woven = cross(comparison)
    before = totals_by_name(comparison.a)
    waiting: list[NetworkChange] = []
    obstacle = None
    for index, group in enumerate(groups):
        waiting += [stretch.change for stretch, _ in group]
        last = index == len(groups) - 1
        found = comparison.b if last else _audited(woven, group[-1][1])
        if isinstance(found, Obstacle):
            obstacle = obstacle or f"{found.layer}: {found.message}"
            continue
        yield WaterfallStep(tuple(waiting), before, totals_by_name(found), obstacle)
        before, waiting, obstacle = totals_by_name(found), [], None


def _audited(woven: Crossing, cut: Cutover) -> Audit | Obstacle:
    found = build_hybrid(woven, cut)
    return found if isinstance(found, Obstacle) else audit(found)
