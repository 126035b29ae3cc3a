"""What ``adapt`` says beside the diff: the width that fits, what binds it, what comes next."""

from textwrap import wrap

from cnnaudit.adaptation.fit import Fit, Kept
from cnnaudit.adaptation.grid import Best
from cnnaudit.adaptation.search import Found
from cnnaudit.formatting import count_text
from cnnaudit.parsing.source import printable


def found_lines(found: Found, width: int | None) -> list[str]:
    """What was found, in lines that fit a width; nothing where nothing was looked for."""
    if found is None:
        return []
    lines = _fit_lines(found) if isinstance(found, Fit) else _best_lines(found)
    if width is None:
        return lines
    return [part for line in lines for part in wrap(line, width, subsequent_indent=" " * 8)]


def _fit_lines(fit: Fit) -> list[str]:
    """The largest width that keeps the bounds."""
    lines = [f"Fit   width {fit.factor} is the largest that fits"]
    if fit.following is None:
        lines[0] = f"Fit   width {fit.factor} fits, and --max-width allows no larger one"
    lines += [f"      {_kept(kept)}" for kept in fit.kept]
    if fit.following is not None:
        broken = " and ".join(
            f"{kept.quantity_text} {kept.bound.text(kept.beyond)}"
            for kept in fit.broken
            if kept.beyond is not None
        )
        lines.append(f"      the next width, {fit.following}, breaks {broken}")
    return lines


def _best_lines(best: Best) -> list[str]:
    """The best point of a grid."""
    point = ", ".join(f"{printable(name)}={printable(value)}" for name, value in best.point)
    said = f"{count_text(best.fitting)} of {count_text(best.points)} networks"
    said += " fit" if best.kept else " are valid"
    if best.invalid and best.kept:
        said += f", {count_text(best.invalid)} are no networks"
    lines = [f"Fit   {point} has the most parameters: {said}"]
    return lines + [f"      {_kept(kept)}" for kept in best.kept]


def _kept(kept: Kept) -> str:
    bound = kept.bound
    left = bound.most - kept.value
    room = f"{bound.text(left)} to spare" if left else "to the last unit"
    return (
        f"{kept.quantity_text} {bound.text(kept.value)} ≤ {bound.text(bound.most)}, {room}"
        f"{': this binds' if kept.binds else ''}"
    )
