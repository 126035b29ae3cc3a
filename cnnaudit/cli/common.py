"""What the commands share: options, exit codes, and outputs that are written whole."""

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Annotated, NamedTuple, ParamSpec, TypeVar

import typer

from cnnaudit.errors import AuditError, ExitCode, UsageError, did_you_mean
from cnnaudit.parsing.source import display_path, exists, printable

P = ParamSpec("P")
T = TypeVar("T")

Format = Annotated[str, typer.Option("-f", "--format", help="What to print on standard output.")]
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "-o", "--output", metavar="FORMAT[:PATH]", help="Write this too; may be given repeatedly."
    ),
]
Inputs = Annotated[
    list[str] | None,
    typer.Option("--input", metavar="SHAPE", help="Another input size, such as 270x480x3."),
]
Variables = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="VAR=EXPR", help="Another value for a variable of the file."),
]
Color = Annotated[str, typer.Option("--color", help="auto, always or never.")]
Width = Annotated[
    int | None, typer.Option("--width", min=20, help="Columns of tables; the terminal's if open.")
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Nothing on standard output.")]


class Display(NamedTuple):
    """How tables are drawn: their width (None: as wide as they need), and whether in colour."""

    width: int | None
    color: bool


class Target(NamedTuple):
    """One output: a format, and the file it goes to (None: standard output)."""

    format: str
    path: Path | None


def command(function: Callable[P, ExitCode]) -> Callable[P, None]:
    """A command whose errors become messages and exit codes, never a traceback."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = function(*args, **kwargs)
            sys.stdout.flush()
        except AuditError as error:
            complain(error)
            code = ExitCode.INPUT_ERROR
        except UsageError as error:
            say(f"error: {error}")
            code = ExitCode.INPUT_ERROR
        except BrokenPipeError:
            # The reader has seen enough.
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
            say(_internal(error))
        raise typer.Exit(int(code))

    return run


def output_failed(error: OSError) -> ExitCode:
    """A full disk under standard output, most likely; files have their own messages."""
    say(f"error: {error.strerror or error}")
    _abandon(sys.stdout)
    return ExitCode.INPUT_ERROR


def say(line: str) -> None:
    """A line on standard error, which may quote the command line, or a name that a file gave."""
    aside(f"cnnaudit: {printable(line)}\n")


def aside(text: str) -> None:
    """Text on standard error; where nobody can read it, the exit code still says the same."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _abandon(sys.stderr)


def _abandon(stream: IO[str]) -> None:
    """What is still buffered has nowhere to go: let the end of the program drop it in silence."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _internal(error: Exception) -> str:
    """What an internal error leaves behind for a report: its type, its text and its place."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"
    return f"internal error: {type(error).__name__}: {error}{place}; please report it"


def complain(error: AuditError) -> None:
    """Print the diagnostics of an input that cannot be audited."""
    from cnnaudit.render.diagnostics import render

    text = render(error.diagnostics)
    count = len(error.diagnostics)
    aside(text + (f"\n{count} errors\n" if count > 1 else ""))


def targets(
    format: str, outputs: Sequence[str] | None, known: Sequence[str], quiet: bool
) -> list[Target]:
    """The outputs that ``-f`` and ``-o`` ask for; raises ``UsageError`` for an unknown format."""
    found: list[Target] = []
    for text in outputs or ():
        name, colon, path = text.partition(":")
        if colon and not path:
            raise UsageError(f"-o {text}: the path is missing behind the colon")
        target = Target(name, Path(path) if path else None)
        if target.path is not None and any(target.path == other.path for other in found):
            raise UsageError(f"-o {text}: another output goes to this file")
        found.append(target)
    asked = any(target.path is None for target in found)
    if not quiet and not asked:
        found.insert(0, Target(format, None))
    for name in (format, *(target.format for target in found)):
        if name not in known:
            hint = did_you_mean(name, list(known)) or f"there are {', '.join(known)}"
            raise UsageError(f"there is no format '{name}' ({hint})")
    return found


def emit(
    found: Sequence[Target],
    render: Callable[[str, Display], str],
    color: str,
    width: int | None,
) -> None:
    """Render every target and write it; files appear whole or not at all."""
    check_color(color)
    failures = []
    for target in found:
        if target.path is None:
            _print(render(target.format, display(color, width)))
            continue
        text = render(target.format, Display(width, color == "always"))
        try:
            write(target.path, text)
        except UsageError as error:
            failures.append(str(error))
    # What could be written has been, before the rest is complained about.
    if failures:
        raise UsageError("; ".join(failures))


def check_color(color: str) -> None:
    """Refuse what ``--color`` does not know."""
    if color not in ("auto", "always", "never"):
        raise UsageError(f"--color takes auto, always or never, not '{color}'")


def display(color: str, width: int | None) -> Display:
    """How standard output wants its tables: a pipe gets natural width and no colour."""
    terminal = sys.stdout.isatty()
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    colored = color == "always" or (color == "auto" and terminal and not plain)
    if width is None and terminal:
        width = os.get_terminal_size(sys.stdout.fileno()).columns or None
    return Display(width, colored)


def _print(text: str) -> None:
    """Write to standard output, with ``?`` for what its encoding does not have."""
    if not text.isascii():
        encoding = sys.stdout.encoding or "utf-8"
        text = text.encode(encoding, "replace").decode(encoding)
    sys.stdout.write(text)


def write(path: Path, text: str) -> None:
    """Write a file that is whole in memory."""
    with unwritable(path), staged(path) as stream:
        stream.write(text.encode())


@contextlib.contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """What goes wrong with a file inside, as a message that names it."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{display_path(path)} cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def staged(path: Path) -> Iterator[IO[bytes]]:
    """A stream into a neighbour of ``path``, which takes its place when it is complete.

    A link is followed; a device or a pipe is written to, since nothing can take its place.
    """
    # Not ``resolve``, to which a link to itself is an error of its own kind.
    path = Path(os.path.realpath(path))
    if exists(path) and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    import tempfile  # brings random along, which most commands do without

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield stream
        Path(name).chmod(path.stat().st_mode & 0o777 if exists(path) else 0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def audited(operands: Sequence[str], read: Callable[[str], T]) -> tuple[list[T], bool]:
    """What ``read`` makes of each operand; errors are printed, and whether there were any."""
    results, failed = [], False
    for operand in operands:
        try:
            results.append(read(operand))
        except AuditError as error:
            if failed:
                aside("\n")
            complain(error)
            failed = True
    return results, failed
