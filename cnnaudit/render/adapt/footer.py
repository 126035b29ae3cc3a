"""The result of ``--fit`` as text: the width, the bound that limits it, and the next width."""

from textwrap import wrap

from cnnaudit.adaptation.fit import BoundResult, WidthFit
from cnnaudit.adaptation.grid import BestPoint
from cnnaudit.adaptation.search import SearchResult
from cnnaudit.formatting import count_text
from cnnaudit.sources.files import printable


def fit_lines(search: SearchResult, width: int | None) -> list[str]:
    """The result of a search, in lines that fit a width; empty if there was no search."""
    if search is None:
        return []
    lines = _width_lines(search) if isinstance(search, WidthFit) else _best_lines(search)
    if width is None:
        return lines
    return [part for line in lines for part in wrap(line, width, subsequent_indent=" " * 8)]


def _width_lines(fit: WidthFit) -> list[str]:
    """The largest width that keeps the bounds."""
    lines = [f"Fit   width {fit.factor} is the largest that fits"]
    if fit.next_factor is None:
        lines[0] = f"Fit   width {fit.factor} fits, and --max-width allows no larger one"
    lines += [f"      {_bound_text(result)}" for result in fit.bound_results]
    if fit.next_factor is not None:
        broken = " and ".join(
            f"{result.quantity_text} {result.bound.text(result.next_value)}"
            for result in fit.broken_bounds
            if result.next_value is not None
        )
        lines.append(f"      the next width, {fit.next_factor}, breaks {broken}")
    return lines


def _best_lines(best: BestPoint) -> list[str]:
    """The best point of a grid."""
    point = ", ".join(f"{printable(name)}={printable(value)}" for name, value in best.point)
    summary = f"{count_text(best.fitting_count)} of {count_text(best.point_count)} networks"
    summary += " fit" if best.bound_results else " are valid"
    if best.invalid_count and best.bound_results:
        summary += f", {count_text(best.invalid_count)} are no networks"
    lines = [f"Fit   {point} has the most parameters: {summary}"]
    return lines + [f"      {_bound_text(result)}" for result in best.bound_results]


def _bound_text(result: BoundResult) -> str:
    bound = result.bound
    remaining = bound.limit - result.value
    room = f"{bound.text(remaining)} to spare" if remaining else "to the last unit"
    return (
        f"{result.quantity_text} {bound.text(result.value)} ≤ {bound.text(bound.limit)}, {room}"
        f"{': this binds' if result.is_binding else ''}"
    )
