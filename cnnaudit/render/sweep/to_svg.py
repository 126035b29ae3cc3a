"""A sweep plotted as SVG: parameters and MACs over one varied value, readable without colour."""

from collections.abc import Iterator, Sequence
from typing import IO
from xml.sax.saxutils import escape

from cnnaudit.formatting import count_text
from cnnaudit.render.formats import Display
from cnnaudit.render.sweep.footer import heading
from cnnaudit.render.sweep.scales import scale, tick_text
from cnnaudit.sweeping.curves import PLOTTED_QUANTITIES, CurvePoint, Curves
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.variants import Rows

_WIDTH, _PANEL, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 260, 84, 24, 34, 48
_COLOURS = {"params": "#1f5a99", "macs": "#b3471d"}
#: The legend of ranges.
SPREAD = "Dots: the least and the most; a line between them: other values vary too."
#: Most points that can be told apart at this width.
_MAX_POINTS = 300


class SvgSink:
    """Collects the curves, and draws them at the end."""

    def __init__(self, stream: IO[bytes], header: SweepHeader, _display: Display) -> None:
        self.stream = stream
        self.header = header
        self.curves = Curves(header.grid)

    def add(self, rows: Rows) -> None:
        """Take some variants."""
        self.curves.add(rows)

    def end(self, _outcome: SweepOutcome) -> None:
        """Draw the plot."""
        self.stream.write(render(self.curves, heading(self.header)).encode())


def render(curves: Curves, texts: Sequence[str]) -> str:
    """Two panels, one below the other; the texts are the image's title and description."""
    below = 40 + _PANEL * len(PLOTTED_QUANTITIES)
    height = below + 24 * curves.has_range
    title = f"{', '.join(PLOTTED_QUANTITIES.values())} over {curves.title}: {texts[0]}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
        f' width="{_WIDTH}" height="{height}" role="img" aria-labelledby="title desc"'
        ' font-family="system-ui, sans-serif" font-size="12" fill="#222">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(_description(curves, texts))}</desc>',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="15" font-weight="600">{escape(texts[0])}</text>',
    ]
    varied = escape(" · ".join(texts[1:]))
    lines.append(f'<text x="{_LEFT}" y="42" font-size="11" fill="#555">{varied}</text>')
    for number, (name, panel_title) in enumerate(PLOTTED_QUANTITIES.items()):
        top = 40 + number * _PANEL
        lines += _panel(curves.points(name), (panel_title, curves.title), top, _COLOURS[name])
    if curves.has_range:
        lines.append(
            f'<text x="{_LEFT}" y="{below + 4}" font-size="11" fill="#555">{SPREAD}</text>'
        )
    return "\n".join([*lines, "</svg>"]) + "\n"


def _description(curves: Curves, texts: Sequence[str]) -> str:
    parts = list(texts[1:])
    for name, title in PLOTTED_QUANTITIES.items():
        points = curves.points(name)
        if points:
            minimum = min(point.minimum for point in points)
            maximum = max(point.maximum for point in points)
            parts.append(f"{title}: {count_text(minimum)} to {count_text(maximum)}")
    return "; ".join(parts) + "."


def _panel(
    points: Sequence[CurvePoint], titles: tuple[str, str], top: int, colour: str
) -> Iterator[str]:
    """Dots with their axes; ``titles`` are above the panel and below its horizontal axis."""
    title, below = titles
    left, right = _LEFT, _WIDTH - _RIGHT
    first, last = top + _TOP, top + _PANEL - _BOTTOM
    yield f'<text x="{left}" y="{top + 22}" font-weight="600">{escape(title)}</text>'
    middle = f"{(left + right) / 2:g}"
    yield f'<text x="{middle}" y="{last + 36}" text-anchor="middle">{escape(below)}</text>'
    if not points:
        yield f'<text x="{left + 12}" y="{first + 24}">no variant is left to plot</text>'
        return
    upright = scale(0, max(point.maximum for point in points), 4, from_zero=True)
    across = scale(points[0].x, points[-1].x, 8, from_zero=False)

    def x(value: float) -> str:
        return f"{left + 8 + across.share(value) * (right - left - 16):.1f}"

    def y(value: float) -> str:
        return f"{last - upright.share(value) * (last - first):.1f}"

    for tick in upright.ticks:
        at = y(tick)
        yield f'<path d="M{left} {at}H{right}" stroke="#ddd"/>'
        yield (
            f'<text x="{left - 8}" y="{at}" text-anchor="end" dominant-baseline="middle">'
            f"{tick_text(tick)}</text>"
        )
    for tick in across.ticks:
        at = x(tick)
        yield f'<path d="M{at} {last}v5" stroke="#222"/>'
        yield f'<text x="{at}" y="{last + 18}" text-anchor="middle">{tick_text(tick)}</text>'
    yield f'<path d="M{left} {first}V{last}H{right}" fill="none" stroke="#222"/>'
    for position, minimum, maximum in _thinned(points):
        if minimum != maximum:
            yield (
                f'<path d="M{x(position)} {y(minimum)}V{y(maximum)}" stroke="{colour}"'
                ' stroke-opacity="0.35" stroke-width="2"/>'
            )
            yield f'<circle cx="{x(position)}" cy="{y(minimum)}" r="2.2" fill="{colour}"/>'
        yield f'<circle cx="{x(position)}" cy="{y(maximum)}" r="2.2" fill="{colour}"/>'


def _thinned(points: Sequence[CurvePoint]) -> list[CurvePoint]:
    """At most as many points as can be told apart; neighbours are joined."""
    step = -(-len(points) // _MAX_POINTS)
    return [
        CurvePoint(
            group[0].x, min(point.minimum for point in group), max(point.maximum for point in group)
        )
        for group in (points[start : start + step] for start in range(0, len(points), step))
    ]
