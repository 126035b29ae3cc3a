"""A sweep as an ``.npz`` archive: one NumPy array per column, and the sweep's description as JSON.

``variant`` numbers the variants from 1. A varied number is int64 if all its values are integers,
else float64 (``sweep`` holds the exact values); a varied input is one row of sizes a variant.
``sweep`` and ``outcome`` are JSON texts.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from cnnaudit.sweeping import header as headers
from cnnaudit.sweeping import outcome as outcomes
from cnnaudit.sweeping.columns import axis_positions
from cnnaudit.sweeping.grid import SweepAxis
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.variants import QUANTITIES, Rows

#: Bytes copied to the archive at a time.
_COPY_BYTES = 2**20
#: The date of every member: the same sweep gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
#: Variants read at a time.
_READ_ROWS = 2**16
#: The limit of bytes of a JSON text in an archive; every allowed grid takes less.
_MAX_JSON_BYTES = 64 * 2**20


class NpzRows:
    """Writes an archive: collects columns in temporary files and joins them at the end."""

    def __init__(self, stream: IO[bytes], header: SweepHeader) -> None:
        self.stream = stream
        self.header = header
        self.values = {axis.name: _axis_array(axis) for axis in header.grid.axes}
        names = ("variant", *self.values, *QUANTITIES)
        self.columns = {name: tempfile.TemporaryFile() for name in names}  # noqa: SIM115
        self.count = 0

    def add(self, rows: Rows) -> None:
        """Append a block of variants."""
        self.count += len(rows.variants)
        self._append("variant", rows.variants + 1)
        grid = self.header.grid
        for axis, positions in zip(grid.axes, axis_positions(grid, rows), strict=True):
            self._append(axis.name, self.values[axis.name][positions])
        for name, column in zip(QUANTITIES, rows.numbers, strict=True):
            self._append(name, column)

    def _append(self, name: str, column: NDArray[Any]) -> None:
        self.columns[name].write(np.ascontiguousarray(column).tobytes())

    def end(self, outcome: SweepOutcome) -> None:
        """Write the archive."""
        with zipfile.ZipFile(self.stream, "w", zipfile.ZIP_STORED) as archive:
            for name, column in self.columns.items():
                self._write_column(archive, name, column)
            _write_json(archive, "sweep", headers.as_mapping(self.header))
            _write_json(archive, "outcome", outcomes.as_mapping(outcome, self.header.grid))

    def _write_column(self, archive: zipfile.ZipFile, name: str, column: IO[bytes]) -> None:
        values = self.values.get(name, np.zeros(0, np.int64))
        shape = (self.count, *values.shape[1:])
        with archive.open(_member(name), "w", force_zip64=True) as member:
            member.write(_npy_header(values.dtype, shape))
            column.seek(0)
            while data := column.read(_COPY_BYTES):
                member.write(data)
        column.close()


def _write_json(archive: zipfile.ZipFile, name: str, content: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array(json.dumps(content)), allow_pickle=False)
    with archive.open(_member(name), "w") as member:
        member.write(buffer.getvalue())


def _member(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(f"{name}.npy", _DATE)


def _npy_header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """The header of an array file (NumPy enhancement proposal 1)."""
    buffer = io.BytesIO()
    description: Any = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": shape,
    }
    np.lib.format.write_array_header_1_0(buffer, description)
    return buffer.getvalue()


def _axis_array(axis: SweepAxis) -> NDArray[Any]:
    """The values of an axis: int64 (a row a shape), else texts, else float64."""
    values = axis.values
    if all(isinstance(value, tuple) and len(value) == len(values[0]) for value in values):
        return np.array(values, np.int64)
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return np.array(values, np.int64)
    if any(isinstance(value, str | bool | tuple) for value in values):
        return np.array([axis.text(position) for position in range(len(values))])
    return np.array([float(value) for value in values])


def read_json_member(path: Path, name: str) -> Any:
    """Read the JSON of ``sweep`` or ``outcome``.

    Raises ``KeyError``, ``ValueError`` and others for a file that is no archive of a sweep.
    """
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as member:
        data = member.read(_MAX_JSON_BYTES + 1)
    if len(data) > _MAX_JSON_BYTES:
        raise ValueError(name)
    text = np.load(io.BytesIO(data), allow_pickle=False)
    return json.loads(str(text))


def read_rows(path: Path) -> Iterator[Rows]:
    """Read the variants of an archive, in blocks."""
    names = ("variant", *QUANTITIES)
    with zipfile.ZipFile(path) as archive:
        members = [archive.open(f"{name}.npy") for name in names]
        counts = set()
        for member in members:
            np.lib.format.read_magic(member)
            counts.add(np.lib.format.read_array_header_1_0(member)[0])
        ((count,),) = counts
        for start in range(0, count, _READ_ROWS):
            size = 8 * min(_READ_ROWS, count - start)
            table = np.array([np.frombuffer(member.read(size), np.int64) for member in members])
            if 8 * table.shape[1] != size:
                raise EOFError
            yield Rows(table[0] - 1, table[1:])
