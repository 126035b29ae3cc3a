"""Ctrl-C: it ends the program at once, or lets long work end in good order.

Only ``__main__`` changes how the process handles the signal; it installs ``interrupted``.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class _State:
    """Whether the work at hand takes note of Ctrl-C, and whether it was pressed."""

    is_stoppable = False
    pressed = False


def interrupted(_number: int, _frame: FrameType | None) -> None:
    """End the program with an exit, which leaves no traceback, or take note of the first press."""
    if _State.is_stoppable and not _State.pressed:
        _State.pressed = True
    else:
        sys.exit(130)  # ExitCode.INTERRUPTED, which is not loaded yet


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed; pressed again, it ends the program at once."""
    _State.is_stoppable, _State.pressed = True, False
    try:
        yield lambda: _State.pressed
    finally:
        _State.is_stoppable = False
