"""A sweep plotted in characters: parameters and MACs over one varied value."""

from collections.abc import Sequence
from typing import IO

from cnnaudit.render.formats import Display
from cnnaudit.render.sweep.footer import heading
from cnnaudit.render.sweep.scales import Scale, scale, tick_text
from cnnaudit.sweeping.curves import PLOTTED_QUANTITIES, CurvePoint, Curves
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.variants import Rows

_WIDTH, _HEIGHT = 80, 12
_POINT, _RANGE = "•", "│"


class PlotSink:
    """Collects the curves, and draws them at the end."""

    def __init__(self, stream: IO[bytes], header: SweepHeader, display: Display) -> None:
        self.stream = stream
        self.header = header
        self.display = display
        self.curves = Curves(header.grid)

    def add(self, rows: Rows) -> None:
        """Take some variants."""
        self.curves.add(rows)

    def end(self, _outcome: SweepOutcome) -> None:
        """Draw the plot."""
        self.stream.write(render(self.curves, heading(self.header), self.display.width).encode())


def render(curves: Curves, title: Sequence[str], width: int | None) -> str:
    """Two panels, one below the other."""
    lines = list(title)
    for name, panel_title in PLOTTED_QUANTITIES.items():
        points = curves.points(name)
        lines += ["", panel_title, *_panel(points, curves.title, width or _WIDTH)]
    if curves.has_range:
        lines += ["", f"{_POINT} least and most, {_RANGE} between: other values vary too"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _panel(points: Sequence[CurvePoint], title: str, width: int) -> list[str]:
    if not points:
        return ["  no variant is left to plot"]
    upright = scale(0, max(point.maximum for point in points), 4, from_zero=True)
    labels = {_row(upright, tick): tick_text(tick) for tick in upright.ticks}
    margin = max(map(len, labels.values()))
    columns = max(width - margin - 3, 10)
    across = scale(points[0].x, points[-1].x, max(columns // 14, 2), from_zero=False)
    cells = [[" "] * columns for _ in range(_HEIGHT)]
    for point in points:
        column = round(across.share(point.x) * (columns - 1))
        low, high = _row(upright, point.minimum), _row(upright, point.maximum)
        for row in range(high + 1, low):
            if cells[row][column] == " ":
                cells[row][column] = _RANGE
        cells[low][column] = cells[high][column] = _POINT
    lines = [
        f"{labels.get(row, ''):>{margin}} {'┤' if row in labels else '│'}{''.join(line)}"
        for row, line in enumerate(cells)
    ]
    return [*lines, *_horizontal(across, columns, margin, title)]


def _row(upright: Scale, value: float) -> int:
    return _HEIGHT - 1 - round(upright.share(value) * (_HEIGHT - 1))


def _horizontal(across: Scale, columns: int, margin: int, title: str) -> list[str]:
    """The axis below, its ticks and what it shows."""
    line, texts = ["─"] * columns, [" "] * columns
    free = 0
    for tick in across.ticks:
        column = round(across.share(tick) * (columns - 1))
        text = tick_text(tick)
        start = min(max(column - len(text) // 2, 0), columns - len(text))
        line[column] = "┬"
        if start >= free:
            texts[start : start + len(text)] = text
            free = start + len(text) + 2
    blank = " " * (margin + 1)
    return [f"{blank}└{''.join(line)}", f"{blank} {''.join(texts)}", f"{blank} {title:^{columns}}"]
