"""Ctrl-C: ends the program at once, or stops long work in good order.

Only ``__main__`` changes how the process handles the signal; it installs ``interrupted``.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class _State:
    """Whether the current work handles Ctrl-C, and whether it was pressed."""

    is_stoppable = False
    is_pressed = False


def interrupted(_number: int, _frame: FrameType | None) -> None:
    """End the program without a traceback, or record the first press for stoppable work."""
    if _State.is_stoppable and not _State.is_pressed:
        _State.is_pressed = True
    else:
        sys.exit(130)  # ExitCode.INTERRUPTED, which is not loaded yet


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """A function that returns whether Ctrl-C was pressed; a second press ends the program."""
    _State.is_stoppable, _State.is_pressed = True, False
    try:
        yield lambda: _State.is_pressed
    finally:
        _State.is_stoppable = False
