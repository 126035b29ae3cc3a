"""A sweep as an ``.npz`` archive, whose arrays NumPy reads: a column each, and what it is.

``variant`` numbers the variants from 1. A varied number is int64 where all of its values are whole,
else float64 (the exact values are in ``sweep``); an input is one row of sizes a variant. ``sweep``
and ``outcome`` are JSON texts.
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

_COPIED = 2**20
#: The same for every archive, so that the same sweep gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_READ = 2**16
#: Bytes of a text in an archive: no grid takes more.
_LONGEST = 64 * 2**20


class NpzRows:
    """Columns collected in temporary files; the archive is put together at the end."""

    def __init__(self, stream: IO[bytes], header: SweepHeader) -> None:
        self.stream = stream
        self.header = header
        self.values = {axis.name: _values(axis) for axis in header.grid.axes}
        names = ("variant", *self.values, *QUANTITIES)
        self.columns = {name: tempfile.TemporaryFile() for name in names}  # noqa: SIM115
        self.count = 0

    def add(self, rows: Rows) -> None:
        """Take some variants."""
        self.count += len(rows.variants)
        self._put("variant", rows.variants + 1)
        grid = self.header.grid
        for axis, at in zip(grid.axes, axis_positions(grid, rows), strict=True):
            self._put(axis.name, self.values[axis.name][at])
        for name, column in zip(QUANTITIES, rows.numbers, strict=True):
            self._put(name, column)

    def _put(self, name: str, column: NDArray[Any]) -> None:
        self.columns[name].write(np.ascontiguousarray(column).tobytes())

    def end(self, outcome: SweepOutcome) -> None:
        """Write the archive."""
        with zipfile.ZipFile(self.stream, "w", zipfile.ZIP_STORED) as archive:
            for name, column in self.columns.items():
                values = self.values.get(name, np.zeros(0, np.int64))
                shape = (self.count, *values.shape[1:])
                with archive.open(_member(name), "w", force_zip64=True) as member:
                    member.write(_npy_header(values.dtype, shape))
                    column.seek(0)
                    while data := column.read(_COPIED):
                        member.write(data)
                column.close()
            for name, said in (
                ("sweep", headers.as_mapping(self.header)),
                ("outcome", outcomes.as_mapping(outcome, self.header.grid)),
            ):
                buffer = io.BytesIO()
                np.save(buffer, np.array(json.dumps(said)), allow_pickle=False)
                with archive.open(_member(name), "w") as member:
                    member.write(buffer.getvalue())


def _member(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(f"{name}.npy", _DATE)


def _npy_header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """The head of an array file (NumPy enhancement proposal 1)."""
    buffer = io.BytesIO()
    described: Any = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": shape,
    }
    np.lib.format.write_array_header_1_0(buffer, described)
    return buffer.getvalue()


def _values(axis: SweepAxis) -> NDArray[Any]:
    values = axis.values
    if all(isinstance(value, tuple) and len(value) == len(values[0]) for value in values):
        return np.array(values, np.int64)
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return np.array(values, np.int64)
    if any(isinstance(value, str | bool | tuple) for value in values):
        return np.array([axis.text(k) for k in range(len(values))])
    return np.array([float(value) for value in values])


def read_json_member(path: Path, name: str) -> Any:
    """What ``sweep`` or ``outcome`` says; raises ``KeyError`` and others for another archive."""
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as member:
        data = member.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise ValueError(name)
    text = np.load(io.BytesIO(data), allow_pickle=False)
    return json.loads(str(text))


def read_rows(path: Path) -> Iterator[Rows]:
    """The variants of an archive, in blocks."""
    names = ("variant", *QUANTITIES)
    with zipfile.ZipFile(path) as archive:
        members = [archive.open(f"{name}.npy") for name in names]
        counts = set()
        for member in members:
            np.lib.format.read_magic(member)
            counts.add(np.lib.format.read_array_header_1_0(member)[0])
        ((count,),) = counts
        for start in range(0, count, _READ):
            size = 8 * min(_READ, count - start)
            table = np.array([np.frombuffer(member.read(size), np.int64) for member in members])
            if 8 * table.shape[1] != size:
                raise EOFError
            yield Rows(table[0] - 1, table[1:])
