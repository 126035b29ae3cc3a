"""The chosen outputs of a command, each written completely or not at all."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.render.formats import (
    SUFFIXES,
    Display,
    check_format,
    format_list,
    format_of_path,
    load_renderer,
)
from cnnaudit.sources.files import display_path, exists


class Output(NamedTuple):
    """One output: a format, and the file it goes to (None: standard output)."""

    format: str
    path: Path | None


class OutputStyle(NamedTuple):
    """The values of ``--color`` and ``--width``."""

    color: str = "never"
    width: int | None = None


def parse_outputs(
    format: str,
    texts: Sequence[str] | None,
    formats: Iterable[str],
    quiet: bool,
    suffixes: Mapping[str, tuple[str, ...]] = SUFFIXES,
    other_suffixes: str | None = None,
) -> list[Output]:
    """The outputs that ``-f`` and ``-o`` choose.

    ``other_suffixes`` is the format of paths whose suffix is no format's; None: an error.
    Raises ``UsageError`` for an unknown format or suffix.
    """
    names = list(formats)
    check_format(format, names)
    outputs: list[Output] = []
    for text in texts or ():
        output = _read_output(text, format, names, suffixes, other_suffixes)
        if output.path is not None and any(output.path == other.path for other in outputs):
            raise UsageError(f"-o {text}: another output goes to this file")
        outputs.append(output)
    if not quiet and all(output.path is not None for output in outputs):
        outputs.insert(0, Output(format, None))
    return outputs


def _read_output(
    text: str,
    format: str,
    formats: Sequence[str],
    suffixes: Mapping[str, tuple[str, ...]],
    other_suffixes: str | None,
) -> Output:
    """An output as ``-o`` takes it: a format, a path, or both as ``FORMAT:PATH``."""
    if text in formats or text == "-":
        return Output(format if text == "-" else text, None)
    name, colon, path = text.partition(":")
    if colon and _is_format_name(name):
        check_format(name, formats)
        if not path:
            raise UsageError(f"-o {text}: the path is missing after the colon")
        return Output(name, Path(path) if path != "-" else None)
    suffix_format = format_of_path(text, formats, suffixes) or other_suffixes
    if suffix_format is None and _is_device(Path(text)):
        suffix_format = format
    if suffix_format is None:
        raise UsageError(_unknown_suffix(text, formats, suffixes))
    return Output(suffix_format, Path(text))


def _is_device(path: Path) -> bool:
    """Whether a path is a device or a pipe, which has no suffix: it takes the format of ``-f``."""
    return exists(path) and not path.is_file() and not path.is_dir()


def _is_format_name(text: str) -> bool:
    """Whether a text before a colon can only be a format: no drive's letter and no folder."""
    return len(text) > 1 and text.replace("-", "").isalnum()


def _unknown_suffix(
    text: str, formats: Sequence[str], suffixes: Mapping[str, tuple[str, ...]]
) -> str:
    """Why a path has no format, and how to give it one."""
    suffix = Path(text).suffix
    if not suffix and (hint := did_you_mean(text, list(formats))):
        return f"-o {text}: there is no format '{text}' ({hint})"
    problem = (
        f"no format has the suffix '{suffix}'"
        if suffix
        else "neither a format nor a path with a suffix"
    )
    return (
        f"-o {text}: {problem}: there are {format_list(formats, suffixes)};"
        f" `-o {formats[0]}:{text}` takes any name"
    )


def render_outputs(
    outputs: Sequence[Output],
    command: str,
    formats: Mapping[str, str],
    result: Any,
    options: Any,
    style: OutputStyle,
) -> None:
    """Write a result in the formats of a command; ``options`` get the width and colour of each."""

    def render(format: str, display: Display) -> str:
        renderer = load_renderer(command, formats[format])
        text: str = renderer(result, options._replace(**display._asdict()))
        return text

    write_outputs(outputs, render, style)


def write_outputs(
    outputs: Sequence[Output], render: Callable[[str, Display], str], style: OutputStyle
) -> None:
    """Render every output and write it; files appear complete or not at all."""
    check_color(style.color)
    failures = []
    for output in outputs:
        if output.path is None:
            print_text(render(output.format, display(style)))
            continue
        text = render(output.format, display_of_file(style))
        try:
            write_file(output.path, text)
        except UsageError as error:
            failures.append(str(error))
    # Reported last, so that the other files are written.
    if failures:
        raise UsageError("; ".join(failures))


def check_color(color: str) -> None:
    """Raise ``UsageError`` for a ``--color`` that does not exist."""
    if color not in ("auto", "always", "never"):
        raise UsageError(f"--color takes auto, always or never, not '{color}'")


def display(style: OutputStyle) -> Display:
    """How tables are drawn on standard output: a pipe gets natural width and no colour."""
    color, width = style
    terminal = sys.stdout.isatty()
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    colored = color == "always" or (color == "auto" and terminal and not plain)
    if width is None and terminal:
        width = os.get_terminal_size(sys.stdout.fileno()).columns or None
    return Display(width, colored)


def display_of_file(style: OutputStyle) -> Display:
    """How tables are drawn in a file."""
    return Display(style.width, style.color == "always")


def print_text(text: str) -> None:
    """Write to standard output, with ``?`` for characters that its encoding does not have."""
    if not text.isascii():
        encoding = sys.stdout.encoding or "utf-8"
        text = text.encode(encoding, "replace").decode(encoding)
    sys.stdout.write(text)


def write_file(path: Path, text: str) -> None:
    """Write a text to a file."""
    with named_errors(path), atomic_write(path) as stream:
        stream.write(text.encode())


@contextlib.contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turn system errors in the block into messages that name the file."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{display_path(path)} cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """A stream into a temporary file that replaces ``path`` when it is complete.

    A link is followed; a device or a pipe, which cannot be replaced, is written directly.
    """
    # ``resolve`` would raise a RuntimeError for a link to itself.
    path = Path(os.path.realpath(path))
    if exists(path) and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    import tempfile  # noqa: PLC0415  loads random, which most commands do without

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield stream
        Path(name).chmod(path.stat().st_mode & 0o777 if exists(path) else 0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
