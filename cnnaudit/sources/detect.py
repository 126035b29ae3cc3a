"""Detects files by their first bytes, before they are read."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from cnnaudit.errors import input_error

#: How much of a file decides what it is.
HEAD_BYTES = 64 * 1024

_ZIP = b"PK\x03\x04"
# Compiled where it is used: most runs are given the names of files.
_MARKER = rb"""(?m)(?:^|[{,]\s*)["']?cnnaudit["']?\s*:"""


class BinaryFile(NamedTuple):
    """A file that has not been read: how messages name it, its first bytes, and how to open it.

    What ``opener`` returns can seek: a file of gigabytes is read in parts.
    """

    shown: str
    head: bytes
    opener: Callable[[], IO[bytes]]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """A stream of the file; raises ``AuditError`` if it cannot be read."""
        try:
            with self.opener() as stream:
                yield stream
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            raise input_error("unreadable", message, self.shown) from None


def file_on_disk(path: Path, shown: str, head: bytes) -> BinaryFile:
    """A file on disk of which the ``head`` has been read."""
    return BinaryFile(shown, head, partial(_open_binary, path))


def _open_binary(path: Path) -> IO[bytes]:
    return path.open("rb")


def file_in_memory(data: bytes, shown: str) -> BinaryFile:
    """A file that was read as a whole, from a pipe or from git."""
    return BinaryFile(shown, data[:HEAD_BYTES], partial(BytesIO, data))


def read_head(path: Path) -> bytes | None:
    """The first bytes of a file, empty if it does not exist; None if it may not be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except PermissionError:
        return None
    except OSError:
        return b""


def head_text(head: bytes) -> bytes:
    """The first bytes as UTF-8 without a byte order mark, even of UTF-16, which no reader takes."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return head.decode("utf-16", "ignore").encode()
    return head.removeprefix(BOM_UTF8)


def is_archive(head: bytes) -> bool:
    """Whether a file that starts with ``head`` is a zip."""
    return head.startswith(_ZIP)


def is_architecture(head: bytes) -> bool:
    """Whether the first bytes have the key ``cnnaudit``, in any way that YAML can write it."""
    return _has_plain_marker(head) or re.search(_MARKER, head_text(head)) is not None


def is_plain_architecture(head: bytes) -> bool:
    """Whether a line starts with ``cnnaudit:``, as in nearly every architecture file.

    A file of another program has no such line, so that no importer need be loaded to ask it.
    """
    return b"\0" not in head and _has_plain_marker(head)


def _has_plain_marker(head: bytes) -> bool:
    return head.startswith(b"cnnaudit:") or b"\ncnnaudit:" in head
