"""A progress bar for long work on a terminal."""

import sys
import time

_CELLS = 30
#: Seconds between two drawings, and before the first.
_PAUSE = 0.2


class Progress:
    """A bar on standard error if that is a terminal; else nothing."""

    def __init__(self, unit: str, total: int) -> None:
        self.unit = unit
        self.total = total
        self._open = bool(sys.stderr) and sys.stderr.isatty()
        self._drawn = False
        self._last = time.monotonic()

    def show(self, done: int) -> None:
        """Draw the bar, at most every ``_PAUSE`` seconds."""
        now = time.monotonic()
        if not self._open or now - self._last < _PAUSE:
            return
        self._last, self._drawn = now, True
        cells = _CELLS * done // self.total
        bar = "█" * cells + "░" * (_CELLS - cells)
        sys.stderr.write(f"\r{bar} {done:,} of {self.total:,} {self.unit}\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Remove the bar."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._drawn = False
