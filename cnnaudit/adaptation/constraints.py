"""Which channel counts belong together: additions make them equal, groups make them divisible.

The channels of a node are a sum of *terms*: a coefficient times a *width*, one of the numbers that
a layer's filters or units set. A concatenation is a longer sum, a slice cuts one, a flatten of 7x7
positions multiplies it by 49. Where two sums must be equal, a width is replaced by what it equals;
where nothing can be replaced, the widths are *pinned*: they keep the value of the stock.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple, TypeAlias


class Term(NamedTuple):
    """``factor`` times the width of that number; width 0 is the number one."""

    factor: Fraction
    width: int


Terms: TypeAlias = tuple[Term, ...]
UNIT_WIDTH = 0


def constant_terms(count: int) -> Terms:
    """Channels whose number is what it is."""
    return (Term(Fraction(count), UNIT_WIDTH),)


def scale_terms(terms: Terms, factor: Fraction | int) -> Terms:
    """Every term as a multiple of itself."""
    return tuple(term._replace(factor=term.factor * factor) for term in terms)


class ChannelConstraints:
    """The widths of a network, and what has been found out about them so far."""

    def __init__(self) -> None:
        self.stock: list[int] = [1]
        self.pinned: set[int] = {UNIT_WIDTH}
        self._multiples: list[int] = [1]
        self._equals: dict[int, Terms] = {}

    def new_width(self, stock: int) -> Terms:
        """A new width, that has this value in the stock network."""
        self.stock.append(stock)
        self._multiples.append(1)
        return (Term(Fraction(1), len(self.stock) - 1),)

    def size(self, terms: Terms) -> int:
        """How many channels these are in the stock network."""
        return int(sum(term.factor * self.stock[term.width] for term in terms))

    def expand(self, terms: Terms) -> Terms:
        """The same sum over widths that nothing else replaces."""
        found: list[Term] = []
        stack = list(reversed(terms))
        while stack:
            term = stack.pop()
            if term.width in self._equals:
                stack.extend(reversed(scale_terms(self._equals[term.width], term.factor)))
            else:
                found.append(term)
        return tuple(found)

    def roots(self, terms: Terms) -> frozenset[int]:
        """The widths that a sum is made of."""
        return frozenset(term.width for term in self.expand(terms)) - {UNIT_WIDTH}

    def required_multiple(self, root: int) -> int:
        """What a width must be a multiple of."""
        return self._multiples[root]

    def pin(self, terms: Terms) -> None:
        """These channels keep the number that the stock has."""
        self.pinned |= self.roots(terms)

    def require_divisible(self, terms: Terms, parts: int) -> None:
        """The sum must be divisible into ``parts``."""
        total: dict[int, Fraction] = {}
        for term in self.expand(terms):
            total[term.width] = total.get(term.width, Fraction(0)) + term.factor
        needs = {width: (factor / parts).denominator for width, factor in total.items()}
        if any(self.stock[width] % need for width, need in needs.items()):
            # Only together are they divisible.
            self.pin(terms)
            return
        for width, need in needs.items():
            self._multiples[width] = lcm(self._multiples[width], need)

    def slice(self, terms: Terms, start: int, stop: int) -> Terms:
        """The channels from ``start`` to before ``stop``, in the counts of the stock."""
        found: list[Term] = []
        position = 0
        for term in self.expand(terms):
            size = int(term.factor * self.stock[term.width])
            first, last = max(start - position, 0), min(stop - position, size)
            position += size
            if first >= last:
                continue
            for edge in (first, last):
                # The cut keeps its place in proportion, which must be a whole number.
                share = Term(term.factor * Fraction(edge, size), term.width)
                self.require_divisible((share,), 1)
            found.append(term._replace(factor=term.factor * Fraction(last - first, size)))
        return tuple(found)

    def require_equal(self, a: Terms, b: Terms) -> None:
        """Two sums that must stay equal, term by term from the left."""
        while True:
            first, second = self.expand(a), self.expand(b)
            if self.size(first) != self.size(second):
                self.pin((*first, *second))
                return
            while first and second and first[0] == second[0]:
                first, second = first[1:], second[1:]
            if not first and not second:
                return
            if not (first and second and self._replace(first, second)):
                self.pin((*first, *second))
                return

    def _replace(self, a: Terms, b: Terms) -> bool:
        """Replace a width by what equals it; False where no width stands alone."""
        for one, others in ((a, b), (b, a)):
            head = one[0]
            run = self._run(others, int(head.factor * self.stock[head.width]))
            if head.width == UNIT_WIDTH or run is None or head.width in self.roots(run):
                continue
            if head.factor != 1 and len(run) > 1:
                continue
            self._equate(head.width, scale_terms(run, 1 / head.factor))
            return True
        return False

    def _run(self, terms: Terms, size: int) -> Terms | None:
        """The first terms that have this size together."""
        total = 0
        for count, term in enumerate(terms, 1):
            total += int(term.factor * self.stock[term.width])
            if total >= size:
                return terms[:count] if total == size else None
        return None

    def _equate(self, width: int, terms: Terms) -> None:
        if width in self.pinned:
            self.pin(terms)
        self._equals[width] = terms
        for term in terms:
            self.require_divisible((term,), 1)
        self.require_divisible(terms, self._multiples[width])

    def new_sizes(self, scaled: Callable[[int, int], int]) -> Callable[[Terms], int]:
        """The new size of a sum; ``scaled`` gives that of a width and its multiple."""
        new = [
            stock if root in self.pinned else scaled(stock, self._multiples[root])
            for root, stock in enumerate(self.stock)
        ]
        return lambda terms: int(sum(t.factor * new[t.width] for t in self.expand(terms)))

    def free_widths(self, terms: Sequence[Terms]) -> set[tuple[int, int]]:
        """The stock value and the multiple of every width in these sums that is not pinned."""
        roots = frozenset().union(*map(self.roots, terms)) - self.pinned
        return {(self.stock[root], self._multiples[root]) for root in roots}
