"""Reads the shards of a sweep and joins them; the rows are those of one run."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cnnaudit.errors import UsageError
from cnnaudit.sources.files import display_path
from cnnaudit.sweeping import archive, header, outcome
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.selection import apply_selection
from cnnaudit.sweeping.variants import QUANTITIES, Rows

#: Lines of a text read at a time.
_READ_LINES = 2**14
#: Bytes read at the end of a CSV file; no last line of a shard is longer.
_MAX_LAST_LINE = 2**20
#: Starts of the comments before and after the rows of a CSV shard.
CSV_START, CSV_END = "# cnnaudit sweep part ", "# end of part "
#: The line of a JSON shard after which its rows come.
JSON_ROWS = '  "rows": ['


class ShardFile(NamedTuple):
    """The content of a file that ``sweep --shard`` wrote; ``rows`` opens it and reads the rows."""

    shown_path: str
    header: SweepHeader
    outcome: SweepOutcome
    rows: Callable[[], Iterator[Rows]]


def read_shard_file(path: Path) -> ShardFile:
    """Read a file that ``sweep --shard`` wrote; raises ``UsageError`` for any other."""
    shown_path = display_path(path)
    try:
        with path.open("rb") as stream:
            first_byte = stream.read(1)
        read = {b"P": _read_npz, b"#": _read_csv, b"{": _read_json}.get(first_byte)
        if read is not None:
            shard_file = read(path, shown_path)
            return shard_file._replace(rows=lambda: _checked_rows(shard_file))
    except OSError as error:
        raise UsageError(f"{shown_path} cannot be read: {error.strerror}") from None
    except Exception:
        # The parsers of JSON, zip and NumPy raise too many types for damaged files to list here.
        pass
    raise UsageError(f"{shown_path} is not a part of a sweep: write one with --shard PART/PARTS")


def _checked_rows(shard_file: ShardFile) -> Iterator[Rows]:
    """The rows of a shard; raises ``UsageError`` if they are not those of its variants."""
    shown_path = shard_file.shown_path
    rows = shard_file.rows()
    while True:
        block = None
        try:
            block = next(rows)
        except StopIteration:
            return
        except OSError as error:
            raise UsageError(f"{shown_path} cannot be read: {error.strerror}") from None
        except Exception:
            # Reported below, outside of the handler, so that the reader's files are closed first.
            pass
        if block is None or not _is_complete(block, shard_file.header.variant_range):
            raise UsageError(f"{shown_path}: its rows are damaged, so write the part again")
        yield block


def _is_complete(block: Rows, variants: range) -> bool:
    """Whether rows have all columns, and numbers in the shard's range of variants."""
    in_range = (variants.start <= block.variants) & (block.variants < variants.stop)
    return len(block.numbers) == len(QUANTITIES) and bool(in_range.all())


def _read_npz(path: Path, shown_path: str) -> ShardFile:
    return ShardFile(
        shown_path,
        header.from_mapping(archive.read_json_member(path, "sweep")),
        outcome.from_mapping(archive.read_json_member(path, "outcome")),
        lambda: archive.read_rows(path),
    )


def _read_csv(path: Path, shown_path: str) -> ShardFile:
    with path.open("rb") as stream:
        first_line = stream.readline().decode()
        last_line = _last_line(path)
    sweep_header = header.from_mapping(json.loads(first_line.removeprefix(CSV_START)))
    sweep_outcome = SweepOutcome()
    sweep_outcome.complete = False
    if last_line.startswith(CSV_END):
        sweep_outcome = outcome.from_mapping(json.loads(last_line.removeprefix(CSV_END)))
    axis_count = len(sweep_header.grid.axes)

    def numbers(line: str) -> list[int]:
        cells = line.split(",")
        return [int(cells[0]), *map(int, cells[1 + axis_count :])]

    lines = (line for line in _lines(path) if not line.startswith(("#", "variant,")))
    return ShardFile(shown_path, sweep_header, sweep_outcome, lambda: _blocks(map(numbers, lines)))


def _last_line(path: Path) -> str:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _MAX_LAST_LINE))
        return stream.read().decode(errors="replace").rstrip("\n").rpartition("\n")[2]


def _read_json(path: Path, shown_path: str) -> ShardFile:
    """Read a JSON shard line by line, in the layout of its writer; the rows may be large."""
    before_rows, after_rows, in_rows = "", "", False
    for line in _lines(path):
        if line.startswith(JSON_ROWS):
            in_rows = True
            before_rows = before_rows.rstrip(",") + "}"
            after_rows = "{" if line.startswith(f"{JSON_ROWS}]") else ""
        elif not in_rows:
            before_rows += line
        elif line.startswith("  ]"):
            after_rows = "{"
        elif after_rows:
            after_rows += line
    names = ("variant", *QUANTITIES)

    def numbers(line: str) -> list[int]:
        row = json.loads(line.rstrip(","))
        return [row[name] for name in names]

    lines = (line for line in _lines(path) if line.startswith('    {"variant": '))
    return ShardFile(
        shown_path,
        header.from_mapping(json.loads(before_rows)["sweep"]),
        outcome.from_mapping(json.loads(after_rows)["outcome"]),
        lambda: _blocks(map(numbers, lines)),
    )


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as stream:
        for line in stream:
            yield line.rstrip("\n")


def _blocks(records: Iterator[list[int]]) -> Iterator[Rows]:
    """Blocks of rows from records: the variant's number from 1, then its quantities."""
    pending: list[list[int]] = []
    for record in records:
        pending.append(record)
        if len(pending) == _READ_LINES:
            yield _rows(pending)
            pending = []
    if pending:
        yield _rows(pending)


def _rows(records: list[list[int]]) -> Rows:
    table = np.array(records, np.int64).T
    return Rows(table[0] - 1, table[1:])


def join_shards(
    shard_files: Sequence[ShardFile],
) -> tuple[SweepHeader, SweepOutcome, Iterator[Rows]]:
    """Join all shards of a sweep; raises ``UsageError`` if they do not make up one sweep."""
    in_order = _in_order(shard_files)
    incomplete = [file.shown_path for file in in_order if not file.outcome.complete]
    if incomplete:
        raise UsageError(f"interrupted before their end: {', '.join(incomplete)}; run them again")
    sweep_header = shard_files[0].header._replace(shard=None)
    sweep_outcome = SweepOutcome()
    for file in in_order:
        sweep_outcome.measured += file.outcome.measured
        sweep_outcome.add_invalid(file.outcome.invalid)
    blocks = (block for file in in_order for block in file.rows())
    selected = apply_selection(blocks, sweep_header.grid, sweep_header.selection)
    return sweep_header, sweep_outcome, _counted(selected, sweep_outcome)


def _in_order(shard_files: Sequence[ShardFile]) -> list[ShardFile]:
    """The files by the number of their shard; raises ``UsageError`` if they are not one sweep."""
    first = shard_files[0]
    by_number: dict[int, ShardFile] = {}
    for file in shard_files:
        shard = file.header.shard
        if shard is None:
            raise UsageError(
                f"{file.shown_path} is not a part of a sweep: it was written without --shard"
            )
        if file.header._replace(shard=None) != first.header._replace(shard=None) or (
            first.header.shard is not None and shard.total != first.header.shard.total
        ):
            reason = f"not a part of the same sweep as {first.shown_path}"
            raise UsageError(f"{file.shown_path} is {reason}: {_difference(file, first)}")
        if shard.number in by_number:
            other = by_number[shard.number].shown_path
            raise UsageError(
                f"{file.shown_path} and {other} are the same part, {shard.number}/{shard.total}"
            )
        by_number[shard.number] = file
    assert first.header.shard is not None
    total = first.header.shard.total
    missing = [str(number) for number in range(1, total + 1) if number not in by_number]
    if missing:
        numbers = ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "")
        raise UsageError(f"{len(missing)} of {total} parts are missing: {numbers}")
    return [by_number[number] for number in sorted(by_number)]


def _counted(blocks: Iterator[Rows], sweep_outcome: SweepOutcome) -> Iterator[Rows]:
    """The blocks, whose variants are counted as selected."""
    for block in blocks:
        sweep_outcome.selected += len(block.variants)
        yield block


def _difference(a: ShardFile, b: ShardFile) -> str:
    """The first thing in which the headers of two shards differ."""
    a_header, b_header = header.as_mapping(a.header), header.as_mapping(b.header)
    for key, name in (("path", "file"), ("grid", "grid"), ("digest", "text of the file")):
        if a_header[key] != b_header[key]:
            return f"another {name}"
    for option in ("where", "pareto", "sort", "top"):
        if a_header[option] != b_header[option]:
            return f"another --{option}"
    return "another number of parts"
