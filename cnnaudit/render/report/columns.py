"""The columns of a report, for every tabular format."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from cnnaudit.calculator import Audit, Totals
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.formatting import bound_text, count_text, percent, shape_text, short_count, value_text
from cnnaudit.render.report.column_names import FIELD_KEYS, MEMORY_KEYS, SIGNAL_KEYS, named
from cnnaudit.render.report.rows import ReportRow, folded_rows, node_rows, unfolded_rows

T = TypeVar("T")

#: Eighths of a cell, from nothing to full.
_BLOCKS = " ▏▎▍▌▋▊▉█"


class ReportColumn(NamedTuple):
    """A column: its key for ``--columns``, its title, its exact value and its text.

    ``value`` is for machines (CSV), ``text`` for people, given the totals. A column that
    ``unfolds`` differs between equal repetitions, so each of them gets a row. ``name`` is what it
    is called if there is no room for it; empty: the title.
    """

    key: str
    title: str
    value: Callable[[ReportRow], object]
    text: Callable[[ReportRow, Totals], str]
    right: bool = True
    unfolds: bool = False
    name: str = ""


class AnalysisColumns(NamedTuple):
    """The columns that an analysis adds to the tables of some networks, by their keys.

    For each network, ``notes`` are lines below its totals, and ``memory`` replaces the default
    lines about memory in its totals.
    """

    columns: Mapping[str, ReportColumn]
    notes: Sequence[Sequence[str]] = ()
    memory: Sequence[Sequence[str]] = ()


def by_row(audits: Sequence[Audit], results: Sequence[Sequence[T]]) -> dict[int, T]:
    """The result of an analysis for each row, keyed by identity, since a row has no hash."""
    # Two networks may have equal rows.
    return {
        id(row): result
        for audit, audit_results in zip(audits, results, strict=True)
        for row, result in zip(audit.rows, audit_results, strict=True)
    }


def bar(part: int, total: int, cells: int) -> str:
    """A share as a bar of ``cells`` characters, in eighths of a character."""
    eighths = round(8 * cells * part / total) if total else 0
    full, remainder = divmod(eighths, 8)
    return ("█" * full + (_BLOCKS[remainder] if remainder else "")).ljust(cells)


def _quantity(key: str, title: str, *, short: bool = False) -> ReportColumn:
    def value(row: ReportRow) -> int | None:
        return None if row.unknown else row.total(key)

    def text(row: ReportRow, _totals: Totals) -> str:
        if row.operation == "input" or not row.rows:
            return ""
        if row.unknown:
            return "?"
        number = (short_count if short else count_text)(row.total(key))
        # Brackets mark what exists in training only and is not part of the total.
        return f"({number})" if row.auxiliary else bound_text(number, row.complete)

    return ReportColumn(key, title, value, text)


def share(key: str, cells: int) -> ReportColumn:
    """A quantity's share of the total, as a bar of ``cells`` characters and in percent."""

    def value(row: ReportRow) -> int:
        return row.total(key)

    def text(row: ReportRow, totals: Totals) -> str:
        part, total = row.total(key), getattr(totals, key)
        if not part or row.auxiliary:
            return ""
        percentage = percent(part, total)
        return f"{bar(part, total, cells)}{percentage:>6}" if cells else percentage

    title = "of params" if key == "params" else "of MACs" if key == "macs" else f"of {key}"
    header = title if cells > 2 else "%"
    return ReportColumn(f"{key}_share", header, value, text, name=f"% {title}")


def _name(row: ReportRow) -> str:
    times = f" ×{row.times}" if row.times > 1 else ""
    return "  " * row.depth + row.name + times


def _attributes(row: ReportRow) -> str:
    if row.heading:
        return ""
    node = row.rows[0].node
    return ", ".join(f"{key} {value_text(value)}" for key, value in node.attributes.items())


def _place(row: ReportRow) -> str:
    span = row.rows[0].node.span if row.rows else None
    return f"{span.source.path}:{span.line}" if span else ""


LAYER = ReportColumn("layer", "Layer", lambda row: row.full_name, lambda row, _: _name(row), False)
OPERATION = ReportColumn(
    "operation", "Operation", lambda row: row.operation, lambda row, _: row.operation, False
)
OUTPUT = ReportColumn(
    "output",
    "Output",
    lambda row: "x".join(map(str, row.shape)) if row.shape else "",
    lambda row, _: "" if row.heading else shape_text(row.shape),
)
ACTIVATION = ReportColumn(
    "activation_size",
    "Size",
    lambda row: row.activation_size,
    lambda row, _: (
        "" if row.heading else count_text(row.activation_size or 0) if row.shape else "?"
    ),
)
PARAMS = _quantity("params", "Params")
MACS = _quantity("macs", "MACs")

#: The columns of ``--columns`` that need no analysis.
COLUMNS = {
    column.key: column
    for column in (
        LAYER,
        OPERATION,
        OUTPUT,
        ACTIVATION,
        PARAMS,
        share("params", 8),
        _quantity("trainable_params", "Trainable"),
        _quantity("non_trainable_params", "Non-trainable"),
        _quantity("buffers", "Buffers"),
        MACS,
        share("macs", 8),
        _quantity("bias_adds", "Bias adds"),
        _quantity("elementwise_ops", "Elementwise"),
        _quantity("flops", "FLOPs"),
        ReportColumn(
            "attributes", "Attributes", _attributes, lambda row, _: _attributes(row), False
        ),
        ReportColumn("source", "Source", _place, lambda row, _: _place(row), False),
    )
}


def select(
    text: str, more: Mapping[str, ReportColumn] = MappingProxyType({})
) -> tuple[ReportColumn, ...]:
    """The columns of ``--columns a,b,c``, including those of analyses in ``more``.

    Raises ``UsageError`` for one that does not exist.
    """
    columns = {**COLUMNS, **more}
    selected = []
    for key in named(text):
        if key not in columns:
            keys = (*COLUMNS, *MEMORY_KEYS, *FIELD_KEYS, *SIGNAL_KEYS)
            hint = did_you_mean(key, keys) or f"there are {', '.join(keys)}"
            raise UsageError(f"--columns: there is no column '{key}' ({hint})")
        selected.append(columns[key])
    return tuple(selected) or (LAYER,)


def rows_for(audit: Audit, columns: Sequence[ReportColumn], *, expand: bool) -> list[ReportRow]:
    """The rows of a table; repetitions are folded unless a column differs between them."""
    if expand:
        return node_rows(audit)
    unfolds = any(column.unfolds for column in columns)
    return unfolded_rows(audit) if unfolds else folded_rows(audit)


def narrower(columns: tuple[ReportColumn, ...]) -> tuple[tuple[ReportColumn, ...], ...]:
    """These columns, then fewer: without shares, then long texts, then the last ones.

    Without the parameters, the first column that answers the question of the view stays.
    """
    optional = [column for column in columns if column.key not in _ESSENTIAL]
    answers = [column for column in optional if _drop_order(column) == 2]
    essential = () if PARAMS in columns else answers[:1]
    optional.reverse()
    layouts = [columns]
    for dropped in sorted(optional, key=_drop_order):
        if dropped not in essential:
            layouts.append(tuple(column for column in layouts[-1] if column != dropped))
    return tuple(layouts)


#: Columns that are shown on any terminal.
_ESSENTIAL = ("layer", "output", "params")


def _drop_order(column: ReportColumn) -> int:
    """What is left out first: what other columns imply, then what is long."""
    if column.key.endswith("_share"):
        return 0
    return 1 if column.key in ("operation", "attributes", "source") else 2


def layouts() -> tuple[tuple[ReportColumn, ...], ...]:
    """The default columns from the richest to the barest; a terminal takes the first that fits.

    What other columns imply goes first: bars, sizes, shares.
    """
    short = (_quantity("params", "Params", short=True), _quantity("macs", "MACs", short=True))

    def layout(cells: int, *extra: ReportColumn) -> tuple[ReportColumn, ...]:
        shares = share("params", cells), share("macs", cells)
        return (LAYER, *extra, PARAMS, shares[0], MACS, shares[1])

    return (
        layout(10, OPERATION, OUTPUT, ACTIVATION),
        layout(3, OPERATION, OUTPUT, ACTIVATION),
        layout(0, OPERATION, OUTPUT, ACTIVATION),
        layout(3, OPERATION, OUTPUT),
        layout(2, OPERATION, OUTPUT),
        layout(0, OPERATION, OUTPUT),
        (LAYER, OPERATION, OUTPUT, PARAMS, MACS),
        (LAYER, OUTPUT, PARAMS, MACS),
        (LAYER, OUTPUT, *short),
        (LAYER, OUTPUT, short[0]),
    )
