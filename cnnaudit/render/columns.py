"""The columns of a report: one table of what can be shown, for every tabular format."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from cnnaudit.calculator import Audit, Totals
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.render.keys import FIELD_KEYS, MEMORY_KEYS, SIGNAL_KEYS, named
from cnnaudit.render.lines import Line, expanded, folded, written
from cnnaudit.text import bound_text, count_text, percent, shape_text, short_count, value_text

#: Eighths of a cell, from nothing to full.
_BLOCKS = " ▏▎▍▌▋▊▉█"


class Column(NamedTuple):
    """A column: its key for ``--columns``, its title, its exact value and its text.

    ``value`` gives what machines read (CSV); ``text`` what people read, given the totals. A column
    that ``unfolds`` differs between repetitions of the same layers, so that they are written out.
    """

    key: str
    title: str
    value: Callable[[Line], object]
    text: Callable[[Line, Totals], str]
    right: bool = True
    unfolds: bool = False


def bar(part: int, whole: int, cells: int) -> str:
    """A share as a bar of ``cells`` characters, in eighths of a character."""
    eighths = round(8 * cells * part / whole) if whole else 0
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_BLOCKS[rest] if rest else "")).ljust(cells)


def _quantity(key: str, title: str, *, short: bool = False) -> Column:
    def value(line: Line) -> int | None:
        return None if line.unknown else line.total(key)

    def text(line: Line, _totals: Totals) -> str:
        if line.operation == "input" or not line.rows:
            return ""
        if line.unknown:
            return "?"
        said = (short_count if short else count_text)(line.total(key))
        # What exists in training only stands in brackets: it is not part of the total.
        return f"({said})" if line.auxiliary else bound_text(said, line.complete)

    return Column(key, title, value, text)


def share(key: str, cells: int) -> Column:
    """A quantity's share of the total, as a bar of ``cells`` characters and in percent."""

    def value(line: Line) -> int:
        return line.total(key)

    def text(line: Line, totals: Totals) -> str:
        part, whole = line.total(key), getattr(totals, key)
        if not part or line.auxiliary:
            return ""
        said = percent(part, whole)
        return f"{bar(part, whole, cells)}{said:>6}" if cells else said

    title = "of params" if key == "params" else "of MACs" if key == "macs" else f"of {key}"
    return Column(f"{key}_share", title if cells > 2 else "%", value, text)


def _name(line: Line) -> str:
    times = f" ×{line.times}" if line.times > 1 else ""
    return "  " * line.depth + line.name + times


def _attributes(line: Line) -> str:
    if line.heading:
        return ""
    node = line.rows[0].node
    return ", ".join(f"{key} {value_text(value)}" for key, value in node.attributes.items())


def _place(line: Line) -> str:
    span = line.rows[0].node.span if line.rows else None
    return f"{span.source.path}:{span.line}" if span else ""


LAYER = Column("layer", "Layer", lambda line: line.full_name, lambda line, _: _name(line), False)
OPERATION = Column(
    "operation", "Operation", lambda line: line.operation, lambda line, _: line.operation, False
)
OUTPUT = Column(
    "output",
    "Output",
    lambda line: "x".join(map(str, line.shape)) if line.shape else "",
    lambda line, _: "" if line.heading else shape_text(line.shape),
)
ACTIVATION = Column(
    "activation_size",
    "Size",
    lambda line: line.activation_size,
    lambda line, _: (
        "" if line.heading else count_text(line.activation_size or 0) if line.shape else "?"
    ),
)
PARAMS = _quantity("params", "Params")
MACS = _quantity("macs", "MACs")

#: Everything that ``--columns`` may name.
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
        Column("attributes", "Attributes", _attributes, lambda line, _: _attributes(line), False),
        Column("source", "Source", _place, lambda line, _: _place(line), False),
    )
}


def chosen(text: str, more: Mapping[str, Column] = MappingProxyType({})) -> tuple[Column, ...]:
    """The columns of ``--columns a,b,c``, some of which may be of ``more``.

    Raises ``UsageError`` for one that does not exist.
    """
    known = {**COLUMNS, **more}
    columns = []
    for key in named(text):
        if key not in known:
            keys = (*COLUMNS, *MEMORY_KEYS, *FIELD_KEYS, *SIGNAL_KEYS)
            hint = did_you_mean(key, keys) or f"there are {', '.join(keys)}"
            raise UsageError(f"--columns: there is no column '{key}' ({hint})")
        columns.append(known[key])
    return tuple(columns) or (LAYER,)


def lines(audit: Audit, columns: tuple[Column, ...], *, expand: bool) -> list[Line]:
    """The lines of a table of these columns: repetitions folded where that hides nothing."""
    if expand:
        return expanded(audit)
    return written(audit) if any(column.unfolds for column in columns) else folded(audit)


def narrower(columns: tuple[Column, ...]) -> tuple[tuple[Column, ...], ...]:
    """These columns, and ever fewer of them: first the widest in words goes, then the last."""
    plain = tuple(column for column in columns if column.key not in ("operation", "attributes"))
    fewer = (plain[:count] for count in range(len(plain), 1, -1))
    named = tuple(column for column in plain if column.key != "output")
    return (columns, *fewer, named[:2])


def layouts() -> tuple[tuple[Column, ...], ...]:
    """The default columns from the richest to the barest; the first that fits is taken."""
    short = (_quantity("params", "Params", short=True), _quantity("macs", "MACs", short=True))

    def layout(cells: int, *extra: Column) -> tuple[Column, ...]:
        shares = share("params", cells), share("macs", cells)
        return (LAYER, *extra, PARAMS, shares[0], MACS, shares[1])

    return (
        layout(10, OPERATION, OUTPUT, ACTIVATION),
        layout(3, OPERATION, OUTPUT, ACTIVATION),
        layout(3, OUTPUT, ACTIVATION),
        layout(2, OUTPUT, ACTIVATION),
        layout(0, OUTPUT, ACTIVATION),
        layout(3, OUTPUT),
        layout(0, OUTPUT),
        (LAYER, OUTPUT, short[0], share("params", 0), short[1], share("macs", 0)),
        (LAYER, OUTPUT, *short),
        (LAYER, *short),
    )
