"""The bar on a terminal."""

import io

import pytest

from cnnaudit.cli import progress
from cnnaudit.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch, pause: float = 0) -> None:
    """This screen on standard error; set by each test, since pytest has its own in fixtures."""
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(progress, "_PAUSE", pause)


def test_the_bar_counts_along_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    on(terminal, monkeypatch)
    bar = Progress("files", 2000)
    bar.show(500)
    assert "500 of 2,000 files" in terminal.getvalue()
    done, left = terminal.getvalue().count("█"), terminal.getvalue().count("░")
    assert done / (done + left) == pytest.approx(500 / 2000, abs=0.05)
    bar.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    on(terminal, monkeypatch, pause=3600)
    bar = Progress("files", 2)
    bar.show(1)
    bar.clear()
    assert terminal.getvalue() == ""


def test_a_pipe_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    on(pipe, monkeypatch)
    bar = Progress("files", 2)
    bar.show(1)
    bar.clear()
    assert pipe.getvalue() == ""
