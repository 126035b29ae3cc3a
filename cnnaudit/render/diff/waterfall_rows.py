"""The rows of a waterfall: labels of its steps, and bars."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.comparison.diff import Cause, Comparison
from cnnaudit.comparison.step import NetworkChange, TotalsByName, Waterfall, WaterfallStep
from cnnaudit.formatting import count_text, shape_text, sizes_text, unit_bytes, value_text
from cnnaudit.render.diff.rows import cause_text
from cnnaudit.render.table import Column
from cnnaudit.sources.files import printable

#: Most changes of a step that are named.
_MAX_NAMED = 3
#: Most steps that fit into one line.
_MAX_LINE_STEPS = 6


class WaterfallRow(NamedTuple):
    """One of the two networks (without ``step``), or a step between them."""

    text: str
    before: TotalsByName
    after: TotalsByName
    step: WaterfallStep | None


def waterfall_rows(comparison: Comparison, waterfall: Waterfall) -> list[WaterfallRow]:
    """The first network, the steps, and the second network."""
    zero = dict.fromkeys(waterfall.start, 0)
    lines = [WaterfallRow(comparison.a.graph.name, zero, waterfall.start, None)]
    lines += [
        WaterfallRow(step_text(step), step.before, step.after, step) for step in waterfall.steps
    ]
    return [*lines, WaterfallRow(comparison.b.graph.name, zero, waterfall.end, None)]


def step_text(step: WaterfallStep) -> str:
    """The label of a step, and the reason if its changes cannot be separated."""
    text = label(step.changes)
    return f"{text} (together: {printable(step.obstacle)})" if step.obstacle else text


def label(changes: Sequence[NetworkChange]) -> str:
    """The changes of a step: ``input 227×227 → 270×480``; of many, the first are named."""
    if not changes:
        return "what no line of the files says"
    texts = [change_text(change) for change in changes]
    if len(texts) > _MAX_NAMED + 1:
        texts = [*texts[:_MAX_NAMED], f"{len(texts) - _MAX_NAMED} more"]
    return " + ".join(texts)


def change_text(change: NetworkChange) -> str:
    """One change: ``classes 1000 → 29``, ``width 29/1000``, ``conv1: filters 96 → 64``."""
    layers = f" ({change.layers} layers)" if change.layers > 1 else ""
    if change.kind in ("added", "removed"):
        return f"{change.name} {change.kind}{layers}"
    if change.kind == "replaced":
        return (
            f"{change.name} replaced by {change.causes[0].b}{layers if change.layers > 2 else ''}"
        )
    if change.kind == "input":
        return f"input {_inputs(change.causes[0])}"
    if change.kind == "variable":
        return f"{change.name} {_variable(change.causes[0])}"
    causes = ", ".join(map(cause_text, change.causes))
    return f"{change.name}: {causes}{layers}" if change.name else causes


def _inputs(cause: Cause) -> str:
    """The shapes, without the channels if they are the same."""
    sides = (cause.a, cause.b)
    same_channels = len(cause.a) == len(cause.b) and all(
        len(x) > 1 and len(x) == len(y) and x[-1] == y[-1] for x, y in zip(*sides, strict=True)
    )
    texts = [
        ", ".join(sizes_text(shape[:-1]) if same_channels else shape_text(shape) for shape in side)
        for side in sides
    ]
    return " → ".join(texts)


def _variable(cause: Cause) -> str:
    """Both values; of a factor that was 1, the new one."""
    if cause.a == 1 and cause.a is not True:
        return _exact(cause.b)
    return f"{_exact(cause.a)} → {_exact(cause.b)}"


def _exact(value: Any) -> str:
    """Fractions as fractions, as the file gives them."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return ", ".join(map(_exact, value))
    return printable(value) if isinstance(value, str) else value_text(value)


def signed(difference: int) -> str:
    """``+57,671,680``, ``−3,978,187``, ``±0``."""
    sign = "+" if difference > 0 else "−" if difference else "±"
    return f"{sign}{count_text(abs(difference))}"


def bar(row: WaterfallRow, total: str, limit: int, cells: int) -> str:
    """A bar from one end of a row to the other, on an axis from 0 to ``limit``, in ``cells``.

    A decrease is drawn lighter; the smallest difference is one cell.
    """
    low, high = sorted((row.before[total], row.after[total]))
    if low == high or not limit:
        return ""
    start = min(cells * low // limit, cells - 1)
    end = max(-(-cells * high // limit), start + 1)
    shade = "█" if row.after[total] > row.before[total] else "▒"
    return " " * start + shade * (end - start)


def maximum(waterfall: Waterfall, total: str) -> int:
    """The largest value of a total among all steps."""
    return max(
        waterfall.start[total],
        *(step.after[total] for step in waterfall.steps),
        waterfall.end[total],
    )


def parameters_line(waterfall: Waterfall) -> list[str]:
    """The parameters of each step of a short waterfall, on one line; empty for a long one."""
    if not 0 < len(waterfall.steps) <= _MAX_LINE_STEPS:
        return []
    steps = [
        f"{label(step.changes)} {signed(step.difference('params'))}" for step in waterfall.steps
    ]
    ends = count_text(waterfall.start["params"]), count_text(waterfall.end["params"])
    return [f"Parameters: {' · '.join((ends[0], *steps, ends[1]))}"]


def notes(waterfall: Waterfall) -> list[str]:
    """Remarks on the steps."""
    lines = []
    if not waterfall.steps:
        lines.append("Nothing that was changed makes a difference to the numbers.")
    if waterfall.is_grouped:
        steps = "1 step" if len(waterfall.steps) == 1 else f"{len(waterfall.steps)} steps"
        lines.append(
            f"{count_text(waterfall.change_count)} changes in {steps}: neighbours are taken"
            " together where there are too many to walk one by one."
        )
    if any(step.obstacle for step in waterfall.steps):
        lines.append("together: without the last of these changes there is no valid network.")
    return lines


class WaterfallQuantity(NamedTuple):
    """A total of the networks: its title, the text of a number, and the cells of its bar if any."""

    total: str
    title: str
    text: Callable[[int], str]
    cells: int = 0


WEIGHTS = WaterfallQuantity("weight_bytes", "Weights", unit_bytes)
ACTIVATIONS = WaterfallQuantity("activation_bytes", "Activations", unit_bytes)


def params(cells: int) -> WaterfallQuantity:
    """Parameters with a bar."""
    return WaterfallQuantity("params", "Params", count_text, cells)


def macs(cells: int = 0) -> WaterfallQuantity:
    """MACs, with a bar if ``cells`` are given."""
    return WaterfallQuantity("macs", "MACs", count_text, cells)


def columns(
    quantities: Sequence[WaterfallQuantity], waterfall: Waterfall
) -> list[Column[WaterfallRow]]:
    """The column of the changes, and those of some quantities, each with its bar."""
    change = Column[WaterfallRow](
        "Change", lambda row: row.text, lambda row: "" if row.step else "bold", wraps=True
    )
    pairs = [quantity_columns(quantity, waterfall) for quantity in quantities]
    return [change, *(column for pair in pairs for column in pair)]


def quantity_columns(
    quantity: WaterfallQuantity, waterfall: Waterfall
) -> list[Column[WaterfallRow]]:
    """A total of the networks, the signed difference of a step; and its bar if it has one."""
    total, title, text, cells = quantity
    limit = maximum(waterfall, total)

    def difference(row: WaterfallRow) -> int:
        return row.after[total] - row.before[total]

    def number(row: WaterfallRow) -> str:
        sign = signed(difference(row))[0] if row.step else ""
        return f"{sign}{text(abs(difference(row)))}"

    def style(row: WaterfallRow) -> str:
        return "" if row.step is None else "red" if difference(row) > 0 else "green"

    numbers = Column(
        title, number, lambda row: style(row) if difference(row) else "dim", right=True
    )
    if not cells:
        return [numbers]
    bars = Column[WaterfallRow](
        "",
        lambda row: bar(row, total, limit, cells).ljust(cells),
        lambda row: style(row) or "cyan",
    )
    return [numbers, bars]
