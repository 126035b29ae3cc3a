"""The largest width within bounds: an exact search over what rounding can produce.

The factors at which some width takes another value are finitely many rationals. No width falls
where the factor grows, names and structure stay, and parameters, work and memory are sums of
products of widths with factors that are not negative: so they never fall either, a bound that is
broken stays broken, and halving finds the last factor that keeps all of them.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.adaptation.adapting import Draft, draft
from cnnaudit.adaptation.bounds import Bound
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.stock import Stock
from cnnaudit.calculator import Audit, audit
from cnnaudit.errors import UsageError

#: Factors that are tried; a network of so many different widths has other troubles.
MAX_FACTORS = 2_000_000


class BoundResult(NamedTuple):
    """A bound, what the network has of it, and what the next larger one would have."""

    bound: Bound
    value: int
    next_value: int | None

    @property
    def name(self) -> str:
        """The quantity, with its unit where it has one: ``weight_bytes``."""
        return self.bound.quantity + "_bytes" * self.bound.is_bytes

    @property
    def quantity_text(self) -> str:
        """The quantity in a sentence."""
        return self.bound.quantity.replace("_", " ")

    @property
    def is_binding(self) -> bool:
        """Whether the next larger network breaks this bound."""
        return self.next_value is not None and self.next_value > self.bound.limit


class WidthFit(NamedTuple):
    """The largest factor that keeps the bounds, and the next one, which does not.

    ``following`` is None where nothing but ``most``, the largest factor that was asked for, stops
    it.
    """

    factor: Fraction
    next_factor: Fraction | None
    max_factor: Fraction
    bound_results: tuple[BoundResult, ...]

    @property
    def broken_bounds(self) -> tuple[BoundResult, ...]:
        """The bounds that the next factor would break."""
        return tuple(kept for kept in self.bound_results if kept.is_binding)


def fit_width(
    stock: Stock, recipe: AdaptOptions, bounds: Sequence[Bound], most: Fraction
) -> WidthFit:
    """The largest width factor up to ``most`` that keeps all bounds.

    Raises ``UsageError`` where even the smallest network breaks one, or no width can be scaled.
    """
    base = draft(stock, recipe)
    factors = candidate_factors(base, most)
    if not factors:
        raise UsageError("--fit: this network has no width that could be scaled")
    audits: dict[int, Audit] = {}

    def at(position: int) -> Audit:
        if position not in audits:
            audits[position] = audit_at(base, factors[position])
        return audits[position]

    def keeps(position: int) -> bool:
        return all(bound.value(at(position)) <= bound.limit for bound in bounds)

    if not keeps(0):
        raise UsageError(_impossible(bounds, at(0), factors[0]))
    low, high = 0, len(factors)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if keeps(middle) else (low, middle)
    beyond = at(high) if high < len(factors) else None
    kept = tuple(
        BoundResult(bound, bound.value(at(low)), bound.value(beyond) if beyond else None)
        for bound in bounds
    )
    return WidthFit(factors[low], factors[high] if beyond else None, most, kept)


def audit_at(base: Draft, factor: Fraction) -> Audit:
    """The audit of the adapted network at that factor."""
    return audit(base._replace(recipe=base.options._replace(factor=factor)).graph())


def candidate_factors(base: Draft, most: Fraction) -> list[Fraction]:
    """A factor for every network that rounding can produce up to ``most``, ascending.

    Where widths are rounded up it is the largest of those that give the network. Where they are
    rounded to the nearest, networks that begin behind a factor are met in between.
    """
    rounding = base.options.rounding
    turns: set[Fraction] = set()
    for stock, multiple in base.width_plan.free_widths():
        few = rounding.value_count(stock, multiple, most) <= MAX_FACTORS
        turns.update(rounding.breakpoints(stock, multiple, most) if few else ())
        if not few or len(turns) > MAX_FACTORS:
            raise UsageError(f"--fit: more than {MAX_FACTORS:,} widths to choose from")
    if not base.width_plan.free_widths():
        return []
    edges = sorted({*turns, most})
    if rounding.rule != "8":
        return edges
    between = [simplest_between(a, b) for a, b in zip([Fraction(0), *edges], edges, strict=False)]
    return sorted((*edges, *between))


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of least denominator strictly between two (Stern & Brocot's tree)."""
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    rest_low, rest_high = low - whole, high - whole
    if rest_low == 0:
        return whole + Fraction(1, (1 / rest_high).__floor__() + 1)
    return whole + 1 / simplest_between(1 / rest_high, 1 / rest_low)


def _impossible(bounds: Sequence[Bound], smallest: Audit, factor: Fraction) -> str:
    broken = [
        f"{bound.quantity} {bound.text(bound.value(smallest))}, more than {bound.text(bound.limit)}"
        for bound in bounds
        if bound.value(smallest) > bound.limit
    ]
    return f"--fit: the smallest network, at width {factor}, has {' and '.join(broken)}"
