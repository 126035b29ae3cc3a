"""Errors of the commands: messages on standard error and exit codes, never a traceback."""

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, ParamSpec, TypeVar

import typer

from cnnaudit.cli.on_demand import on_demand
from cnnaudit.errors import AuditError, ExitCode, UsageError
from cnnaudit.sources.files import printable

P = ParamSpec("P")
T = TypeVar("T")


def command(function: Callable[P, ExitCode]) -> Callable[P, None]:
    """A command whose errors become messages and exit codes."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = function(*args, **kwargs)
            sys.stdout.flush()
        except AuditError as error:
            print_diagnostics(error)
            code = ExitCode.INPUT_ERROR
        except UsageError as error:
            print_error(f"error: {error}")
            code = ExitCode.INPUT_ERROR
        except BrokenPipeError:
            # The reader closed the pipe.
            _abandon(sys.stdout)
            code = ExitCode.OK
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
        except OSError as error:
            code = output_failed(error)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            code = ExitCode.INTERNAL_ERROR
            print_error(_internal_error(error))
        raise typer.Exit(int(code))

    return run


def output_failed(error: OSError) -> ExitCode:
    """Report a failure of standard output, such as a full disk; files have their own messages."""
    print_error(f"error: {error.strerror or error}")
    _abandon(sys.stdout)
    return ExitCode.INPUT_ERROR


def print_error(line: str) -> None:
    """Print a line on standard error; it may quote the command line or a file name."""
    write_stderr(f"cnnaudit: {printable(line)}\n")


def write_stderr(text: str) -> None:
    """Write to standard error; if that fails, the exit code still tells the result."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _abandon(sys.stderr)


def _abandon(stream: IO[str]) -> None:
    """Discard buffered output that cannot be written, so that the program ends silently."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _internal_error(error: Exception) -> str:
    """The type, the text and the source line of an internal error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"
    return f"internal error: {type(error).__name__}: {error}{place}; please report it"


def print_diagnostics(error: AuditError) -> None:
    """Print the diagnostics of an input that cannot be audited."""
    text = on_demand("diagnostics")(error.diagnostics)
    count = len(error.diagnostics)
    write_stderr(text + (f"\n{count} errors\n" if count > 1 else ""))


def read_each(operands: Sequence[str], read: Callable[[str], T]) -> tuple[list[T], bool]:
    """The results of ``read`` for operands without errors, and whether any has errors.

    The errors are printed.
    """
    results, failed = [], False
    for operand in operands:
        try:
            results.append(read(operand))
        except AuditError as error:
            if failed:
                write_stderr("\n")
            print_diagnostics(error)
            failed = True
    return results, failed
