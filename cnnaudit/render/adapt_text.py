"""What ``adapt`` says beside the diff: the width that fits, what binds it, what comes next."""

from textwrap import wrap

from cnnaudit.adaptation.fit import BoundResult, WidthFit
from cnnaudit.adaptation.grid import BestPoint
from cnnaudit.adaptation.search import SearchResult
from cnnaudit.formatting import count_text
from cnnaudit.sources.files import printable


def found_lines(found: SearchResult, width: int | None) -> list[str]:
    """What was found, in lines that fit a width; nothing where nothing was looked for."""
    if found is None:
        return []
    lines = _fit_lines(found) if isinstance(found, WidthFit) else _best_lines(found)
    if width is None:
        return lines
    return [part for line in lines for part in wrap(line, width, subsequent_indent=" " * 8)]


def _fit_lines(fit: WidthFit) -> list[str]:
    """The largest width that keeps the bounds."""
    lines = [f"Fit   width {fit.factor} is the largest that fits"]
    if fit.next_factor is None:
        lines[0] = f"Fit   width {fit.factor} fits, and --max-width allows no larger one"
    lines += [f"      {_kept(kept)}" for kept in fit.bound_results]
    if fit.next_factor is not None:
        broken = " and ".join(
            f"{kept.quantity_text} {kept.bound.text(kept.next_value)}"
            for kept in fit.broken_bounds
            if kept.next_value is not None
        )
        lines.append(f"      the next width, {fit.next_factor}, breaks {broken}")
    return lines


def _best_lines(best: BestPoint) -> list[str]:
    """The best point of a grid."""
    point = ", ".join(f"{printable(name)}={printable(value)}" for name, value in best.point)
    said = f"{count_text(best.fitting_count)} of {count_text(best.point_count)} networks"
    said += " fit" if best.bound_results else " are valid"
    if best.invalid_count and best.bound_results:
        said += f", {count_text(best.invalid_count)} are no networks"
    lines = [f"Fit   {point} has the most parameters: {said}"]
    return lines + [f"      {_kept(kept)}" for kept in best.bound_results]


def _kept(kept: BoundResult) -> str:
    bound = kept.bound
    left = bound.limit - kept.value
    room = f"{bound.text(left)} to spare" if left else "to the last unit"
    return (
        f"{kept.quantity_text} {bound.text(kept.value)} ≤ {bound.text(bound.limit)}, {room}"
        f"{': this binds' if kept.is_binding else ''}"
    )
