"""The search of ``--fit``: for a width by bisection, or for the best point of a grid."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from cnnaudit.adaptation.adapting import Adapted, adapt_stock
from cnnaudit.adaptation.bounds import Bound
from cnnaudit.adaptation.fit import WidthFit, fit_width
from cnnaudit.adaptation.grid import AdaptAxis, BestPoint, best_point
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.stock import Stock

#: The result of a search; None without one.
SearchResult: TypeAlias = WidthFit | BestPoint | None


class Search(NamedTuple):
    """The bounds of ``--fit``, and the grid or the largest factor to search.

    Without bounds there is no search; without axes the width factor is searched.
    """

    bounds: Sequence[Bound]
    axes: Sequence[AdaptAxis]
    max_factor: Fraction

    def choose_options(
        self, stock: Stock, options: AdaptOptions
    ) -> tuple[AdaptOptions, SearchResult]:
        """Return the options completed so that they fit the bounds, and the search's result."""
        if not self.bounds:
            return options, None
        if self.axes:
            best = best_point(stock, options, self.bounds, self.axes)
            return best.options, best
        width_fit = fit_width(stock, options, self.bounds, self.max_factor)
        return options._replace(factor=width_fit.factor), width_fit

    def adapt(self, stock: Stock, options: AdaptOptions) -> tuple[Adapted, SearchResult]:
        """Adapt the network with the options that fit the bounds."""
        options, result = self.choose_options(stock, options)
        return adapt_stock(stock, options), result
