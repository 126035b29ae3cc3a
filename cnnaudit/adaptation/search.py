"""What ``--fit`` chooses: a width by search, or the best point of a grid."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from cnnaudit.adaptation.bounds import Bound
from cnnaudit.adaptation.fit import Fit, fit
from cnnaudit.adaptation.grid import Axis, Best, best
from cnnaudit.adaptation.recipe import Recipe
from cnnaudit.adaptation.stock import Stock

#: What was found; None where nothing was looked for.
Found: TypeAlias = Fit | Best | None


def chosen(
    stock: Stock, recipe: Recipe, bounds: Sequence[Bound], axes: Sequence[Axis], most: Fraction
) -> tuple[Recipe, Found]:
    """The recipe with what fits the bounds, and how it was found."""
    if not bounds:
        return recipe, None
    if axes:
        found = best(stock, recipe, bounds, axes)
        return found.recipe, found
    width = fit(stock, recipe, bounds, most)
    return recipe._replace(factor=width.factor), width
