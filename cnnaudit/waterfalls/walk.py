"""From one network to another, one own change after the other, the audit taken after each."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from cnnaudit.calculator import Audit, audit
from cnnaudit.comparison import Comparison, compare
from cnnaudit.parsing.document import Document
from cnnaudit.waterfalls.changes import Stretch, stretches
from cnnaudit.waterfalls.hybrid import Cut, Obstacle, Weave, hybrid, weave
from cnnaudit.waterfalls.settings import settle
from cnnaudit.waterfalls.step import Change, Step, Waterfall, amounts

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
    settled = settle(first, second, a, b) if a is not None else None
    steps = list(settled.steps) if settled else []
    rest = compare(settled.audit, second) if settled and steps else comparison
    cuts = [*_whole(rest), *((stretch, _cut(stretch.end)) for stretch in stretches(rest))]
    limit = max(_FEWEST, min(MAX_STEPS, MAX_REBUILT // max(len(second.rows), 1)))
    groups = list(_groups(cuts, limit))
    steps += _steps(rest, groups)
    if amounts(second) != (steps[-1].after if steps else amounts(first)):
        # Nothing that was written explains it: it is not hidden.
        steps.append(Step((), steps[-1].after if steps else amounts(first), amounts(second)))
    count = sum(len(step.changes) for step in steps)
    return Waterfall(amounts(first), tuple(steps), amounts(second), count, len(groups) < len(cuts))


_Cuts = list[tuple[Stretch, Cut]]


def _cut(leaves: int) -> Cut:
    return Cut(inputs=True, framework=True, leaves=leaves)


def _whole(comparison: Comparison) -> Iterator[tuple[Stretch, Cut]]:
    """The input and the framework, where no document could be built anew with them."""
    for cause in comparison.network:
        if cause.attribute == "input":
            change = Change("input", "", (cause,))
            yield Stretch(change, 0, -2), Cut(inputs=True, framework=False, leaves=0)
        elif cause.attribute == "framework":
            change = Change("framework", "", (cause,))
            yield Stretch(change, 0, -1), _cut(0)


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


def _steps(comparison: Comparison, groups: Sequence[_Cuts]) -> Iterator[Step]:
    woven = weave(comparison)
    before = amounts(comparison.a)
    waiting: list[Change] = []
    obstacle = None
    for index, group in enumerate(groups):
        waiting += [stretch.change for stretch, _ in group]
        last = index == len(groups) - 1
        found = comparison.b if last else _audited(woven, group[-1][1])
        if isinstance(found, Obstacle):
            obstacle = obstacle or f"{found.layer}: {found.message}"
            continue
        yield Step(tuple(waiting), before, amounts(found), obstacle)
        before, waiting, obstacle = amounts(found), [], None


def _audited(woven: Weave, cut: Cut) -> Audit | Obstacle:
    found = hybrid(woven, cut)
    return found if isinstance(found, Obstacle) else audit(found)
