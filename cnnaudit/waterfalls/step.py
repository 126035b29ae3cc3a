"""The vocabulary of a waterfall: changes, steps, and the totals before and after each."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from cnnaudit.calculator import Audit
from cnnaudit.comparison import Cause
from cnnaudit.quantities import TOTALS

#: The totals of a network by their names, those of ``quantities.TOTALS``.
Amounts: TypeAlias = Mapping[str, int]


class Change(NamedTuple):
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


class Step(NamedTuple):
    """Changes that are applied at once, and the totals before and after them.

    Usually one change. There are several where the network is not valid before the last of them
    (``obstacle`` says what stood in the way of the first alone), and where there are too many
    changes to tell them apart.
    """

    changes: tuple[Change, ...]
    before: Amounts
    after: Amounts
    obstacle: str | None = None

    def difference(self, total: str) -> int:
        """What the step adds to a total; negative where it takes away."""
        return self.after[total] - self.before[total]


class Waterfall(NamedTuple):
    """The way from one network's totals to another's; each step begins where the last one ended.

    ``changes`` is how many there are in all; where that is more than can be walked one by one,
    neighbours are ``grouped``.
    """

    start: Amounts
    steps: tuple[Step, ...]
    end: Amounts
    changes: int
    grouped: bool


def amounts(audit: Audit) -> Amounts:
    """The totals of an audit by their names."""
    return {name: getattr(audit.totals, name) for name in TOTALS}
