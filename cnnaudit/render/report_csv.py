"""``report -f csv``: a line per written layer, exact numbers, no thousands separators."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from cnnaudit.calculator import Audit
from cnnaudit.render.columns import COLUMNS, Column
from cnnaudit.render.lines import expanded, written

_DEFAULT = tuple(
    column
    for column in COLUMNS.values()
    if not column.key.endswith("_share") and column.key != "attributes"
)
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@")


def render(
    audits: Sequence[Audit],
    columns: tuple[Column, ...] | None,
    *,
    expand: bool,
    more: Iterable[Column] = (),
) -> str:
    """The layers of one network or several, every repetition written out; headings are left out.

    ``more`` are columns behind the usual ones, where none are named.
    """
    wanted = columns or (*_DEFAULT, *more)
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["network", *(column.key for column in wanted)])
    for audit in audits:
        for line in expanded(audit) if expand else written(audit):
            if line.heading:
                continue
            cells = [audit.graph.name, *(column.value(line) for column in wanted)]
            writer.writerow([harmless(cell) for cell in cells])
    return stream.getvalue()


def harmless(cell: object) -> object:
    """A text that a spreadsheet would evaluate gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
