"""Bytes become text: reading files within a size budget, and never outside their repository."""

import os
import re
from codecs import BOM_UTF8
from functools import cache
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import NamedTuple, Protocol

from cnnaudit.errors import AuditError, Diagnostic, Source, Span, input_error

MAX_BYTES = 4 * 1024 * 1024

_OTHER_BREAKS = "\r\x85\u2028\u2029"


class Library(Protocol):
    """Where a file's references (``extends``, ``backbone``) are read from."""

    def open(self, reference: str) -> "Opened":
        """The file that ``reference``, written in a file of this library, names.

        Raises ``AuditError`` when it cannot be read or may not be.
        """


class Opened(NamedTuple):
    """A source, and where the files it refers to are found."""

    source: Source
    library: Library


class Folder:
    """Files on disk, beside the file that refers to them and inside ``root``."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root

    def open(self, reference: str) -> Opened:
        """Read ``reference`` relative to this folder; a path that leaves ``root`` is refused."""
        path = self.folder / reference
        shown = display_path(path)
        try:
            inside = path.resolve().is_relative_to(self.root)
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
        return Opened(read_file(path, shown), Folder(path.parent, self.root))


class Beside:
    """Files on disk beside one that was read, inside its repository (or folder).

    Where that ends is looked for when a file is named: most files name none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self, reference: str) -> Opened:
        """Read ``reference`` relative to the file; a path that leaves the repository is refused."""
        folder = self.path.resolve().parent
        return Folder(self.path.parent, repository_root(folder) or folder).open(reference)


def open_path(path: Path) -> Opened:
    """Read a file from disk; what it refers to must lie in the same repository (or folder)."""
    return Opened(read_file(path, display_path(path)), Beside(path))


def exists(path: Path) -> bool:
    """Whether there is something of this name; False too where nobody may look."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def is_file(path: Path) -> bool:
    """Whether this is a file; False too where nobody may look."""
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


def read_file(path: Path, shown: str) -> Source:
    """The decoded text of a file of at most 4 MiB; raises ``AuditError`` for anything else."""
    try:
        mode = _mode(path)
        if S_ISDIR(mode):
            # A folder that cannot be listed is handed on for this, too.
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
    return decode(data, shown)


def _mode(path: Path) -> int:
    """What sort of file this is; 0 where that is not known: opening it says why."""
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


@cache
def breaks() -> re.Pattern[str]:
    """Where YAML's lines end; compiled when it is asked for, which takes a while, and few do."""
    return re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    """The lines of a text as YAML counts them, which is not what ``splitlines`` does."""
    # Most texts know line feeds alone, and a pattern takes ten times as long to split at them.
    return breaks().split(text) if any(sign in text for sign in _OTHER_BREAKS) else text.split("\n")


def line_starts(text: str) -> list[int]:
    """At which character each line starts, and where the text ends."""
    return [0, *(found.end() for found in breaks().finditer(text)), len(text)]


def decode(data: bytes, shown: str) -> Source:
    """UTF-8 text, with or without a byte order mark; raises ``AuditError`` with the place."""
    if len(data) > MAX_BYTES:
        raise input_error("over-limit", f"the file is larger than {MAX_BYTES // 2**20} MiB", shown)
    return text_of(data, shown)


def text_of(data: bytes, shown: str) -> Source:
    """What ``decode`` gives, of however many bytes."""
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
        raise AuditError((Diagnostic("not-utf8", message, shown, span, what),)) from None
