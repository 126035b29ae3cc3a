"""Intervals of input positions that output positions depend on, along one axis.

An interval moves with the position: in equal steps, or, behind layers that enlarge, in a pattern
that repeats. Intervals are kept unclipped, as if the input had no border, since that is what a
receptive field means (Araujo, Norris & Sim 2019, "Computing receptive fields of convolutional
neural networks"); ``whole`` bounds them by the cells that exist and that any position sees. Bounded
so, intervals are exact at the border too, unless a dilated window steps over it or a window reads
nothing but padding: there they may be too wide.
"""

from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import NamedTuple, TypeAlias

from cnnaudit.ops.windows import MAX_PERIOD, ONE, Window

#: Windows that are looked at for the outermost cell that a dilated one reads.
_LOOKED_AT = 64

#: Answers that are kept of each question.
_KEPT = 4096

#: The first and the last cell of an interval; None where there is none.
Positions: TypeAlias = tuple[int, int] | None


class MovingInterval(NamedTuple):
    """With a pattern of p intervals, position p·t + r sees step·t + pattern[r], t ≥ 0.

    ``axis`` is the output axis that the position is counted on.
    """

    axis: int
    step: int
    pattern: tuple[Positions, ...]
    bounds: Positions

    @property
    def stride(self) -> Fraction:
        """Cells from one position's interval to the next's, on average."""
        return Fraction(self.step, len(self.pattern))

    def at(self, position: int) -> Positions:
        """The interval of a position, unclipped; positions before the first count too."""
        turn, phase = divmod(position, len(self.pattern))
        found = self.pattern[phase]
        return found and (self.step * turn + found[0], self.step * turn + found[1])


class FixedInterval(NamedTuple):
    """Every position sees the same cells, or none where it reads nothing but padding."""

    bounds: Positions


class UndefinedInterval(NamedTuple):
    """No interval moves with the position, for a reason; ``whole`` is an upper bound."""

    reason: str
    bounds: Positions


Interval: TypeAlias = MovingInterval | FixedInterval | UndefinedInterval


def joined(a: Positions, b: Positions) -> Positions:
    """The smallest interval that holds both."""
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), max(a[1], b[1])


def clipped(a: Positions, b: Positions) -> Positions:
    """What two intervals have in common."""
    if a is None or b is None:
        return None
    low, high = max(a[0], b[0]), min(a[1], b[1])
    return (low, high) if low <= high else None


def entering(axis: int, size: int) -> MovingInterval:
    """The sight of the input itself."""
    return MovingInterval(axis, 1, ((0, 0),), (0, size - 1))


def through(sight: Interval, window: Window, size: int, count: int, axis: int) -> Interval:
    """Map an interval through ``window``: ``count`` output positions over ``size`` input positions.

    ``axis`` is the output axis that the positions are counted on.
    """
    if isinstance(sight, FixedInterval) or (isinstance(sight, UndefinedInterval) and window.step):
        return sight
    if isinstance(sight, UndefinedInterval):
        return FixedInterval(sight.bounds)
    if window.step == 0:
        existing = _within(window.reads[0], 0, size)
        return FixedInterval(clipped(_over(sight, existing), sight.bounds))
    if window.step == 1 and window.reads == ONE.reads and size == count:
        return sight if axis == sight.axis else sight._replace(axis=axis)
    step, pattern, whole = _moved(sight.step, sight.pattern, sight.bounds, window, size, count)
    if not pattern:
        return UndefinedInterval("its pattern of windows is too long to follow", whole)
    return MovingInterval(axis, step, pattern, whole)


@lru_cache(maxsize=_KEPT)
def _moved(
    step: int,
    pattern: tuple[Positions, ...],
    whole: Positions,
    window: Window,
    size: int,
    count: int,
) -> tuple[int, tuple[Positions, ...], Positions]:
    """Step, pattern and whole behind a window; the same on every axis, so worked out for one."""
    sight = MovingInterval(0, step, pattern, whole)
    found = clipped(_over(sight, _reached(window, size, count)), whole)
    return *_composed(step, pattern, window.step, window.reads), found


def _within(positions: range, start: int, stop: int) -> range:
    """Those of ``positions`` from ``start`` up to ``stop``, excluded."""
    skip = max(-(-(start - positions.start) // positions.step), 0)
    found = positions[skip:]
    return range(found.start, min(found.stop, stop), found.step)


@lru_cache(maxsize=_KEPT)
def _reached(window: Window, size: int, count: int) -> range:
    """From the first to the last existing position that ``count`` outputs read."""
    period = len(window.reads)
    lows: list[int] = []
    highs: list[int] = []
    for phase, reads in enumerate(window.reads[:count]):
        if not reads:
            continue
        last = (count - 1 - phase) // period
        # The first turn that leaves the padding before, and the last that begins before its end;
        # a dilated window may step over the border, one of the next ones does not.
        near = max(-(reads[-1] // window.step), 0)
        far = min((size - 1 - reads.start) // window.step, last)
        for turn in range(min(reads.step, _LOOKED_AT)):
            lows += _existing(window, reads, min(near + turn, last), size)[:1]
            highs += _existing(window, reads, max(far - turn, 0), size)[-1:]
    return range(min(lows), max(highs) + 1) if lows and highs else range(0)


def _existing(window: Window, reads: range, turn: int, size: int) -> range:
    start = window.step * turn
    return _within(range(reads.start + start, reads.stop + start, reads.step), 0, size)


def _over(sight: MovingInterval, positions: range) -> Positions:
    """The cells seen from any of ``positions``: the extremes lie within a period of the ends."""
    period = len(sight.pattern) // gcd(len(sight.pattern), positions.step)
    found: Positions = None
    for position in positions[:period]:
        found = joined(found, sight.at(position))
    for position in positions[-period:]:
        found = joined(found, sight.at(position))
    return found


@lru_cache(maxsize=_KEPT)
def _composed(
    step: int, pattern: tuple[Positions, ...], outer: int, reads: tuple[range, ...]
) -> tuple[int, tuple[Positions, ...]]:
    """Step and pattern of windows over a pattern; an empty pattern where it gets too long."""
    period = len(pattern)
    turns = period // gcd(period, outer)
    if len(reads) * turns > MAX_PERIOD:
        return 0, ()
    sight = MovingInterval(0, step, pattern, None)
    found = []
    for turn in range(turns):
        for window in reads:
            start = outer * turn
            moved = range(window.start + start, window.stop + start, window.step)
            found.append(_over(sight, moved))
    return _shortest(step * outer * turns // period, tuple(found))


def _shortest(step: int, pattern: tuple[Positions, ...]) -> tuple[int, tuple[Positions, ...]]:
    """The same with the shortest pattern that repeats: enlarged and reduced again is one step."""
    for period in range(1, len(pattern)):
        parts, rest = divmod(len(pattern), period)
        if rest or step % parts:
            continue
        small = MovingInterval(0, step // parts, pattern[:period], None)
        if all(small.at(position) == cells for position, cells in enumerate(pattern)):
            return small.step, small.pattern
    return step, pattern


@lru_cache(maxsize=_KEPT)
def merged(a: Interval, b: Interval, count: int) -> Interval:
    """What a position sees that sees both, on an axis of ``count`` positions."""
    if a == b:
        return a
    whole = joined(a.bounds, b.bounds)
    for sight in (a, b):
        if isinstance(sight, UndefinedInterval):
            return UndefinedInterval(sight.reason, whole)
    if isinstance(a, MovingInterval) and isinstance(b, MovingInterval) and _alike(a, b):
        period = lcm(len(a.pattern), len(b.pattern))
        if period <= MAX_PERIOD:
            cells = tuple(joined(a.at(n), b.at(n)) for n in range(period))
            step, pattern = _shortest(period // len(a.pattern) * a.step, cells)
            return MovingInterval(a.axis, step, pattern, whole)
    # Strides mean nothing where there is but one position.
    if count == 1:
        return FixedInterval(joined(_only(a), _only(b)))
    for sight, other in ((a, b), (b, a)):
        if isinstance(sight, FixedInterval) and clipped(sight.bounds, other.bounds) == other.bounds:
            return sight
    return UndefinedInterval(_disagreement(a, b), whole)


def _alike(a: MovingInterval, b: MovingInterval) -> bool:
    return a.axis == b.axis and a.step * len(b.pattern) == b.step * len(a.pattern)


def _only(sight: Interval) -> Positions:
    """What the only position sees."""
    return clipped(sight.at(0), sight.bounds) if isinstance(sight, MovingInterval) else sight.bounds


def _disagreement(a: Interval, b: Interval) -> str:
    strides = [sight.stride for sight in (a, b) if isinstance(sight, MovingInterval)]
    if len(strides) < 2:
        return "a branch that sees one part from everywhere meets one that moves beyond it"
    if strides[0] != strides[1]:
        return f"branches of strides {strides[0]} and {strides[1]} meet"
    return "branches meet that follow different axes, or too long a pattern"


def extent(sight: MovingInterval | FixedInterval) -> int:
    """How many cells the widest interval has, unclipped where it moves."""
    pattern = sight.pattern if isinstance(sight, MovingInterval) else (sight.bounds,)
    return max(cells[1] - cells[0] + 1 if cells else 0 for cells in pattern)


def narrower(a: Interval, b: Interval) -> Interval:
    """The one that sees less; the first where both see the same."""
    if isinstance(a, UndefinedInterval) or isinstance(b, UndefinedInterval):
        return b if isinstance(a, UndefinedInterval) else a
    return b if extent(b) < extent(a) else a


def seen_from(sight: Interval, position: int) -> Positions:
    """The existing cells that a position sees."""
    if isinstance(sight, MovingInterval):
        return clipped(sight.at(position), sight.bounds)
    return sight.bounds
