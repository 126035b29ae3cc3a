"""What ``--fit`` chooses: a width by search, or the best point of a grid."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from cnnaudit.adaptation.adapting import Adapted, adapt_stock
from cnnaudit.adaptation.bounds import Bound
from cnnaudit.adaptation.fit import WidthFit, fit_width
from cnnaudit.adaptation.grid import AdaptAxis, BestPoint, best_point
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.stock import Stock

#: What was found; None where nothing was looked for.
SearchResult: TypeAlias = WidthFit | BestPoint | None


class Search(NamedTuple):
    """What ``--fit`` looks for, and where; no bounds where nothing is looked for."""

    bounds: Sequence[Bound]
    axes: Sequence[AdaptAxis]
    max_factor: Fraction

    def choose_options(
        self, stock: Stock, recipe: AdaptOptions
    ) -> tuple[AdaptOptions, SearchResult]:
        """The recipe with what fits the bounds, and how it was found."""
        if not self.bounds:
            return recipe, None
        if self.axes:
            found = best_point(stock, recipe, self.bounds, self.axes)
            return found.options, found
        width = fit_width(stock, recipe, self.bounds, self.max_factor)
        return recipe._replace(factor=width.factor), width

    def adapt(self, stock: Stock, recipe: AdaptOptions) -> tuple[Adapted, SearchResult]:
        """The network adapted with what fits the bounds, and how that was found."""
        recipe, found = self.choose_options(stock, recipe)
        return adapt_stock(stock, recipe), found
