"""What an input may cost: seconds or calls, and memory of the process at its highest."""

import contextlib
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import FrameType
from typing import TypeAlias

from tests.counted import TooMuchWorkError, counted_calls

#: Seconds of processor that a command may take for an input, so that a machine that is busy with
#: other things does not count; by the clock so many times more, for what waits for ever.
SECONDS, PATIENCE = 2.0, 10
#: Networks of so many layers are large: a command may take so long for each of them. The format
#: allows 100,000.
LARGE, EACH = 2_000, 0.001
#: The same in calls of the program, which the tests bound: they are the same on every machine.
CALLS, CALLS_EACH = 10_000_000, 5_000
#: Bytes that a process may hold.
MEMORY = 300 * 2**20


#: Seconds after which a test that hangs is ended; nothing that ends comes near them.
MINUTES = 300

#: Bounds the work inside, for a network of so many layers, by raising ``TooMuchWorkError``.
Bound: TypeAlias = Callable[[int], AbstractContextManager[object]]


def of_time(layers: int) -> AbstractContextManager[object]:
    """The bound of the long run, whose inputs no test has seen before."""
    return within(max(SECONDS, layers * EACH))


def of_calls(layers: int) -> AbstractContextManager[object]:
    """The bound of the tests."""
    return counted_calls(max(CALLS, layers * CALLS_EACH))


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise ``TooMuchWorkError`` inside when the time is up."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooMuchWorkError("the time is up")

    clocks = (
        (signal.ITIMER_PROF, signal.SIGPROF, seconds),
        (signal.ITIMER_REAL, signal.SIGALRM, seconds * PATIENCE),
    )
    for clock, number, time in clocks:
        signal.signal(number, ring)
        signal.setitimer(clock, time)
    try:
        yield
    finally:
        for clock, number, _ in clocks:
            signal.setitimer(clock, 0)
            signal.signal(number, signal.SIG_DFL)


def highest() -> int:
    """The most memory that this process has held at any time, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
