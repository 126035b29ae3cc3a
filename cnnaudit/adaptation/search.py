"""What ``--fit`` chooses: a width by search, or the best point of a grid."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from cnnaudit.adaptation.adapting import Adapted, adapted
from cnnaudit.adaptation.bounds import Bound
from cnnaudit.adaptation.fit import Fit, fit
from cnnaudit.adaptation.grid import Axis, Best, best
from cnnaudit.adaptation.options import Recipe
from cnnaudit.adaptation.stock import Stock

#: What was found; None where nothing was looked for.
Found: TypeAlias = Fit | Best | None


class Search(NamedTuple):
    """What ``--fit`` looks for, and where; no bounds where nothing is looked for."""

    bounds: Sequence[Bound]
    axes: Sequence[Axis]
    most: Fraction

    def chosen(self, stock: Stock, recipe: Recipe) -> tuple[Recipe, Found]:
        """The recipe with what fits the bounds, and how it was found."""
        if not self.bounds:
            return recipe, None
        if self.axes:
            found = best(stock, recipe, self.bounds, self.axes)
            return found.recipe, found
        width = fit(stock, recipe, self.bounds, self.most)
        return recipe._replace(factor=width.factor), width

    def adapted(self, stock: Stock, recipe: Recipe) -> tuple[Adapted, Found]:
        """The network adapted with what fits the bounds, and how that was found."""
        recipe, found = self.chosen(stock, recipe)
        return adapted(stock, recipe), found
