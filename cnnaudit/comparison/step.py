"""The vocabulary of a waterfall: changes, steps, and the totals before and after each."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from cnnaudit.calculator import Audit
from cnnaudit.comparison.diff import TOTALS, Cause

#: The totals of a network by their names, those of ``comparison.TOTALS``.
TotalsByName: TypeAlias = Mapping[str, int]


class NetworkChange(NamedTuple):
    """One thing that was written differently.

    ``kind`` is one of input, classes, framework, variable, changed, added, removed, replaced (one
    part by another, which the cause names) and repeated;
    ``name`` the variable's, layer's or section's (repetitions that changed alike: the first's and
    the last's), empty for the others. ``causes`` are own causes, each kind of change once;
    ``layers`` is how many written layers it concerns, 0 for what concerns the whole network.
    """

    kind: str
    name: str
    causes: tuple[Cause, ...] = ()
    layers: int = 0


class WaterfallStep(NamedTuple):
    """Changes that are applied at once, and the totals before and after them.

    Usually one change. There are several where the network is not valid before the last of them
    (``obstacle`` says what stood in the way of the first alone), and where there are too many
    changes to tell them apart.
    """

    changes: tuple[NetworkChange, ...]
    before: TotalsByName
    after: TotalsByName
    obstacle: str | None = None

    def difference(self, total: str) -> int:
        """What the step adds to a total; negative where it takes away."""
        return self.after[total] - self.before[total]


class Waterfall(NamedTuple):
    """The way from one network's totals to another's; each step begins where the last one ended.

    ``changes`` is how many there are in all; where that is more than can be walked one by one,
    neighbours are ``grouped``.
    """

    start: TotalsByName
    steps: tuple[WaterfallStep, ...]
    end: TotalsByName
    change_count: int
    is_grouped: bool


def totals_by_name(audit: Audit) -> TotalsByName:
    """The totals of an audit by their names."""
    return {name: getattr(audit.totals, name) for name in TOTALS}
