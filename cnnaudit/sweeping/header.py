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
from cnnaudit.sweeping.grid import INPUT, SweepAxis, SweepGrid
from cnnaudit.sweeping.selection import Selection, read_selection

_SHARD = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,8})", re.ASCII)


class Shard(NamedTuple):
    """One of several parts of a grid, counted from 1: a stretch of its variants."""

    number: int
    total: int

    def variant_range(self, size: int) -> range:
        """The variants of this part, of ``size`` in all; parts differ by one variant at most."""
        return range((self.number - 1) * size // self.total, self.number * size // self.total)


class SelectionOptions(NamedTuple):
    """What is kept, as it was written."""

    where: str = ""
    pareto: str = ""
    sort: str = ""
    top: int | None = None


class SweepHeader(NamedTuple):
    """A sweep: ``digest`` stands for everything that the network was read from."""

    name: str
    path: str
    digest: str
    grid: SweepGrid
    options: SelectionOptions
    shard: Shard | None = None

    @property
    def variant_range(self) -> range:
        """The variants that this sweep, or this part of it, covers."""
        return self.shard.variant_range(self.grid.size) if self.shard else range(self.grid.size)

    @property
    def selection(self) -> Selection:
        """What is kept."""
        return read_selection(self.grid, *self.options)


def read_shard(text: str) -> Shard:
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


def as_mapping(header: SweepHeader) -> dict[str, Any]:
    """The header in plain values, from which ``from_mapping`` makes it again."""
    where, pareto, sort, top = header.options
    part = header.shard
    stretch = header.variant_range
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
            "part": part.number,
            "of": part.total,
            "first": stretch.start + 1,
            "last": stretch.stop,
        },
    }


def from_mapping(said: Mapping[str, Any]) -> SweepHeader:
    """The header that plain values stand for; raises ``KeyError`` or others where they do not."""
    axes = []
    for name, texts in said["grid"].items():
        if not name.isidentifier():
            raise ValueError(name)
        axes.append(SweepAxis(name, tuple(_value(name, text) for text in texts)))
    part = said["shard"]
    top = said["top"]
    return SweepHeader(
        require_text(said["name"]),
        require_text(said["path"]),
        require_text(said["digest"]),
        SweepGrid(tuple(axes)),
        SelectionOptions(
            require_text(said["where"] or ""),
            require_text(said["pareto"] or ""),
            require_text(said["sort"] or ""),
            None if top is None else require_count(top),
        ),
        None if part is None else read_shard(f"{part['part']}/{part['of']}"),
    )


def require_text(value: Any) -> str:
    """A value that is a text; raises ``TypeError``."""
    if not isinstance(value, str):
        raise TypeError
    return value


def require_count(value: Any) -> int:
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
