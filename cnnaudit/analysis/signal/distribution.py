"""The distribution of a layer's values, as points with probabilities.

Sums of many independent products are close to normal, so a layer with weights gives a normal
distribution; activations and maxima change the points or their probabilities. Expectations are
integrals on an even grid of 160 points over ±8 deviations: the trapezoidal rule, whose error for a
normal density is far below 10⁻⁶, and below 10⁻³ for a function with a kink. The grid is symmetric
and has no point at 0, so that a ReLU halves the mean square exactly.
"""

from collections.abc import Callable, Iterable
from math import exp, sqrt
from operator import mul
from typing import NamedTuple

_POINTS = 160
_REACH = 8.0

#: Mean squares beyond this only say "explodes"; their squares must not overflow.
MAX_MEAN_SQUARE = 1e300

_GRID = tuple(_REACH * (2 * j + 1 - _POINTS) / _POINTS for j in range(_POINTS))
_DENSITY = tuple(exp(-z * z / 2) for z in _GRID)
_WEIGHTS = tuple(density / sum(_DENSITY) for density in _DENSITY)


class Distribution(NamedTuple):
    """Values and their probabilities, which add up to 1."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def expectation(self, of: Callable[[float], float]) -> float:
        """The expectation of a function of the value."""
        return _weighed(self.probabilities, map(of, self.values))

    @property
    def mean(self) -> float:
        """The expectation of the value."""
        return _weighed(self.probabilities, self.values)

    @property
    def mean_square(self) -> float:
        """The mean square: what the next layer's sums are made of (He et al. 2015, eq. 7)."""
        return _weighed(self.probabilities, map(mul, self.values, self.values))

    @property
    def variance(self) -> float:
        """The mean square less the square of the mean."""
        return max(self.mean_square - self.mean**2, 0.0)


def _weighed(weights: Iterable[float], values: Iterable[float]) -> float:
    products: Iterable[float] = map(mul, weights, values)
    return min(sum(products), MAX_MEAN_SQUARE)


def normal(mean: float, variance: float) -> Distribution:
    """A normal distribution."""
    deviation = sqrt(min(variance, MAX_MEAN_SQUARE))
    return Distribution(tuple(mean + deviation * z for z in _GRID), _WEIGHTS)


def transform(spread: Distribution, of: Callable[[float], float]) -> Distribution:
    """The distribution of a function of the value."""
    return spread._replace(values=tuple(map(of, spread.values)))


def maximum(spread: Distribution, count: int) -> Distribution:
    """The distribution of the largest of ``count`` independent values: its density is n·p·F^(n−1).

    David & Nagaraja, "Order Statistics" (2003), section 2.1.
    """
    pairs = sorted(zip(spread.values, spread.probabilities, strict=True))
    below, weights = 0.0, []
    for _, weight in pairs:
        weights.append(weight * (below + weight / 2) ** (count - 1))
        below += weight
    whole = sum(weights) or 1.0
    return Distribution(
        tuple(value for value, _ in pairs), tuple(weight / whole for weight in weights)
    )
