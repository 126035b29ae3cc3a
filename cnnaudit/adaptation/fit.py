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
from cnnaudit.adaptation.options import Recipe
from cnnaudit.adaptation.stock import Stock
from cnnaudit.calculator import Audit, audit
from cnnaudit.errors import UsageError

#: Factors that are tried; a network of so many different widths has other troubles.
MAX_FACTORS = 2_000_000


class Kept(NamedTuple):
    """A bound, what the network has of it, and what the next larger one would have."""

    bound: Bound
    value: int
    beyond: int | None

    @property
    def name(self) -> str:
        """The quantity, with its unit where it has one: ``weight_bytes``."""
        return self.bound.quantity + "_bytes" * self.bound.in_bytes

    @property
    def quantity_text(self) -> str:
        """The quantity in a sentence."""
        return self.bound.quantity.replace("_", " ")

    @property
    def binds(self) -> bool:
        """Whether the next larger network breaks this bound."""
        return self.beyond is not None and self.beyond > self.bound.most


class Fit(NamedTuple):
    """The largest factor that keeps the bounds, and the next one, which does not.

    ``following`` is None where nothing but ``most``, the largest factor that was asked for, stops
    it.
    """

    factor: Fraction
    following: Fraction | None
    most: Fraction
    kept: tuple[Kept, ...]

    @property
    def broken(self) -> tuple[Kept, ...]:
        """The bounds that the next factor would break."""
        return tuple(kept for kept in self.kept if kept.binds)


def fit(stock: Stock, recipe: Recipe, bounds: Sequence[Bound], most: Fraction) -> Fit:
    """The largest width factor up to ``most`` that keeps all bounds.

    Raises ``UsageError`` where even the smallest network breaks one, or no width can be scaled.
    """
    base = draft(stock, recipe)
    factors = admissible(base, most)
    if not factors:
        raise UsageError("--fit: this network has no width that could be scaled")
    audits: dict[int, Audit] = {}

    def at(position: int) -> Audit:
        if position not in audits:
            audits[position] = measured(base, factors[position])
        return audits[position]

    def keeps(position: int) -> bool:
        return all(bound.value(at(position)) <= bound.most for bound in bounds)

    if not keeps(0):
        raise UsageError(_impossible(bounds, at(0), factors[0]))
    low, high = 0, len(factors)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if keeps(middle) else (low, middle)
    beyond = at(high) if high < len(factors) else None
    kept = tuple(
        Kept(bound, bound.value(at(low)), bound.value(beyond) if beyond else None)
        for bound in bounds
    )
    return Fit(factors[low], factors[high] if beyond else None, most, kept)


def measured(base: Draft, factor: Fraction) -> Audit:
    """The audit of the adapted network at that factor."""
    return audit(base._replace(recipe=base.recipe._replace(factor=factor)).graph())


def admissible(base: Draft, most: Fraction) -> list[Fraction]:
    """A factor for every network that rounding can produce up to ``most``, ascending.

    Where widths are rounded up it is the largest of those that give the network. Where they are
    rounded to the nearest, networks that begin behind a factor are met in between.
    """
    rounding = base.recipe.rounding
    turns: set[Fraction] = set()
    for stock, multiple in base.plan.free():
        few = rounding.values(stock, multiple, most) <= MAX_FACTORS
        turns.update(rounding.turns(stock, multiple, most) if few else ())
        if not few or len(turns) > MAX_FACTORS:
            raise UsageError(f"--fit: more than {MAX_FACTORS:,} widths to choose from")
    if not base.plan.free():
        return []
    edges = sorted({*turns, most})
    if rounding.rule != "8":
        return edges
    between = [simplest(a, b) for a, b in zip([Fraction(0), *edges], edges, strict=False)]
    return sorted((*edges, *between))


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of least denominator strictly between two (Stern & Brocot's tree)."""
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    rest_low, rest_high = low - whole, high - whole
    if rest_low == 0:
        return whole + Fraction(1, (1 / rest_high).__floor__() + 1)
    return whole + 1 / simplest(1 / rest_high, 1 / rest_low)


def _impossible(bounds: Sequence[Bound], smallest: Audit, factor: Fraction) -> str:
    broken = [
        f"{bound.quantity} {bound.text(bound.value(smallest))}, more than {bound.text(bound.most)}"
        for bound in bounds
        if bound.value(smallest) > bound.most
    ]
    return f"--fit: the smallest network, at width {factor}, has {' and '.join(broken)}"
