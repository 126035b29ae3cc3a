"""The result of ``--fit`` in words: the width, the bound that limits it, and the next width."""

from textwrap import wrap

from cnnaudit.adaptation.fit import Fit, Kept
from cnnaudit.adaptation.grid import Best
from cnnaudit.adaptation.search import Found
from cnnaudit.parsing.source import printable
from cnnaudit.text import count_text


def fit_lines(search: Found, width: int | None) -> list[str]:
    """The result of a search, in lines that fit a width; empty if there was no search."""
    if search is None:
        return []
    lines = _width_lines(search) if isinstance(search, Fit) else _best_lines(search)
    if width is None:
        return lines
    return [part for line in lines for part in wrap(line, width, subsequent_indent=" " * 8)]


def _width_lines(fit: Fit) -> list[str]:
    """The largest width that keeps the bounds."""
    lines = [f"Fit   width {fit.factor} is the largest that fits"]
    if fit.following is None:
        lines[0] = f"Fit   width {fit.factor} fits, and --max-width allows no larger one"
    lines += [f"      {_bound_text(result)}" for result in fit.kept]
    if fit.following is not None:
        broken = " and ".join(
            f"{result.quantity_text} {result.bound.text(result.beyond)}"
            for result in fit.broken
            if result.beyond is not None
        )
        lines.append(f"      the next width, {fit.following}, breaks {broken}")
    return lines


def _best_lines(best: Best) -> list[str]:
    """The best point of a grid."""
    point = ", ".join(f"{printable(name)}={printable(value)}" for name, value in best.point)
    summary = f"{count_text(best.fitting)} of {count_text(best.points)} networks"
    summary += " fit" if best.kept else " are valid"
    if best.invalid and best.kept:
        summary += f", {count_text(best.invalid)} are no networks"
    lines = [f"Fit   {point} has the most parameters: {summary}"]
    return lines + [f"      {_bound_text(result)}" for result in best.kept]


def _bound_text(result: Kept) -> str:
    bound = result.bound
    left = bound.most - result.value
    room = f"{bound.text(left)} to spare" if left else "to the last unit"
    return (
        f"{result.quantity_text} {bound.text(result.value)} ≤ {bound.text(bound.most)}, {room}"
        f"{': this binds' if result.binds else ''}"
    )
