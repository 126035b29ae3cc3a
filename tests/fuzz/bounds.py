"""What an input may cost: seconds of processor, and memory of the process at its highest."""

import contextlib
import resource
import signal
import sys
from collections.abc import Iterator
from types import FrameType

#: Seconds of processor that a command may take for an input, so that a machine that is busy with
#: other things does not count; by the clock so many times more, for what waits for ever.
SECONDS, PATIENCE = 2.0, 10
#: Networks of so many layers are large: a command may take so long for each of them. The format
#: allows 100,000.
LARGE, EACH = 2_000, 0.001
#: Bytes that a process may hold.
MEMORY = 300 * 2**20


class TooLongError(BaseException):
    """The time is up. No ``Exception``: what is run must not take it for an error of its own."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise ``TooLongError`` inside when the time is up."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError

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
