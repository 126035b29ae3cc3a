"""What an input may cost: seconds by the clock, and memory of the process at its highest."""

import contextlib
import resource
import signal
import sys
from collections.abc import Iterator
from types import FrameType

#: Seconds that all commands of an input may take together, and bytes that a process may hold.
SECONDS = 2.0
MEMORY = 300 * 2**20


class TooLongError(BaseException):
    """The time is up. No ``Exception``: what is run must not take it for an error of its own."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise ``TooLongError`` inside when the time is up."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def highest() -> int:
    """The most memory that this process has held at any time, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
