"""Choices that a generator makes, whoever makes them: a seed, hypothesis, or a coverage guide.

A generator asks for whole numbers below a bound and for nothing else. So the same grammar is drawn
fast by the hundred thousand, shrunk by hypothesis, and steered by atheris.
"""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws from ``below(n)``, a whole number of 0 to n - 1. The first option is the plainest."""

    def __init__(self, below: Callable[[int], int]) -> None:
        self._below = below

    def below(self, bound: int) -> int:
        """A whole number from 0 up to, but not including, ``bound``."""
        return self._below(bound) if bound > 1 else 0

    def one(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[self.below(len(options))]

    def once_in(self, times: int) -> bool:
        """True once in so many times; False is the plainest."""
        return self.below(times) == times - 1

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """A few of several, in the order drawn, the same one twice perhaps."""
        return [self.one(options) for _ in range(self.below(most + 1))]


def seeded(seed: int, number: int) -> Chance:
    """The choices of one numbered input of a run: the same on every machine."""
    return Chance(random.Random(f"{seed}/{number}").randrange)
