"""Finds the largest width factor within bounds, by bisection over all results of rounding.

Finitely many factors, all rational, change a width. Widths never fall when the factor grows, names
and structure stay, and parameters, MACs and memory are sums of products of widths with
non-negative coefficients. So no quantity falls when the factor grows, a bound that is exceeded
stays exceeded, and bisection finds the last factor that keeps all bounds.
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

#: The limit of candidate factors; bisection audits about 21 of two million.
MAX_FACTORS = 2_000_000


class BoundResult(NamedTuple):
    """A bound, its quantity's value in the network, and the value in the next larger network.

    ``next_value`` is None if no larger network was tried.
    """

    bound: Bound
    value: int
    next_value: int | None

    @property
    def name(self) -> str:
        """The quantity's name."""
        return self.bound.quantity

    @property
    def quantity_text(self) -> str:
        """The quantity as words in a sentence."""
        return self.bound.quantity.removesuffix("_bytes").replace("_", " ")

    @property
    def is_binding(self) -> bool:
        """Whether the next larger network exceeds this bound."""
        return self.next_value is not None and self.next_value > self.bound.limit


class WidthFit(NamedTuple):
    """The largest factor that keeps the bounds, and the next candidate, which does not.

    ``next_factor`` is None if only ``max_factor``, the largest factor allowed, ends the search.
    """

    factor: Fraction
    next_factor: Fraction | None
    max_factor: Fraction
    bound_results: tuple[BoundResult, ...]

    @property
    def broken_bounds(self) -> tuple[BoundResult, ...]:
        """The bounds that the next factor would exceed."""
        return tuple(result for result in self.bound_results if result.is_binding)


def fit_width(
    stock: Stock, options: AdaptOptions, bounds: Sequence[Bound], max_factor: Fraction
) -> WidthFit:
    """Find the largest width factor up to ``max_factor`` that keeps all bounds.

    Raises ``UsageError`` if even the smallest network exceeds one, or no width can be scaled.
    """
    base = draft(stock, options)
    factors = candidate_factors(base, max_factor)
    if not factors:
        raise UsageError("--fit: this network has no width that could be scaled")
    audits: dict[int, Audit] = {}

    def audit_candidate(index: int) -> Audit:
        if index not in audits:
            audits[index] = audit_at(base, factors[index])
        return audits[index]

    def keeps_bounds(index: int) -> bool:
        return all(bound.value(audit_candidate(index)) <= bound.limit for bound in bounds)

    if not keeps_bounds(0):
        raise UsageError(_impossible_message(bounds, audit_candidate(0), factors[0]))
    low, high = 0, len(factors)
    while high - low > 1:
        middle = (low + high) // 2
        if keeps_bounds(middle):
            low = middle
        else:
            high = middle
    next_audit = audit_candidate(high) if high < len(factors) else None
    results = tuple(
        BoundResult(
            bound,
            bound.value(audit_candidate(low)),
            bound.value(next_audit) if next_audit else None,
        )
        for bound in bounds
    )
    return WidthFit(factors[low], factors[high] if next_audit else None, max_factor, results)


def audit_at(base: Draft, factor: Fraction) -> Audit:
    """Audit the adapted network with its widths scaled by ``factor``."""
    return audit(base._replace(options=base.options._replace(factor=factor)).graph())


def candidate_factors(base: Draft, max_factor: Fraction) -> list[Fraction]:
    """Return one factor up to ``max_factor`` for every network that rounding gives, ascending.

    If widths are rounded up, it is the largest factor that gives the network. If they are rounded
    to the nearest multiple (rule 8), the factors between two breakpoints may give a network that
    neither breakpoint gives, so a fraction from each gap is a candidate too.
    """
    rounding = base.options.rounding
    free_widths = base.width_plan.free_widths()
    breakpoints: set[Fraction] = set()
    for stock_width, multiple in free_widths:
        # The count comes first: a list of 10^12 breakpoints would not fit in memory.
        if rounding.value_count(stock_width, multiple, max_factor) > MAX_FACTORS:
            raise UsageError(_too_many_message())
        breakpoints.update(rounding.breakpoints(stock_width, multiple, max_factor))
        if len(breakpoints) > MAX_FACTORS:
            raise UsageError(_too_many_message())
    if not free_widths:
        return []
    factors = sorted({*breakpoints, max_factor})
    if rounding.rule != "8":
        return factors
    gaps = zip([Fraction(0), *factors], factors, strict=False)
    return sorted((*factors, *(simplest_between(low, high) for low, high in gaps)))


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of least denominator strictly between two (Stern-Brocot tree)."""
    integer = low.numerator // low.denominator
    if integer + 1 < high:
        return Fraction(integer + 1)
    low_part, high_part = low - integer, high - integer
    if low_part == 0:
        return integer + Fraction(1, (1 / high_part).__floor__() + 1)
    return integer + 1 / simplest_between(1 / high_part, 1 / low_part)


def _too_many_message() -> str:
    return f"--fit: more than {MAX_FACTORS:,} widths to choose from"


def _impossible_message(bounds: Sequence[Bound], smallest: Audit, factor: Fraction) -> str:
    exceeded = [
        f"{bound.quantity} {bound.text(bound.value(smallest))}, more than {bound.text(bound.limit)}"
        for bound in bounds
        if bound.value(smallest) > bound.limit
    ]
    return f"--fit: the smallest network, at width {factor}, has {' and '.join(exceeded)}"
