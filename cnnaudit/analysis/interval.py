"""Intervals of input positions that output positions depend on, along one axis.

An interval moves with the output position: in equal steps or, after layers that enlarge, in a
pattern that repeats. Intervals are unclipped, as if the input had no border, as usual for receptive
fields (Araujo, Norris & Sim 2019, "Computing receptive fields of convolutional neural networks");
``bounds`` is the interval of existing positions that any output position sees. Clipped to its
bounds, an interval is exact at the border too, unless a dilated window steps over it or a window
reads nothing but padding: there it may be too wide.
"""

from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import NamedTuple, TypeAlias

from cnnaudit.ops.windows import MAX_PERIOD, ONE, Window

#: The number of dilated windows in which the outermost read position is searched.
_MAX_SEARCHED = 64

_CACHE_SIZE = 4096

#: The first and the last position of an interval; None if it is empty.
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
        """Input positions from one output position's interval to the next's, on average."""
        return Fraction(self.step, len(self.pattern))

    def at(self, position: int) -> Positions:
        """Return the interval of an output position, unclipped; it may be negative."""
        turn, phase = divmod(position, len(self.pattern))
        positions = self.pattern[phase]
        return positions and (self.step * turn + positions[0], self.step * turn + positions[1])


class FixedInterval(NamedTuple):
    """Every position sees the same interval, which is empty if only padding is read."""

    bounds: Positions


class UndefinedInterval(NamedTuple):
    """The interval is undefined, for ``reason``; ``bounds`` is an upper bound."""

    reason: str
    bounds: Positions


Interval: TypeAlias = MovingInterval | FixedInterval | UndefinedInterval


def hull(a: Positions, b: Positions) -> Positions:
    """Return the smallest interval that contains both."""
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), max(a[1], b[1])


def intersection(a: Positions, b: Positions) -> Positions:
    """Return the positions that are in both intervals."""
    if a is None or b is None:
        return None
    low, high = max(a[0], b[0]), min(a[1], b[1])
    return (low, high) if low <= high else None


def input_interval(axis: int, size: int) -> MovingInterval:
    """Return the interval of the network's input: each position sees itself."""
    return MovingInterval(axis, 1, ((0, 0),), (0, size - 1))


def map_interval(interval: Interval, window: Window, size: int, count: int, axis: int) -> Interval:
    """Map an interval through ``window``: ``count`` output positions over ``size`` input positions.

    ``axis`` is the output axis that the positions are counted on.
    """
    if isinstance(interval, FixedInterval):
        return interval
    if isinstance(interval, UndefinedInterval):
        return interval if window.step else FixedInterval(interval.bounds)
    if window.step == 0:
        existing = _restrict(window.reads[0], size)
        return FixedInterval(intersection(_hull_over(interval, existing), interval.bounds))
    if window.step == 1 and window.reads == ONE.reads and size == count:
        return interval if axis == interval.axis else interval._replace(axis=axis)
    # The first axis stands for all of them, so that they share the cached results.
    on_first_axis = interval if interval.axis == 0 else interval._replace(axis=0)
    bounds = _map_bounds(on_first_axis, window, size, count)
    step, pattern = _compose(interval.step, interval.pattern, window.step, window.reads)
    if not pattern:
        return UndefinedInterval("its pattern of windows is too long to follow", bounds)
    return MovingInterval(axis, step, pattern, bounds)


@lru_cache(maxsize=_CACHE_SIZE)
def _map_bounds(interval: MovingInterval, window: Window, size: int, count: int) -> Positions:
    """Return the bounds of an interval that is mapped through a window."""
    positions = _hull_over(interval, _read_positions(window, size, count))
    return intersection(positions, interval.bounds)


def _restrict(positions: range, stop: int) -> range:
    """Return those of ``positions`` from 0 up to ``stop``, which is excluded."""
    skip = max(-(positions.start // positions.step), 0)
    existing = positions[skip:]
    return range(existing.start, min(existing.stop, stop), existing.step)


@lru_cache(maxsize=_CACHE_SIZE)
def _read_positions(window: Window, size: int, count: int) -> range:
    """Return the range from the first to the last existing position that ``count`` outputs read."""
    period = len(window.reads)
    lows: list[int] = []
    highs: list[int] = []
    for phase, reads in enumerate(window.reads[:count]):
        if not reads:
            continue
        last = (count - 1 - phase) // period
        # The first turn that ends after the padding before, and the last that begins before the
        # input's end; a dilated window may step over the border, but one of its neighbours reads.
        near = max(-(reads[-1] // window.step), 0)
        far = min((size - 1 - reads.start) // window.step, last)
        for turn in range(min(reads.step, _MAX_SEARCHED)):
            first_turn, last_turn = min(near + turn, last), max(far - turn, 0)
            lows += _restrict(_shift(reads, window.step * first_turn), size)[:1]
            highs += _restrict(_shift(reads, window.step * last_turn), size)[-1:]
    return range(min(lows), max(highs) + 1) if lows and highs else range(0)


def _shift(positions: range, offset: int) -> range:
    return range(positions.start + offset, positions.stop + offset, positions.step)


def _hull_over(interval: MovingInterval, positions: range) -> Positions:
    """Return the hull of what ``positions`` see; its ends lie within a period of their ends."""
    period = len(interval.pattern) // gcd(len(interval.pattern), positions.step)
    result: Positions = None
    for position in (*positions[:period], *positions[-period:]):
        result = hull(result, interval.at(position))
    return result


@lru_cache(maxsize=_CACHE_SIZE)
def _compose(
    step: int, pattern: tuple[Positions, ...], window_step: int, reads: tuple[range, ...]
) -> tuple[int, tuple[Positions, ...]]:
    """Return step and pattern of windows over a pattern; an empty pattern if it is too long."""
    period = len(pattern)
    turns = period // gcd(period, window_step)
    if len(reads) * turns > MAX_PERIOD:
        return 0, ()
    interval = MovingInterval(0, step, pattern, None)
    composed = tuple(
        _hull_over(interval, _shift(positions, window_step * turn))
        for turn in range(turns)
        for positions in reads
    )
    return _shorten(step * window_step * turns // period, composed)


def _shorten(step: int, pattern: tuple[Positions, ...]) -> tuple[int, tuple[Positions, ...]]:
    """Return the same interval with the shortest pattern that repeats.

    After enlarging and reducing again, that is a pattern of length 1.
    """
    for period in range(1, len(pattern)):
        repetitions, remainder = divmod(len(pattern), period)
        if remainder or step % repetitions:
            continue
        short = MovingInterval(0, step // repetitions, pattern[:period], None)
        if all(short.at(index) == positions for index, positions in enumerate(pattern)):
            return short.step, short.pattern
    return step, pattern


@lru_cache(maxsize=_CACHE_SIZE)
def merge(a: Interval, b: Interval, count: int) -> Interval:
    """Return the interval of positions that see both, on an axis of ``count`` positions."""
    if a == b:
        return a
    bounds = hull(a.bounds, b.bounds)
    for interval in (a, b):
        if isinstance(interval, UndefinedInterval):
            return UndefinedInterval(interval.reason, bounds)
    if isinstance(a, MovingInterval) and isinstance(b, MovingInterval) and _move_alike(a, b):
        period = lcm(len(a.pattern), len(b.pattern))
        if period <= MAX_PERIOD:
            hulls = tuple(hull(a.at(n), b.at(n)) for n in range(period))
            step, pattern = _shorten(period // len(a.pattern) * a.step, hulls)
            return MovingInterval(a.axis, step, pattern, bounds)
    # Strides do not matter if there is only one position.
    if count == 1:
        return FixedInterval(hull(visible_positions(a, 0), visible_positions(b, 0)))
    for interval, other in ((a, b), (b, a)):
        covers_other = intersection(interval.bounds, other.bounds) == other.bounds
        if isinstance(interval, FixedInterval) and covers_other:
            return interval
    return UndefinedInterval(_disagreement(a, b), bounds)


def _move_alike(a: MovingInterval, b: MovingInterval) -> bool:
    return a.axis == b.axis and a.step * len(b.pattern) == b.step * len(a.pattern)


def _disagreement(a: Interval, b: Interval) -> str:
    strides = [interval.stride for interval in (a, b) if isinstance(interval, MovingInterval)]
    if len(strides) < 2:
        return "a branch that sees one part from everywhere meets one that moves beyond it"
    if strides[0] != strides[1]:
        return f"branches of strides {strides[0]} and {strides[1]} meet"
    return "branches meet that follow different axes, or too long a pattern"


def extent(interval: MovingInterval | FixedInterval) -> int:
    """Return the size of the widest interval, unclipped if it moves."""
    pattern = interval.pattern if isinstance(interval, MovingInterval) else (interval.bounds,)
    return max(positions[1] - positions[0] + 1 if positions else 0 for positions in pattern)


def narrower(a: Interval, b: Interval) -> Interval:
    """Return the interval of smaller extent; the first if they are equal."""
    if isinstance(a, UndefinedInterval) or isinstance(b, UndefinedInterval):
        return b if isinstance(a, UndefinedInterval) else a
    return b if extent(b) < extent(a) else a


def visible_positions(interval: Interval, position: int) -> Positions:
    """Return the existing input positions that an output position sees."""
    if isinstance(interval, MovingInterval):
        return intersection(interval.at(position), interval.bounds)
    return interval.bounds
