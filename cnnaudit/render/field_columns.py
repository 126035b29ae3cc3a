"""Receptive fields in a report: its columns, and what they come to in words."""

from collections.abc import Callable, Sequence
from typing import Any

from cnnaudit.analysis.receptive_field import GLOBAL, Field, receptive_fields
from cnnaudit.calculator import Audit, Totals
from cnnaudit.formatting import decimal, percent
from cnnaudit.render.columns import Column
from cnnaudit.render.lines import Line

#: In place of a reason, which stands below the table; CSV has it in full.
_UNDEFINED = "undefined"


def field_columns(audits: Sequence[Audit], found: Sequence[Sequence[Field]]) -> dict[str, Column]:
    """The columns by their keys, for the rows of these audits; sizes are in cells of the input."""
    fields = {
        id(row): field
        for audit, each in zip(audits, found, strict=True)
        for row, field in zip(audit.rows, each, strict=True)
    }

    def of(line: Line) -> Field | None:
        return fields[id(line.rows[-1])] if line.rows and not line.heading else None

    def column(
        key: str,
        title: str,
        say: Callable[[Field], str],
        exact: Callable[[Field], object] | None = None,
    ) -> Column:
        def value(line: Line) -> object:
            field = of(line)
            return None if field is None else (exact or say)(field)

        def text(line: Line, _totals: Totals) -> str:
            field = of(line)
            return "" if field is None else say(field)

        return Column(key, title, value, text, unfolds=True)

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
    """One number where all axes have the same; empty where there is none."""
    if values is None:
        return ""
    said = ["–" if value is None else decimal(value) for value in values]
    return said[0] if len(set(said)) == 1 else "×".join(said)


def _size(field: Field) -> str:
    if field.note in (None, GLOBAL):
        return field.note or axes(field.size)
    return _UNDEFINED


def _seen(field: Field) -> str:
    return "" if field.seen is None else percent(field.seen.numerator, field.seen.denominator)


def _path(field: Field) -> str:
    if field.shortest == field.longest:
        return str(field.longest)
    return f"{field.shortest}–{field.longest}"


def field_notes(audit: Audit, fields: Sequence[Field]) -> list[str]:
    """The largest field before everything is seen at once, why others are undefined, and terms."""
    nodes = [
        (node, field)
        for node, field in zip(audit.graph.nodes, fields, strict=True)
        if not node.auxiliary and node.kind != "input"
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
    lines += [f"Undefined    from {layer} on: {why}" for why, layer in reasons.items()]
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


def analysed(audits: Sequence[Audit]) -> list[tuple[Field, ...]]:
    """The fields of each network."""
    return [receptive_fields(audit.graph) for audit in audits]
