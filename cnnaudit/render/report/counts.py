"""``--count`` as a table: the counts of other tools, with each addend."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.formatting import count_text
from cnnaudit.render.table import Column, Table

if TYPE_CHECKING:  # the tables of all tools are loaded with --count only
    from cnnaudit.counting.count import Count

HEADING = "Whose FLOPs?"


class CountRow(NamedTuple):
    """The total of a preset, or one of its addends (then without ``preset`` and ``unit``)."""

    preset: str
    number: str
    unit: str
    product: str
    what: str


def _emphasis(row: CountRow) -> str:
    return "bold" if row.preset else ""


_PRESET = Column[CountRow]("Counted as", lambda row: row.preset, _emphasis)
_NUMBER = Column[CountRow]("Number", lambda row: row.number, _emphasis, right=True)
_UNIT = Column[CountRow]("Unit", lambda row: row.unit, _emphasis)
_PRODUCT = Column[CountRow]("Each × count", lambda row: row.product, _emphasis, right=True)
_WHAT = Column[CountRow](
    "Of what", lambda row: row.what, lambda row: "dim" if row.preset else "", wraps=True
)
_LAYOUTS = (
    (_PRESET, _NUMBER, _UNIT, _PRODUCT, _WHAT),
    (_PRESET, _NUMBER, _UNIT, _WHAT),
    (_PRESET, _NUMBER, _UNIT),
)


def counts_table(counts: "Sequence[Count]") -> Table[CountRow]:
    """A row a preset with its total, and one below it for each addend."""
    return Table(HEADING, _LAYOUTS, list(_rows(counts)), _remarks(counts))


def _rows(counts: "Sequence[Count]") -> Iterator[CountRow]:
    for count in counts:
        total = f"{'≥ ' if count.unknown_ops else ''}{count_text(count.total)}"
        yield CountRow(count.preset.name, total, count.preset.unit, "", count.preset.version)
        for addend in count.addends:
            product = f"{addend.factor} × {count_text(addend.number)}"
            yield CountRow("", count_text(addend.total), "", product, addend.label)


def _remarks(counts: "Sequence[Count]") -> list[str]:
    """The note of each preset, the conditions of its total, and the ops without a rule."""
    remarks = []
    for count in counts:
        name = count.preset.name
        remarks.append(f"{name}: {count.preset.note}")
        remarks += [
            f"{name}: {count_text(alternative.total)} if {alternative.condition}."
            for alternative in count.alternatives
        ]
        if count.unknown_ops:
            remarks.append(
                f"{name}: how it counts {', '.join(count.unknown_ops)} is not known: the number is"
                " a lower bound."
            )
    return remarks
