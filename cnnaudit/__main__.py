"""The program as a process: ``python -m cnnaudit``, and what the installed script runs."""

import atexit
import contextlib
import gc
import os
import signal
import sys
from types import FrameType

#: New objects after which garbage is searched for that keeps itself alive, in circles.
#:
#: What the program reads and works out are trees of tuples, without circles: a run over 2,000 files
#: leaves none. Every search goes through all that is new and finds nothing, so a report of the
#: largest network sees none; they are there for what a library may leave behind in a run over very
#: many files.
SEARCH_AFTER = 10_000_000


def main() -> None:
    """Run the program, and leave the process without taking its memory apart.

    There are few of the searches for garbage that would take a third of its time.
    """
    # An exit, and no exception of its own: Ctrl-C leaves no traceback, whatever is being loaded or
    # run, in this process and in those that it starts. A shell's background jobs ignore it.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _interrupted)
    gc.set_threshold(SEARCH_AFTER)
    # A stream that the caller has closed is none; what is written to it goes nowhere.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    code = 1  # of an error that nobody foresaw

    def leave() -> None:
        # Of a stream that cannot take what is left, the interpreter says it in its own way.
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    # The first to be registered is the last to be called: what the program opens is closed by then.
    atexit.register(leave)
    try:
        _run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise


def _run() -> None:
    try:
        from cnnaudit.cli.app import main as program  # noqa: PLC0415  the search is off by then

        program()
    except OSError as error:
        # Help and version are no commands, which see to their output themselves.
        from cnnaudit.cli.errors import output_failed  # noqa: PLC0415

        sys.exit(output_failed(error))


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    sys.exit(130)  # ExitCode.INTERRUPTED, which is not loaded yet


if __name__ == "__main__":
    main()
