"""Neighbours that say the same become one line: how repetitions are folded."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def runs(items: Iterable[T], said: Callable[[T], object]) -> list[tuple[T, T, int]]:
    """Equal neighbours as their first, their last and their number."""
    found: list[tuple[T, T, int]] = []
    before: object = None
    for item in items:
        says = said(item)
        if found and says == before:
            first, _, count = found[-1]
            found[-1] = (first, item, count + 1)
        else:
            found.append((item, item, 1))
        before = says
    return found
