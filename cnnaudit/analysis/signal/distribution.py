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
_DEVIATIONS = 8.0

#: Mean squares are clipped here, so that an explosion does not overflow.
MAX_MEAN_SQUARE = 1e300

_GRID = tuple(_DEVIATIONS * (2 * j + 1 - _POINTS) / _POINTS for j in range(_POINTS))
_DENSITY = tuple(exp(-z * z / 2) for z in _GRID)
_PROBABILITIES = tuple(density / sum(_DENSITY) for density in _DENSITY)


class Distribution(NamedTuple):
    """Values and their probabilities, which add up to 1."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def expectation(self, function: Callable[[float], float]) -> float:
        """Return the expectation of a function of the value."""
        return _weighted_sum(self.probabilities, map(function, self.values))

    @property
    def mean(self) -> float:
        """The expectation of the value."""
        return _weighted_sum(self.probabilities, self.values)

    @property
    def mean_square(self) -> float:
        """The expectation of the square, which the next layer's variance is proportional to.

        See He et al. 2015, eq. 7.
        """
        return _weighted_sum(self.probabilities, map(mul, self.values, self.values))

    @property
    def variance(self) -> float:
        """The mean square minus the square of the mean."""
        return max(self.mean_square - self.mean**2, 0.0)


def _weighted_sum(weights: Iterable[float], values: Iterable[float]) -> float:
    products: Iterable[float] = map(mul, weights, values)
    return min(sum(products), MAX_MEAN_SQUARE)


def normal(mean: float, variance: float) -> Distribution:
    """Return a normal distribution."""
    deviation = sqrt(min(variance, MAX_MEAN_SQUARE))
    return Distribution(tuple(mean + deviation * z for z in _GRID), _PROBABILITIES)


def transform(distribution: Distribution, function: Callable[[float], float]) -> Distribution:
    """Return the distribution of a function of the value."""
    return distribution._replace(values=tuple(map(function, distribution.values)))


def maximum(distribution: Distribution, count: int) -> Distribution:
    """Return the distribution of the maximum of ``count`` independent values: n·p·F^(n−1).

    David & Nagaraja, "Order Statistics" (2003), section 2.1.
    """
    pairs = sorted(zip(distribution.values, distribution.probabilities, strict=True))
    cumulative, weights = 0.0, []
    for _, probability in pairs:
        weights.append(probability * (cumulative + probability / 2) ** (count - 1))
        cumulative += probability
    total = sum(weights) or 1.0
    return Distribution(
        tuple(value for value, _ in pairs), tuple(weight / total for weight in weights)
    )
