"""What tells a foreign file apart: its first bytes, its text, its members and its fields.

Reading is bounded: the head, the tail, and the tags of a few protobuf fields. Nothing is unpacked,
executed or unpickled.
"""

import re
from collections.abc import Iterator
from io import SEEK_END, SEEK_SET
from typing import IO, NamedTuple

from cnnaudit.sources.detect import BinaryFile, is_archive

#: How much of the end of a file is read: the directory of an archive, the footer of a checkpoint.
TAIL_BYTES = 64 * 1024
#: How many members and fields are looked at, and how much of a field.
MAX_MEMBERS, MAX_FIELDS, FIELD_BYTES = 1000, 64, 256
#: Bytes that a character may take in UTF-8, of which the head may cut the last one.
_CHARACTER = 4


class ProtobufField(NamedTuple):
    """A field of a protobuf message: ``value`` of a number, the first bytes of ``content``.

    ``value`` is None for a field that holds bytes, ``content`` empty for a number.
    """

    number: int
    value: int | None
    content: bytes


class FileSample(NamedTuple):
    """What is read of a file to name it.

    ``text`` is the head as UTF-8, empty for other files. ``members`` are the names in a zip,
    ``fields`` the first fields of what may be a protobuf message; both are empty for other files.
    """

    head: bytes
    tail: bytes
    text: str
    members: tuple[str, ...]
    fields: tuple[ProtobufField, ...]


def sample_file(file: BinaryFile) -> FileSample:
    """Read what tells a file apart; raises ``AuditError`` if it cannot be read."""
    head = file.head
    with file.open() as stream:
        size = stream.seek(0, SEEK_END)
        stream.seek(max(0, size - TAIL_BYTES), SEEK_SET)
        tail = stream.read(TAIL_BYTES)
        text = _text(head)
        members = _members(head, tail) if is_archive(head) else ()
        fields = () if text or members else tuple(_protobuf_fields(stream, size))
    return FileSample(head, tail, text, members, fields)


def _text(head: bytes) -> str:
    """The head as UTF-8; empty if it is none, or holds characters that no text has."""
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return ""
    for cut in range(_CHARACTER):
        try:
            return head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return ""


def _members(head: bytes, tail: bytes) -> tuple[str, ...]:
    """The names in a zip, from its first local headers and the end of its directory.

    They are found even if the archive is cut off, or has a directory of gigabytes.
    """
    names: dict[str, None] = {}
    for data, signature, length_at, name_at in (
        (head, rb"PK\x03\x04", 26, 30),
        (tail, rb"PK\x01\x02", 28, 46),
    ):
        for match in re.finditer(signature, data):
            start = match.start()
            length = int.from_bytes(data[start + length_at : start + length_at + 2], "little")
            name = data[start + name_at : start + name_at + length]
            if length and len(name) == length and len(names) < MAX_MEMBERS:
                names[name.decode("utf-8", "replace")] = None
    return tuple(names)


def member_start(head: bytes, name: str) -> bytes:
    """The first bytes of a member that is stored in the head of a zip, as it is; empty if not."""
    at = head.find(name.encode())
    start = at - 30
    if start < 0 or not head.startswith(b"PK\x03\x04", start):
        return b""
    extra = int.from_bytes(head[start + 28 : start + 30], "little")
    return head[at + len(name.encode()) + extra :]


# Protobuf (the encoding is described at protobuf.dev) ---------------------------------------------


def _protobuf_fields(stream: IO[bytes], size: int) -> Iterator[ProtobufField]:
    """The first fields of a message; fewer if the bytes are none, or are cut off."""
    position = 0
    for _ in range(MAX_FIELDS):
        stream.seek(position)
        chunk = stream.read(2 * 10 + FIELD_BYTES)
        tag, used = _varint(chunk, 0)
        number, wire_type = tag >> 3, tag & 7
        if not used or not number:
            return
        if wire_type == 0:
            value, end = _varint(chunk, used)
            yield ProtobufField(number, value, b"")
            position += end
        elif wire_type == 2:
            length, end = _varint(chunk, used)
            yield ProtobufField(number, None, chunk[end : end + min(length, FIELD_BYTES)])
            position += end + length
        elif wire_type in (1, 5):
            yield ProtobufField(number, None, b"")
            position += used + (8 if wire_type == 1 else 4)
        else:
            return
        if position >= size:
            return


def _varint(data: bytes, start: int) -> tuple[int, int]:
    """A number of base 128 and the position after it, which is 0 if there is none."""
    value = 0
    for index, byte in enumerate(data[start : start + 10]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, start + index + 1
    return 0, 0
