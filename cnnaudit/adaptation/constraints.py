"""Channel counts that depend on each other: additions need equal ones, groups divisible ones.

The channels of a node are a sum of *terms*: a factor times a *width*, a number that a layer's
filters or units set. A concatenation is a longer sum, a slice is a part of one, a flatten of 7x7
positions multiplies it by 49. If two sums must be equal, a width is replaced by the terms that it
equals; if no width can be replaced, the widths are *pinned*: they keep their stock value.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple, TypeAlias


class Term(NamedTuple):
    """``factor`` times a width, which is given by its index; ``UNIT_WIDTH`` is the number one."""

    factor: Fraction
    width: int


Terms: TypeAlias = tuple[Term, ...]
#: The index of a width that is always 1, for the constant part of a sum.
UNIT_WIDTH = 0


def constant_terms(count: int) -> Terms:
    """Terms for a fixed number of channels."""
    return (Term(Fraction(count), UNIT_WIDTH),)


def scale_terms(terms: Terms, factor: Fraction | int) -> Terms:
    """Multiply every term by ``factor``."""
    return tuple(term._replace(factor=term.factor * factor) for term in terms)


class ChannelConstraints:
    """The widths of a network and the constraints on them: equalities, multiples, pinned widths.

    ``stock[i]`` is the value of width ``i`` in the stock network.
    """

    def __init__(self) -> None:
        self.stock: list[int] = [1]
        self.pinned: set[int] = {UNIT_WIDTH}
        self._multiples: list[int] = [1]
        self._replacements: dict[int, Terms] = {}

    def new_width(self, stock: int) -> Terms:
        """Add a width that is ``stock`` in the stock network, and return it as terms."""
        self.stock.append(stock)
        self._multiples.append(1)
        return (Term(Fraction(1), len(self.stock) - 1),)

    def size(self, terms: Terms) -> int:
        """Return the number of channels in the stock network."""
        return int(sum(term.factor * self.stock[term.width] for term in terms))

    def expand(self, terms: Terms) -> Terms:
        """Write a sum over root widths: those that are not replaced by others."""
        roots: list[Term] = []
        stack = list(reversed(terms))
        while stack:
            term = stack.pop()
            if term.width in self._replacements:
                stack.extend(reversed(scale_terms(self._replacements[term.width], term.factor)))
            else:
                roots.append(term)
        return tuple(roots)

    def roots(self, terms: Terms) -> frozenset[int]:
        """Return the root widths that a sum consists of."""
        return frozenset(term.width for term in self.expand(terms)) - {UNIT_WIDTH}

    def required_multiple(self, root: int) -> int:
        """Return the number by which a root width must be divisible."""
        return self._multiples[root]

    def pin(self, terms: Terms) -> None:
        """Keep the stock value of every width in a sum."""
        self.pinned |= self.roots(terms)

    def require_divisible(self, terms: Terms, divisor: int) -> None:
        """Require a sum to be divisible by ``divisor``."""
        factors: dict[int, Fraction] = {}
        for term in self.expand(terms):
            factors[term.width] = factors.get(term.width, Fraction(0)) + term.factor
        multiples = {width: (factor / divisor).denominator for width, factor in factors.items()}
        if any(self.stock[width] % multiple for width, multiple in multiples.items()):
            # Only the sum is divisible, which no condition on single widths expresses.
            self.pin(terms)
            return
        for width, multiple in multiples.items():
            self._multiples[width] = lcm(self._multiples[width], multiple)

    def slice(self, terms: Terms, start: int, stop: int) -> Terms:
        """Return the terms of channels ``start`` to ``stop - 1``, counted in the stock network.

        A slice through a term keeps its position in proportion to the width.
        """
        parts: list[Term] = []
        position = 0
        for term in self.expand(terms):
            size = int(term.factor * self.stock[term.width])
            first, last = max(start - position, 0), min(stop - position, size)
            position += size
            if first >= last:
                continue
            for edge in (first, last):
                # Both edges must stay whole numbers when the width changes.
                share = Term(term.factor * Fraction(edge, size), term.width)
                self.require_divisible((share,), 1)
            parts.append(term._replace(factor=term.factor * Fraction(last - first, size)))
        return tuple(parts)

    def require_equal(self, a: Terms, b: Terms) -> None:
        """Require two sums to be equal, term by term from the left."""
        while True:
            first, second = self.expand(a), self.expand(b)
            if self.size(first) != self.size(second):
                self.pin((*first, *second))
                return
            while first and second and first[0] == second[0]:
                first, second = first[1:], second[1:]
            if not first and not second:
                return
            if not (first and second and self._replace_first(first, second)):
                self.pin((*first, *second))
                return

    def _replace_first(self, a: Terms, b: Terms) -> bool:
        """Replace the first width of one sum by terms of the other; False if that is impossible."""
        for terms, other_terms in ((a, b), (b, a)):
            head = terms[0]
            prefix = self._prefix(other_terms, int(head.factor * self.stock[head.width]))
            if head.width == UNIT_WIDTH or prefix is None or head.width in self.roots(prefix):
                continue
            if head.factor != 1 and len(prefix) > 1:
                continue
            self._replace_width(head.width, scale_terms(prefix, 1 / head.factor))
            return True
        return False

    def _prefix(self, terms: Terms, size: int) -> Terms | None:
        """The first terms that add up to ``size`` in the stock network; None if none do."""
        total = 0
        for count, term in enumerate(terms, 1):
            total += int(term.factor * self.stock[term.width])
            if total >= size:
                return terms[:count] if total == size else None
        return None

    def _replace_width(self, width: int, terms: Terms) -> None:
        """Replace a width by equal terms, which take over its constraints."""
        if width in self.pinned:
            self.pin(terms)
        self._replacements[width] = terms
        for term in terms:
            self.require_divisible((term,), 1)
        self.require_divisible(terms, self._multiples[width])

    def new_sizes(self, scaled: Callable[[int, int], int]) -> Callable[[Terms], int]:
        """Return a function that gives the adapted size of a sum.

        ``scaled`` maps the stock value of a width and its required multiple to the new value;
        pinned widths keep theirs.
        """
        new_widths = [
            stock if root in self.pinned else scaled(stock, self._multiples[root])
            for root, stock in enumerate(self.stock)
        ]

        def new_size(terms: Terms) -> int:
            return int(sum(term.factor * new_widths[term.width] for term in self.expand(terms)))

        return new_size

    def free_widths(self, sums: Sequence[Terms]) -> set[tuple[int, int]]:
        """Return (stock value, required multiple) of every width in the sums that is not pinned."""
        roots = frozenset().union(*map(self.roots, sums)) - self.pinned
        return {(self.stock[root], self._multiples[root]) for root in roots}
