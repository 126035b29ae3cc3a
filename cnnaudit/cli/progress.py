"""Long work on a terminal: how far it is."""

import sys
import time

_CELLS = 30
#: Seconds between two drawings, and before the first.
_PAUSE = 0.2


class Progress:
    """A bar on standard error, where that is a terminal; nothing anywhere else."""

    def __init__(self, what: str, total: int) -> None:
        self.what = what
        self.total = total
        self._open = bool(sys.stderr) and sys.stderr.isatty()
        self._drawn = False
        self._last = time.monotonic()

    def show(self, done: int) -> None:
        """Draw how much is done, now and then."""
        now = time.monotonic()
        if not self._open or now - self._last < _PAUSE:
            return
        self._last, self._drawn = now, True
        cells = _CELLS * done // self.total
        bar = "█" * cells + "░" * (_CELLS - cells)
        sys.stderr.write(f"\r{bar} {done:,} of {self.total:,} {self.what}\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._drawn = False
