"""The header of a sweep: the network, its grid, the selection, and the shard.

It is written to every output that can be read again, to identify the shards of one sweep.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cnnaudit.errors import UsageError
from cnnaudit.parsing import expressions
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.sweeping.grid import INPUT, SweepAxis, SweepGrid
from cnnaudit.sweeping.selection import Selection, read_selection

_SHARD = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,8})", re.ASCII)


class Shard(NamedTuple):
    """One of ``total`` parts of a grid, numbered from 1: a range of its variants."""

    number: int
    total: int

    def variant_range(self, size: int) -> range:
        """Return this part of ``size`` variants; parts differ in size by one at most."""
        return range((self.number - 1) * size // self.total, self.number * size // self.total)


class SelectionOptions(NamedTuple):
    """The options that select variants, as text; ``top`` is None without a limit."""

    where: str = ""
    pareto: str = ""
    sort: str = ""
    top: int | None = None


class SweepHeader(NamedTuple):
    """The identity of a sweep; ``digest`` is that of all texts the network was read from."""

    name: str
    path: str
    digest: str
    grid: SweepGrid
    options: SelectionOptions
    shard: Shard | None = None

    @property
    def variant_range(self) -> range:
        """The variants that this sweep, or this shard of it, covers."""
        return self.shard.variant_range(self.grid.size) if self.shard else range(self.grid.size)

    @property
    def selection(self) -> Selection:
        """The selection that the options describe; raises ``UsageError``."""
        return read_selection(self.grid, *self.options)


def read_shard(text: str) -> Shard:
    """Read ``PART/PARTS``, such as ``3/16``; raises ``UsageError``."""
    match = _SHARD.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise UsageError(f"--shard takes PART/PARTS, such as 3/16, not '{text}'")
    return Shard(int(match[1]), int(match[2]))


def digest(architecture: Architecture, overrides: tuple[tuple[str, ...], ...]) -> str:
    """Return a digest of the texts an architecture was read from, and of the overrides."""
    texts: dict[tuple[str, str], None] = {}
    remaining: list[Any] = [architecture]
    while remaining:
        part = remaining.pop()
        spans = [part.span, *(value.span for value in part.vars.values())]
        spans += [spec.span for spec in part.layers]
        spans += [spec.span for block in part.blocks.values() for spec in block.layers]
        texts.update({(span.source.path, span.source.text): None for span in spans})
        if part.backbone_architecture is not None:
            remaining.append(part.backbone_architecture)
    changes = [repr(change.action) + repr(change.pattern.name) for change in architecture.changes]
    content = repr((sorted(texts), changes, overrides))
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def as_mapping(header: SweepHeader) -> dict[str, Any]:
    """Convert a header to plain values, which ``from_mapping`` reads."""
    options = header.options
    return {
        "name": header.name,
        "path": header.path,
        "digest": header.digest,
        "grid": {
            axis.name: [axis.text(position) for position in range(len(axis.values))]
            for axis in header.grid.axes
        },
        "variants": header.grid.size,
        "where": options.where or None,
        "pareto": options.pareto or None,
        "sort": options.sort or None,
        "top": options.top,
        "shard": _shard_mapping(header),
    }


def _shard_mapping(header: SweepHeader) -> dict[str, int] | None:
    """The shard and its range of variants, from 1; None for the complete grid."""
    if header.shard is None:
        return None
    variants = header.variant_range
    return {
        "part": header.shard.number,
        "of": header.shard.total,
        "first": variants.start + 1,
        "last": variants.stop,
    }


def from_mapping(content: Mapping[str, Any]) -> SweepHeader:
    """Read a header from plain values; raises ``KeyError`` and others if they are none."""
    axes = []
    for name, texts in content["grid"].items():
        if not name.isidentifier():
            raise ValueError(name)
        axes.append(SweepAxis(name, tuple(_axis_value(name, text) for text in texts)))
    shard = content["shard"]
    top = content["top"]
    return SweepHeader(
        name=require_text(content["name"]),
        path=require_text(content["path"]),
        digest=require_text(content["digest"]),
        grid=SweepGrid(tuple(axes)),
        options=SelectionOptions(
            where=require_text(content["where"] or ""),
            pareto=require_text(content["pareto"] or ""),
            sort=require_text(content["sort"] or ""),
            top=None if top is None else require_count(top),
        ),
        shard=None if shard is None else read_shard(f"{shard['part']}/{shard['of']}"),
    )


def require_text(value: Any) -> str:
    """Return a value that is a text; raises ``TypeError`` for any other."""
    if not isinstance(value, str):
        raise TypeError
    return value


def require_count(value: Any) -> int:
    """Return a value that is a non-negative integer; raises ``TypeError`` for any other."""
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _axis_value(name: str, text: str) -> Any:
    """The value that ``SweepAxis.text`` gave as this text."""
    if name == INPUT and not text.isidentifier():
        return tuple(map(int, text.split("x")))
    if text in ("true", "false"):
        return text == "true"
    if text.isidentifier():
        return text
    return expressions.evaluate(expressions.parse(text), {})
