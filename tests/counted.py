"""Work in counted calls and steps of the program, which are the same on every machine.

A test that bounds seconds fails on a busy machine; one that bounds counted work does not. Times
are measured by ``make bench`` and ``make fuzz``.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any


class TooMuchWorkError(BaseException):
    """More work than a test allows. No ``Exception``: the program must not handle it."""


class Count:
    """A number of calls or steps, which ends what it counts at a limit."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.value = 0

    def add(self) -> None:
        """Count one."""
        self.value += 1
        # Raised once: what cleans up afterwards is counted, too.
        if self.limit is not None and self.value == self.limit + 1:
            raise TooMuchWorkError(f"more than {self.limit:,}")


@contextlib.contextmanager
def counted_calls(limit: int | None = None) -> Iterator[Count]:
    """Count the calls inside, of Python functions and of built-in ones.

    Loops without a call count nothing: ``steps`` counts those, and takes ten times as long.
    """
    count = Count(limit)

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        if event in ("call", "c_call"):
            count.add()

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield count
    finally:
        sys.setprofile(before)


@contextlib.contextmanager
def counted_steps(limit: int | None = None) -> Iterator[Count]:
    """Count the steps inside: the instructions of Python code."""
    count = Count(limit)
    if sys.version_info >= (3, 12):
        # Instructions that are traced count from the second call of a function on.
        monitoring = sys.monitoring
        tool = monitoring.PROFILER_ID
        monitoring.use_tool_id(tool, "counted")
        monitoring.register_callback(tool, monitoring.events.INSTRUCTION, lambda *_: count.add())
        monitoring.set_events(tool, monitoring.events.INSTRUCTION)
        try:
            yield count
        finally:
            monitoring.set_events(tool, monitoring.events.NO_EVENTS)
            monitoring.free_tool_id(tool)
    else:

        def step(frame: FrameType, event: str, _argument: Any) -> Any:
            if event == "call":
                frame.f_trace_lines, frame.f_trace_opcodes = False, True
            else:
                count.add()
            return step

        before = sys.gettrace()
        sys.settrace(step)
        try:
            yield count
        finally:
            sys.settrace(before)


def calls(function: Callable[[], object], limit: int | None = None) -> int:
    """The calls that a function makes."""
    with counted_calls(limit) as count:
        function()
    return count.value


def steps(function: Callable[[], object], limit: int | None = None) -> int:
    """The steps that a function takes."""
    with counted_steps(limit) as count:
        function()
    return count.value


def growth(run: Callable[[int], object], size: int) -> float:
    """How many times as many calls twice the size takes: 2 if linear, 4 if quadratic.

    ``run`` is called at both sizes beforehand, for what is computed only once.
    """
    for each in (size, 2 * size):
        run(each)
    return calls(lambda: run(2 * size)) / calls(lambda: run(size))
