"""``sweep -f npz``: an archive whose arrays NumPy reads."""

from typing import IO

from cnnaudit.render.formats import Display
from cnnaudit.sweeping.archive import NpzRows
from cnnaudit.sweeping.header import SweepHeader


def open_sink(stream: IO[bytes], header: SweepHeader, _display: Display) -> NpzRows:
    """The archive, to which rows are added."""
    return NpzRows(stream, header)
