"""The search for the order of execution with the smallest peak, as a graph of partial executions.

States are visited by the peak needed to reach them, smallest first (Dijkstra), so the first
complete state has the smallest possible peak.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from cnnaudit.analysis.memory.liveness import Schedule, allocation, result_storages

#: The search gives up after this many ready steps in all visited states (the shipped networks need
#: a few thousand).
MAX_CANDIDATES = 200_000


class SearchLimitError(Exception):
    """The search has exceeded ``MAX_CANDIDATES``."""


class _State(NamedTuple):
    """A partial execution.

    ``done`` are the executed steps, as bits by their position in the graph's order; ``live`` is the
    number of live elements, ``ready`` the steps whose inputs are computed.
    """

    done: int
    live: int
    ready: tuple[int, ...]


class _Arrival(NamedTuple):
    """How a state was reached: the ``done`` set before, and the steps executed since."""

    before: int
    steps: tuple[int, ...]


#: The ``before`` of the first state.
_START = -1


class OrderSearch:
    """One search; ``graph_peak`` is the size of the graph's order, an upper bound."""

    def __init__(self, schedule: Schedule, lower_bound: int, graph_peak: int) -> None:
        self.schedule, self.lower_bound, self.graph_peak = schedule, lower_bound, graph_peak
        self.candidates = 0
        self.bit = {step: 1 << position for position, step in enumerate(schedule.steps)}
        # Results have one more reader, a step that is never executed: they stay alive.
        never = 1 << len(schedule.steps)
        permanent = result_storages(schedule)
        self.readers = {
            storage: sum(self.bit[step] for step in steps) | (never if storage in permanent else 0)
            for storage, steps in schedule.readers.items()
        }
        self.needs = {
            step: sum(self.bit.get(source, 0) for source in set(schedule.sources[step]))
            for step in schedule.steps
        }
        self.users: dict[int, list[int]] = {step: [] for step in schedule.steps}
        for step in schedule.steps:
            for source in set(schedule.sources[step]):
                if source in self.bit:
                    self.users[source].append(step)

    def run(self) -> tuple[int, ...]:
        """Return the order with the smallest peak; raises ``SearchLimitError`` if it gives up."""
        complete = (1 << len(self.schedule.steps)) - 1
        start = _State(
            0,
            sum(self.schedule.sizes[index] for index in self.schedule.inputs),
            tuple(step for step in self.schedule.steps if not self.needs[step]),
        )
        start, first_steps = self.execute_harmless(start, self.lower_bound)
        arrivals = {start.done: _Arrival(_START, first_steps)}
        peaks = {start.done: self.lower_bound}
        heap = [(self.lower_bound, 0, start)]
        pushed = 0
        while heap:
            peak, _, state = heappop(heap)
            if state.done == complete:
                return _order(arrivals, complete)
            if peak > peaks[state.done]:
                continue  # the same steps were executed with a lower peak since
            for step in state.ready:
                pushed += 1
                needed, after = self.execute(state, step)
                new_peak = max(peak, needed)
                if new_peak >= self.graph_peak:
                    continue
                after, more_steps = self.execute_harmless(after, new_peak)
                if new_peak < peaks.get(after.done, self.graph_peak):
                    peaks[after.done] = new_peak
                    arrivals[after.done] = _Arrival(state.done, (step, *more_steps))
                    heappush(heap, (new_peak, pushed, after))
        return self.schedule.steps

    def execute(self, state: _State, step: int) -> tuple[int, _State]:
        """Return the elements alive while a step runs, and the state after it."""
        self.candidates += len(state.ready)
        if self.candidates > MAX_CANDIDATES:
            raise SearchLimitError
        schedule, bit = self.schedule, self.bit[step]
        last_reads = [
            storage
            for storage in schedule.reads[step]
            if self.readers[storage] & ~state.done == bit
        ]
        needed = state.live + allocation(schedule, step, last_reads)
        freed = sum(schedule.sizes[storage] for storage in last_reads)
        live = state.live + schedule.sizes[step] - freed
        done = state.done | bit
        new_ready = [user for user in self.users[step] if not self.needs[user] & ~done]
        still_ready = [candidate for candidate in state.ready if candidate != step]
        return needed, _State(done, live, (*still_ready, *new_ready))

    def execute_harmless(self, state: _State, peak: int) -> tuple[_State, tuple[int, ...]]:
        """Execute all steps that cannot raise the peak; return the state after them, and them.

        A step that stays within the peak and leaves no more alive than before can run at once:
        later it would free no more, and the steps in between only gain room.
        """
        executed: list[int] = []
        progress = True
        while progress:
            progress = False
            for step in state.ready:
                needed, after = self.execute(state, step)
                if needed <= peak and after.live <= state.live:
                    state, progress = after, True
                    executed.append(step)
                    break
        return state, tuple(executed)


def _order(arrivals: dict[int, _Arrival], complete: int) -> tuple[int, ...]:
    """Return the steps on the way to the complete state, in order."""
    parts: list[Sequence[int]] = []
    done = complete
    while done != _START:
        done, steps = arrivals[done]
        parts.append(steps)
    return tuple(step for part in reversed(parts) for step in part)
