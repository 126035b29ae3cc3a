"""Reads files as text within a size budget, and never outside their repository."""

import os
from codecs import BOM_UTF8
from collections.abc import Callable
from functools import partial
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import NamedTuple, Protocol

from cnnaudit.errors import (
    AuditError,
    Source,
    Span,
    breaks,
    error_diagnostic,
    input_error,
    lines_of,
)
from cnnaudit.lazy import load_function
from cnnaudit.sources.detect import file_in_memory

MAX_BYTES = 4 * 1024 * 1024


class Resolver(Protocol):
    """Where a file's references (``extends``, ``backbone``) are read from."""

    def open(self, reference: str) -> "SourceFile":
        """The file that ``reference``, written in a file of this resolver, names.

        Raises ``AuditError`` if it cannot or may not be read.
        """


class SourceFile(NamedTuple):
    """A source, and the resolver of the files it refers to."""

    source: Source
    resolver: Resolver


class FileResolver:
    """Opens files on disk relative to ``folder``, and only inside ``root``.

    ``root`` may be a function, called only if a file names another, which few do.
    """

    def __init__(self, folder: Path, root: Path | Callable[[], Path]) -> None:
        self.folder = folder
        self._root = root

    @property
    def root(self) -> Path:
        """The folder that no path may leave."""
        return self._root if isinstance(self._root, Path) else self._root()

    def open(self, reference: str) -> SourceFile:
        """Read ``reference`` relative to this folder; a path that leaves ``root`` is refused."""
        root = self.root
        path = self.folder / reference
        shown = display_path(path)
        try:
            inside = path.resolve().is_relative_to(root)
        except (OSError, RuntimeError, ValueError) as error:
            # A link to itself, a NUL in the name.
            reason = getattr(error, "strerror", None) or "not a path that can be followed"
            raise input_error("unreadable", f"cannot be read: {reason}", shown) from None
        if Path(reference).is_absolute() or not inside:
            raise input_error(
                "outside-repository",
                f"'{reference}' is outside the repository of the file that names it",
                shown,
                "copy the file into the repository and name it relative to this one",
            )
        source = read_file(path, shown, decode_architecture)
        return SourceFile(source, FileResolver(path.parent, root))


def resolver_of(path: Path) -> FileResolver:
    """Opens the files that the file at ``path`` names, inside its repository (or folder)."""
    return FileResolver(path.parent, partial(_root_of, path))


def _root_of(path: Path) -> Path:
    folder = path.resolve().parent
    return repository_root(folder) or folder


def open_path(path: Path) -> SourceFile:
    """Read a file from disk; files it refers to must be in the same repository (or folder)."""
    return SourceFile(read_file(path, display_path(path)), resolver_of(path))


def exists(path: Path) -> bool:
    """Whether the path exists; False if it may not be read."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def is_file(path: Path) -> bool:
    """Whether the path is a file; False if it may not be read."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def repository_root(folder: Path) -> Path | None:
    """The nearest folder at or above an absolute ``folder`` that holds ``.git``."""
    return next((f for f in (folder, *folder.parents) if exists(f / ".git")), None)


def folder_in_repository() -> str:
    """The working folder as a path from the top of its repository; empty at the top, or in none."""
    here = Path.cwd().resolve()
    top = repository_root(here)
    inside = here.relative_to(top).as_posix() if top else "."
    return "" if inside == "." else inside


def display_path(path: Path, folder: Path | None = None) -> str:
    """How messages name a file: relative to the working folder or another, slashes forward."""
    shown = os.path.relpath(path, folder) if path.is_absolute() else os.path.normpath(path)
    return printable(shown.replace(os.sep, "/"))


def printable(text: str) -> str:
    """``text`` with characters that could steer a terminal, or cannot be encoded, escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def read_file(
    path: Path, shown: str, decoder: Callable[[bytes, str], Source] | None = None
) -> Source:
    """The decoded text of a file of at most 4 MiB; raises ``AuditError`` for anything else."""
    try:
        mode = _mode(path)
        if S_ISDIR(mode):
            # Raises if the folder cannot be listed.
            next(path.iterdir(), None)
            raise input_error("unreadable", "this is a folder, and one file is needed", shown)
        if mode and not S_ISREG(mode):
            raise input_error("unreadable", "this is not a regular file", shown)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise input_error("unreadable", "there is no such file", shown, _sibling(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise input_error("unreadable", f"cannot be read: {reason}", shown) from None
    return (decoder or decode)(data, shown)


def _mode(path: Path) -> int:
    """The mode of a file; 0 if unavailable, and opening the file then gives the reason."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def _sibling(path: Path) -> str | None:
    """A file of nearly the same name in the same folder, for a path that was misspelt."""
    from difflib import get_close_matches  # noqa: PLC0415  only on the way of an error

    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.name != path.name]
    except OSError:
        return None
    close = get_close_matches(path.name, names, n=1)
    return f"did you mean '{display_path(path.parent / close[0])}'?" if close else None


def line_starts(text: str) -> list[int]:
    """The offset of each line's first character, and of the end of the text."""
    return [0, *(line_break.end() for line_break in breaks().finditer(text)), len(text)]


def decode(data: bytes, shown: str) -> Source:
    """UTF-8 text, with or without a byte order mark; raises ``AuditError`` with the place."""
    if len(data) > MAX_BYTES:
        raise input_error("over-limit", f"the file is larger than {MAX_BYTES // 2**20} MiB", shown)
    return text_of(data, shown)


def decode_architecture(data: bytes, shown: str) -> Source:
    """What ``decode`` gives; raises ``AuditError`` that names a file of another program."""
    if data and b"cnnaudit" not in data:
        load_function("cnnaudit.sources.foreign_files:refuse_foreign")(file_in_memory(data, shown))
    return decode(data, shown)


def text_of(data: bytes, shown: str) -> Source:
    """The same as ``decode``, without a limit on the size."""
    text = data.removeprefix(BOM_UTF8)
    try:
        return Source(shown, text.decode())
    except UnicodeDecodeError as error:
        offset = len(data) - len(text) + error.start
        before = text[: error.start].decode("utf-8", "replace")
        lines = lines_of(before)
        line, column = len(lines), len(lines[-1]) + 1
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            what = "this is UTF-16: save the file as UTF-8"
        elif b"\0" in data:
            what = "this looks like a binary file"
        else:
            what = "save the file as UTF-8"
        span = Span(Source(shown, ""), line, column, line, column + 1)
        message = f"not UTF-8 text: byte 0x{data[offset]:02x} at offset {offset}"
        raise AuditError((error_diagnostic("not-utf8", message, shown, span, what),)) from None
