"""What identifies a sweep: the network, its grid, what is kept, and which part of it this is.

Written into every output that can be read again, so that the parts of one grid find together.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cnnaudit.errors import UsageError
from cnnaudit.parsing import expressions
from cnnaudit.parsing.document import Document
from cnnaudit.sweeping.grid import INPUT, Axis, Grid
from cnnaudit.sweeping.selection import Selection, selection

_SHARD = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,8})", re.ASCII)


class Shard(NamedTuple):
    """One of several parts of a grid, counted from 1: a stretch of its variants."""

    part: int
    of: int

    def stretch(self, size: int) -> range:
        """The variants of this part, of ``size`` in all; parts differ by one variant at most."""
        return range((self.part - 1) * size // self.of, self.part * size // self.of)


class Options(NamedTuple):
    """What is kept, as it was written."""

    where: str = ""
    pareto: str = ""
    sort: str = ""
    top: int | None = None


class Header(NamedTuple):
    """A sweep: ``digest`` stands for everything that the network was read from."""

    name: str
    path: str
    digest: str
    grid: Grid
    options: Options
    shard: Shard | None = None

    @property
    def stretch(self) -> range:
        """The variants that this sweep, or this part of it, covers."""
        return self.shard.stretch(self.grid.size) if self.shard else range(self.grid.size)

    @property
    def selection(self) -> Selection:
        """What is kept."""
        return selection(self.grid, *self.options)


def shard(text: str) -> Shard:
    """``3/16``; raises ``UsageError``."""
    match = _SHARD.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise UsageError(f"--shard takes PART/PARTS, such as 3/16, not '{text}'")
    return Shard(int(match[1]), int(match[2]))


def digest(document: Document, overrides: tuple[tuple[str, ...], ...]) -> str:
    """A digest of the texts that a document was read from, and of what the command line set."""
    texts: dict[tuple[str, str], None] = {}
    stack: list[Any] = [document]
    while stack:
        read = stack.pop()
        spans = [read.span, *(value.span for value in read.vars.values())]
        spans += [item.span for item in read.layers]
        spans += [item.span for block in read.blocks.values() for item in block.layers]
        texts.update({(span.source.path, span.source.text): None for span in spans})
        if read.trunk is not None:
            stack.append(read.trunk)
    changes = [repr(change.action) + repr(change.pattern.name) for change in document.changes]
    said = repr((sorted(texts), changes, overrides))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def as_mapping(header: Header) -> dict[str, Any]:
    """The header in plain values, from which ``from_mapping`` makes it again."""
    where, pareto, sort, top = header.options
    part = header.shard
    stretch = header.stretch
    return {
        "name": header.name,
        "path": header.path,
        "digest": header.digest,
        "grid": {
            axis.name: [axis.text(k) for k in range(len(axis.values))] for axis in header.grid.axes
        },
        "variants": header.grid.size,
        "where": where or None,
        "pareto": pareto or None,
        "sort": sort or None,
        "top": top,
        "shard": None
        if part is None
        else {
            "part": part.part,
            "of": part.of,
            "first": stretch.start + 1,
            "last": stretch.stop,
        },
    }


def from_mapping(said: Mapping[str, Any]) -> Header:
    """The header that plain values stand for; raises ``KeyError`` or others where they do not."""
    axes = []
    for name, texts in said["grid"].items():
        if not name.isidentifier():
            raise ValueError(name)
        axes.append(Axis(name, tuple(_value(name, text) for text in texts)))
    part = said["shard"]
    top = said["top"]
    return Header(
        text_of(said["name"]),
        text_of(said["path"]),
        text_of(said["digest"]),
        Grid(tuple(axes)),
        Options(
            text_of(said["where"] or ""),
            text_of(said["pareto"] or ""),
            text_of(said["sort"] or ""),
            None if top is None else count_of(top),
        ),
        None if part is None else shard(f"{part['part']}/{part['of']}"),
    )


def text_of(value: Any) -> str:
    """A value that is a text; raises ``TypeError``."""
    if not isinstance(value, str):
        raise TypeError
    return value


def count_of(value: Any) -> int:
    """A value that is a whole number from 0 up; raises ``TypeError``."""
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _value(name: str, text: str) -> Any:
    if name == INPUT and not text.isidentifier():
        return tuple(map(int, text.split("x")))
    if text in ("true", "false"):
        return text == "true"
    if text.isidentifier():
        return text
    return expressions.evaluate(expressions.parse(text), {})
