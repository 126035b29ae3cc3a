"""The steps of a waterfall in words, and its bars."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.comparison.diff import Cause, Comparison
from cnnaudit.comparison.step import NetworkChange, TotalsByName, Waterfall, WaterfallStep
from cnnaudit.formatting import count_text, shape_text, sizes_text, value_text
from cnnaudit.render.diff_lines import cause_text
from cnnaudit.sources.files import printable

#: Changes of one step that are named.
_NAMED = 3
#: Steps that one line can tell.
_TOLD = 6


class FallLine(NamedTuple):
    """One line: the networks at both ends (then without ``step``), or a step between them."""

    text: str
    before: TotalsByName
    after: TotalsByName
    step: WaterfallStep | None


def fall_lines(comparison: Comparison, fall: Waterfall) -> list[FallLine]:
    """The first network, what each step does to it, and the second."""
    zero = dict.fromkeys(fall.start, 0)
    lines = [FallLine(comparison.a.graph.name, zero, fall.start, None)]
    lines += [FallLine(step_text(step), step.before, step.after, step) for step in fall.steps]
    return [*lines, FallLine(comparison.b.graph.name, zero, fall.end, None)]


def step_text(step: WaterfallStep) -> str:
    """The label of a step; and why its changes are together, where they had to be."""
    text = label(step.changes)
    return f"{text} (together: {printable(step.obstacle)})" if step.obstacle else text


def label(changes: Sequence[NetworkChange]) -> str:
    """What was changed: ``input 227×227 → 270×480``; several in a row, the first of them named."""
    if not changes:
        return "what no line of the files says"
    texts = [change_text(change) for change in changes]
    if len(texts) > _NAMED + 1:
        texts = [*texts[:_NAMED], f"{len(texts) - _NAMED} more"]
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
    """The shapes, without the channels where they are the same."""
    sides = (cause.a, cause.b)
    alike = len(cause.a) == len(cause.b) and all(
        len(x) > 1 and len(x) == len(y) and x[-1] == y[-1] for x, y in zip(*sides, strict=True)
    )
    texts = [
        ", ".join(sizes_text(shape[:-1]) if alike else shape_text(shape) for shape in side)
        for side in sides
    ]
    return " → ".join(texts)


def _variable(cause: Cause) -> str:
    """Both values; of a factor that was 1, the new one."""
    if cause.a == 1 and cause.a is not True:
        return _exact(cause.b)
    return f"{_exact(cause.a)} → {_exact(cause.b)}"


def _exact(value: Any) -> str:
    """Fractions as fractions: they are what a file says, and what was calculated with."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return ", ".join(map(_exact, value))
    return printable(value) if isinstance(value, str) else value_text(value)


def signed(difference: int) -> str:
    """``+57,671,680``, ``−3,978,187``, ``±0``."""
    sign = "+" if difference > 0 else "−" if difference else "±"
    return f"{sign}{count_text(abs(difference))}"


def bar(line: FallLine, total: str, most: int, cells: int) -> str:
    """The stretch between both ends of a line on an axis from 0 to ``most``, of ``cells`` cells.

    What is taken away is drawn lighter; the smallest difference is one cell.
    """
    low, high = sorted((line.before[total], line.after[total]))
    if low == high or not most:
        return ""
    start = min(cells * low // most, cells - 1)
    end = max(-(-cells * high // most), start + 1)
    shade = "█" if line.after[total] > line.before[total] else "▒"
    return " " * start + shade * (end - start)


def most(fall: Waterfall, total: str) -> int:
    """The largest value of a total on the way."""
    return max(fall.start[total], *(step.after[total] for step in fall.steps), fall.end[total])


def story(fall: Waterfall) -> list[str]:
    """The parameters of a short waterfall on one line."""
    if not 0 < len(fall.steps) <= _TOLD:
        return []
    steps = [f"{label(step.changes)} {signed(step.difference('params'))}" for step in fall.steps]
    ends = count_text(fall.start["params"]), count_text(fall.end["params"])
    return [f"Parameters: {' · '.join((ends[0], *steps, ends[1]))}"]


def notes(fall: Waterfall) -> list[str]:
    """What a reader must know about the steps."""
    lines = []
    if not fall.steps:
        lines.append("Nothing that was changed makes a difference to the numbers.")
    if fall.is_grouped:
        steps = "1 step" if len(fall.steps) == 1 else f"{len(fall.steps)} steps"
        lines.append(
            f"{count_text(fall.change_count)} changes in {steps}: neighbours are taken"
            " together where there are too many to walk one by one."
        )
    if any(step.obstacle for step in fall.steps):
        lines.append("together: without the last of these changes there is no valid network.")
    return lines
