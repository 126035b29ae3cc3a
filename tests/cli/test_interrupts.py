"""Ctrl-C that lets long work end in good order."""

import signal

import pytest

from cnnaudit.cli.interrupts import interrupted, stoppable
from cnnaudit.errors import ExitCode


def test_the_first_interrupt_is_noted_and_the_second_ends_the_work() -> None:
    with pytest.raises(SystemExit) as ended, stoppable() as stopped:
        assert not stopped()
        interrupted(signal.SIGINT, None)
        assert stopped()
        interrupted(signal.SIGINT, None)
    assert ended.value.code == ExitCode.INTERRUPTED


def test_other_work_ends_at_once_and_so_does_what_follows() -> None:
    with stoppable():
        interrupted(signal.SIGINT, None)
    with pytest.raises(SystemExit):
        interrupted(signal.SIGINT, None)
    with stoppable() as stopped:
        assert not stopped()


def test_no_signal_is_handled_otherwise() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable():
        assert signal.getsignal(signal.SIGINT) is before
