"""Receptive fields in a report: their columns, and notes below the table."""

from collections.abc import Callable, Sequence
from typing import Any

from cnnaudit.analysis.receptive_field import GLOBAL, ReceptiveField, receptive_fields
from cnnaudit.calculator import Audit, Totals
from cnnaudit.formatting import decimal, percent
from cnnaudit.render.report.columns import AnalysisColumns, ReportColumn, by_row
from cnnaudit.render.report.formats import ReportOptions
from cnnaudit.render.report.rows import ReportRow

#: The text of an undefined field; the reason is below the table, and in CSV.
_UNDEFINED = "undefined"


def analyse(audits: Sequence[Audit], _options: ReportOptions) -> AnalysisColumns:
    """The receptive fields of each network."""
    fields = [receptive_fields(audit.graph) for audit in audits]
    notes = [field_notes(*pair) for pair in zip(audits, fields, strict=True)]
    return AnalysisColumns(field_columns(audits, fields), notes)


def field_columns(
    audits: Sequence[Audit], fields: Sequence[Sequence[ReceptiveField]]
) -> dict[str, ReportColumn]:
    """The columns by their keys, for the rows of these audits; sizes are in cells of the input."""
    field_by_row = by_row(audits, fields)

    def of(row: ReportRow) -> ReceptiveField | None:
        # Rows are keyed by identity.
        return field_by_row[id(row.rows[-1])] if row.rows and not row.heading else None

    def column(
        key: str,
        title: str,
        shown: Callable[[ReceptiveField], str],
        exact: Callable[[ReceptiveField], object] | None = None,
    ) -> ReportColumn:
        def value(row: ReportRow) -> object:
            field = of(row)
            return None if field is None else (exact or shown)(field)

        def text(row: ReportRow, _totals: Totals) -> str:
            field = of(row)
            return "" if field is None else shown(field)

        return ReportColumn(key, title, value, text, unfolds=True)

    columns = (
        column("receptive_field", "Field", _size, lambda f: f.note or axes(f.size)),
        column("narrowest", "Narrowest", lambda f: axes(f.narrowest)),
        column("stride", "Stride", lambda f: axes(f.stride)),
        column("offset", "Offset", lambda f: axes(f.offset)),
        column("misalignment", "Off centre", lambda f: axes(f.misalignment)),
        column("seen", "Seen", _seen, lambda f: None if f.seen is None else float(f.seen)),
        column("path", "Path", _path),
    )
    return {column.key: column for column in columns}


def axes(values: Sequence[Any] | None) -> str:
    """The values of all axes; one number if they are equal, empty if there are none."""
    if values is None:
        return ""
    texts = ["–" if value is None else decimal(value) for value in values]
    return texts[0] if len(set(texts)) == 1 else "×".join(texts)


def _size(field: ReceptiveField) -> str:
    if field.note in (None, GLOBAL):
        return field.note or axes(field.size)
    return _UNDEFINED


def _seen(field: ReceptiveField) -> str:
    return "" if field.seen is None else percent(field.seen.numerator, field.seen.denominator)


def _path(field: ReceptiveField) -> str:
    if field.shortest == field.longest:
        return str(field.longest)
    return f"{field.shortest}–{field.longest}"


def field_notes(audit: Audit, fields: Sequence[ReceptiveField]) -> list[str]:
    """The last local field, the reasons of undefined ones, and the terms."""
    nodes = [
        (node, field)
        for node, field in zip(audit.graph.nodes, fields, strict=True)
        if not node.auxiliary and node.op != "input"
    ]
    lines = []
    local = [(node, field) for node, field in nodes if field.size is not None]
    if local:
        node, field = local[-1]
        lines.append(
            f"Field        {axes(field.size)} cells at {node.layer}, stride {axes(field.stride)},"
            f" {_seen(field)} of the input from its middle; {axes(field.narrowest)} on the"
            " narrowest path"
        )
    reasons: dict[str, str] = {}
    for node, field in nodes:
        if field.note not in (None, GLOBAL):
            reasons.setdefault(str(field.note), node.layer)
    lines += [f"Undefined    from {layer} on: {reason}" for reason, layer in reasons.items()]
    if nodes:
        lines.append(
            f"Path         {_path(nodes[-1][1])} layers with weights to {nodes[-1][0].layer}"
        )
    lines.append(
        "Terms        field: cells of the input that one position sees, the union over branches,"
        " unclipped; global: every position sees the same; offset: centre of the first field, 0 is"
        " the first cell's; seen: share of the input within the middle position's field"
    )
    return lines
