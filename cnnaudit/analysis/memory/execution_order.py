"""The order of execution that needs the least memory, found exactly where the network is small."""

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from cnnaudit.analysis.liveness import Flow, Peak, results, transient

#: How many steps that may run a search looks at before it gives up (the shipped networks need a
#: few thousand), and the largest network it tries.
MAX_CANDIDATES = 200_000
MAX_STEPS = 1_500


class _SpentError(Exception):
    """The search has looked at as many steps as it may."""


class _State(NamedTuple):
    """A set of steps done (as bits by position in the order), what is alive, what may run next."""

    done: int
    live: int
    ready: tuple[int, ...]


def best_order(flow: Flow, own: Peak) -> tuple[int, ...] | None:
    """An order of the steps with the smallest possible peak; None where the search was given up.

    ``own`` is the peak of the flow's own order, which is the answer where no other one is lower.
    Sets of executed steps are visited by the peak that reaching them takes, smallest first, so the
    first complete set is reached at the smallest peak there is.
    """
    floor = _floor(flow)
    if own.size == floor:
        return flow.steps
    if len(flow.steps) > MAX_STEPS:
        return None
    try:
        return _Search(flow, floor, own.size).run()
    except _SpentError:
        return None


def _floor(flow: Flow) -> int:
    """What some step needs in any order: its inputs and its own allocation."""
    floor = sum(flow.sizes[index] for index in flow.inputs)
    for step in flow.steps:
        homes = flow.reads[step]
        read = sum([flow.sizes[home] for home in homes])
        floor = max(floor, read + transient(flow, step, homes))
    return floor


class _Search:
    """One search; ``own`` is the peak of the graph's order, which is known to be possible."""

    def __init__(self, flow: Flow, floor: int, own: int) -> None:
        self.flow, self.floor, self.own = flow, floor, own
        self.looks = 0
        self.bit = {step: 1 << position for position, step in enumerate(flow.steps)}
        forever = 1 << len(flow.steps)
        kept = results(flow)
        self.readers = {
            home: sum(self.bit[step] for step in found) | (forever if home in kept else 0)
            for home, found in flow.readers.items()
        }
        self.needs = {
            step: sum(self.bit[source] for source in set(flow.sources[step]) if source in self.bit)
            for step in flow.steps
        }
        self.users: dict[int, list[int]] = {step: [] for step in flow.steps}
        for step in flow.steps:
            for source in set(flow.sources[step]):
                if source in self.bit:
                    self.users[source].append(step)

    def run(self) -> tuple[int, ...]:
        complete = (1 << len(self.flow.steps)) - 1
        start = _State(
            0,
            sum(self.flow.sizes[index] for index in self.flow.inputs),
            tuple(step for step in self.flow.steps if not self.needs[step]),
        )
        start, taken = self.settled(start, self.floor)
        trail: dict[int, tuple[int, tuple[int, ...]]] = {start.done: (-1, taken)}
        reached = {start.done: self.floor}
        heap = [(self.floor, 0, start)]
        found = 0
        while heap:
            peak, _, state = heappop(heap)
            if state.done == complete:
                return _steps(trail, complete)
            if peak > reached[state.done]:
                continue  # a lower way to the same set was found since
            for step in state.ready:
                found += 1
                needed, after = self.executed(state, step)
                height = max(peak, needed)
                if height >= self.own:
                    continue
                settled, more = self.settled(after, height)
                if height < reached.get(settled.done, self.own):
                    reached[settled.done] = height
                    trail[settled.done] = (state.done, (step, *more))
                    heappush(heap, (height, found, settled))
        return self.flow.steps

    def executed(self, state: _State, step: int) -> tuple[int, _State]:
        """What a step needs at once, and the state behind it; counted by what it looks through."""
        self.looks += len(state.ready)
        if self.looks > MAX_CANDIDATES:
            raise _SpentError
        flow, bit = self.flow, self.bit[step]
        homes = flow.reads[step]
        dying = [home for home in homes if self.readers[home] & ~state.done == bit]
        needed = state.live + transient(flow, step, dying)
        live = state.live + flow.sizes[step] - sum(flow.sizes[home] for home in dying)
        done = state.done | bit
        freed = [user for user in self.users[step] if not self.needs[user] & ~done]
        ready = tuple(other for other in state.ready if other != step)
        return needed, _State(done, live, (*ready, *freed))

    def settled(self, state: _State, height: int) -> tuple[_State, tuple[int, ...]]:
        """The state after all steps that can do no harm, and those steps.

        A step that fits below the height reached and leaves no more behind than it found can be
        taken at once: later it would free no more, and what lies between only gains room.
        """
        taken: list[int] = []
        found = True
        while found:
            found = False
            for step in state.ready:
                needed, after = self.executed(state, step)
                if needed <= height and after.live <= state.live:
                    state, found = after, True
                    taken.append(step)
                    break
        return state, tuple(taken)


def _steps(trail: dict[int, tuple[int, tuple[int, ...]]], done: int) -> tuple[int, ...]:
    parts: list[Sequence[int]] = []
    while done >= 0:
        done, steps = trail[done]
        parts.append(steps)
    return tuple(step for part in reversed(parts) for step in part)
