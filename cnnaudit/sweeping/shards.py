"""The parts of a sharded sweep, read again and joined: the same rows as those of one run."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cnnaudit.errors import UsageError
from cnnaudit.sources.files import display_path
from cnnaudit.sweeping import archive, header, outcome
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.selection import apply_selection
from cnnaudit.sweeping.variants import QUANTITIES, Rows

#: Lines of a text that are read at a time.
_READ = 2**14
#: How the comments of a part that is a CSV start, and the line of a JSON behind which its rows are.
CSV_START, CSV_END = "# cnnaudit sweep part ", "# end of part "
JSON_ROWS = '  "rows": ['


class ShardFile(NamedTuple):
    """One part: what it is, what became of it, and its rows."""

    shown_path: str
    header: SweepHeader
    outcome: SweepOutcome
    rows: Callable[[], Iterator[Rows]]


def read_shard_file(path: Path) -> ShardFile:
    """What a file that ``sweep --shard`` wrote holds; raises ``UsageError``."""
    shown = display_path(path)
    try:
        with path.open("rb") as stream:
            start = stream.read(1)
        read = {b"P": _read_npz, b"#": _read_csv, b"{": _read_json}.get(start)
        if read is not None:
            part = read(path, shown)
            return part._replace(rows=lambda: _whole(part))
    except OSError as error:
        raise UsageError(f"{shown} cannot be read: {error.strerror}") from None
    except Exception:
        # A text or an archive can be broken in more ways than its readers have exceptions.
        pass
    raise UsageError(f"{shown} is not a part of a sweep: write one with --shard PART/PARTS")


def _whole(part: ShardFile) -> Iterator[Rows]:
    """The rows of a part; raises ``UsageError`` where they are not those that it should have."""
    rows = part.rows()
    while True:
        block = None
        try:
            block = next(rows)
        except StopIteration:
            return
        except OSError as error:
            raise UsageError(f"{part.shown_path} cannot be read: {error.strerror}") from None
        except Exception:
            # Said below, when what was open has been closed.
            pass
        if block is None or not _inside(block, part.header.variant_range):
            raise UsageError(f"{part.shown_path}: its rows are damaged, so write the part again")
        yield block


def _inside(block: Rows, stretch: range) -> bool:
    """Whether rows have all their columns, and are variants of a part."""
    known = (stretch.start <= block.variants) & (block.variants < stretch.stop)
    return len(block.numbers) == len(QUANTITIES) and bool(known.all())


def _read_npz(path: Path, shown: str) -> ShardFile:
    said, became = (
        archive.read_json_member(path, "sweep"),
        archive.read_json_member(path, "outcome"),
    )
    return ShardFile(
        shown,
        header.from_mapping(said),
        outcome.from_mapping(became),
        lambda: archive.read_rows(path),
    )


def _read_csv(path: Path, shown: str) -> ShardFile:
    with path.open("rb") as stream:
        first = stream.readline().decode()
        last = _last_line(path)
    said = header.from_mapping(json.loads(first.removeprefix(CSV_START)))
    became = SweepOutcome()
    became.complete = False
    if last.startswith(CSV_END):
        became = outcome.from_mapping(json.loads(last.removeprefix(CSV_END)))
    skipped = len(said.grid.axes)

    def numbers(line: str) -> list[int]:
        cells = line.split(",")
        return [int(cells[0]), *map(int, cells[1 + skipped :])]

    lines = (line for line in _lines(path) if not line.startswith(("#", "variant,")))
    return ShardFile(shown, said, became, lambda: _blocks(map(numbers, lines)))


def _last_line(path: Path) -> str:
    """The last line of a file; enough of its end is read for any of ours."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 2**20))
        return stream.read().decode(errors="replace").rstrip("\n").rpartition("\n")[2]


def _read_json(path: Path, shown: str) -> ShardFile:
    opening, ending, inside = "", "", False
    for line in _lines(path):
        if line.startswith(JSON_ROWS):
            inside = True
            opening = opening.rstrip(",") + "}"
            ending = "{" if line.startswith(f"{JSON_ROWS}]") else ""
        elif not inside:
            opening += line
        elif line.startswith("  ]"):
            ending = "{"
        elif ending:
            ending += line
    said = json.loads(opening)["sweep"]
    became = json.loads(ending)["outcome"]
    names = ("variant", *QUANTITIES)

    def numbers(line: str) -> list[int]:
        row = json.loads(line.rstrip(","))
        return [row[name] for name in names]

    lines = (line for line in _lines(path) if line.startswith('    {"variant": '))
    return ShardFile(
        shown,
        header.from_mapping(said),
        outcome.from_mapping(became),
        lambda: _blocks(map(numbers, lines)),
    )


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as stream:
        for line in stream:
            yield line.rstrip("\n")


def _blocks(records: Iterator[list[int]]) -> Iterator[Rows]:
    waiting: list[list[int]] = []
    for record in records:
        waiting.append(record)
        if len(waiting) == _READ:
            yield _rows(waiting)
            waiting = []
    if waiting:
        yield _rows(waiting)


def _rows(records: list[list[int]]) -> Rows:
    table = np.array(records, np.int64).T
    return Rows(table[0] - 1, table[1:])


def join_shards(parts: Sequence[ShardFile]) -> tuple[SweepHeader, SweepOutcome, Iterator[Rows]]:
    """The whole sweep that the parts make up; raises ``UsageError`` where they do not."""
    first = parts[0]
    by_number: dict[int, ShardFile] = {}
    for part in parts:
        shard = part.header.shard
        if shard is None:
            raise UsageError(
                f"{part.shown_path} is not a part of a sweep: it was written without --shard"
            )
        if part.header._replace(shard=None) != first.header._replace(shard=None) or (
            first.header.shard is not None and shard.total != first.header.shard.total
        ):
            why = f"not a part of the same sweep as {first.shown_path}: {_unlike(part, first)}"
            raise UsageError(f"{part.shown_path} is {why}")
        if shard.number in by_number:
            other = by_number[shard.number].shown_path
            raise UsageError(
                f"{part.shown_path} and {other} are the same part, {shard.number}/{shard.total}"
            )
        by_number[shard.number] = part
    assert first.header.shard is not None
    count = first.header.shard.total
    missing = [str(number) for number in range(1, count + 1) if number not in by_number]
    if missing:
        shown = ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "")
        raise UsageError(f"{len(missing)} of {count} parts are missing: {shown}")
    in_order = [by_number[number] for number in sorted(by_number)]
    if broken := [part.shown_path for part in in_order if not part.outcome.complete]:
        raise UsageError(f"interrupted before their end: {', '.join(broken)}; run them again")
    whole = first.header._replace(shard=None)
    became = SweepOutcome()
    for part in in_order:
        became.measured += part.outcome.measured
        became.add_invalid(part.outcome.invalid)
    rows = (block for part in in_order for block in part.rows())
    return whole, became, _counted(apply_selection(rows, whole.grid, whole.selection), became)


def _counted(blocks: Iterator[Rows], became: SweepOutcome) -> Iterator[Rows]:
    for block in blocks:
        became.selected += len(block.variants)
        yield block


def _unlike(part: ShardFile, other: ShardFile) -> str:
    """What two parts disagree about."""
    one, two = header.as_mapping(part.header), header.as_mapping(other.header)
    for name, what in (("path", "file"), ("grid", "grid"), ("digest", "text of the file")):
        if one[name] != two[name]:
            return f"another {what}"
    differs: list[Any] = [
        name for name in ("where", "pareto", "sort", "top") if one[name] != two[name]
    ]
    return f"another --{differs[0]}" if differs else "another number of parts"
