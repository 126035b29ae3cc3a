"""The values of a waterfall: changes, steps, and the totals before and after each step."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from cnnaudit.calculator import Audit
from cnnaudit.comparison.diff import Cause
from cnnaudit.quantities import TOTALS

#: The totals of a network by the names in ``quantities.TOTALS``.
TotalsByName: TypeAlias = Mapping[str, int]


class NetworkChange(NamedTuple):
    """One difference between the files of two networks.

    ``kind`` is input, classes, framework, variable, changed, added, removed, replaced (one layer or
    block by another, named in the cause) or repeated. ``name`` is that of the variable, layer or
    section (for equally changed repetitions: of the first and the last), and empty for the other
    kinds. ``causes`` are the own causes without duplicates; ``layers`` is the number of layers
    concerned, 0 for a change of the entire network.
    """

    kind: str
    name: str
    causes: tuple[Cause, ...] = ()
    layers: int = 0


class WaterfallStep(NamedTuple):
    """Changes that are applied together, and the totals before and after them.

    There are several changes if the network is invalid until the last of them is applied
    (``obstacle`` is the error after the first), or if there are too many for a step each.
    """

    changes: tuple[NetworkChange, ...]
    before: TotalsByName
    after: TotalsByName
    obstacle: str | None = None

    def difference(self, total: str) -> int:
        """Return the total after the step minus the total before it."""
        return self.after[total] - self.before[total]


class Waterfall(NamedTuple):
    """Steps from the totals of one network to those of another, without gaps between them.

    ``change_count`` is the number of changes; ``is_grouped`` is true if they were too many, and
    neighbours share a step.
    """

    start: TotalsByName
    steps: tuple[WaterfallStep, ...]
    end: TotalsByName
    change_count: int
    is_grouped: bool


def totals_by_name(audit: Audit) -> TotalsByName:
    """Return the compared totals of an audit."""
    return {name: getattr(audit.totals, name) for name in TOTALS}
