"""``diff --waterfall -f markdown``: the steps for a pull request."""

from cnnaudit.comparison.diff import Comparison
from cnnaudit.comparison.step import Waterfall
from cnnaudit.formatting import count_text, unit_bytes
from cnnaudit.render.diff_lines import unknown_lines
from cnnaudit.render.report_markdown import escape, markdown_table
from cnnaudit.render.waterfall_lines import FallLine, bar, fall_lines, most, notes, signed

_CELLS = 16
_TITLES = (
    ("Change", False),
    ("Params", True),
    ("", False),
    ("MACs", True),
    ("Weights", True),
    ("Activations", True),
)


def render(comparison: Comparison, fall: Waterfall) -> str:
    """A row per step between the two networks."""
    a, b = comparison.a.graph, comparison.b.graph
    rows = [_row(line, fall) for line in fall_lines(comparison, fall)]
    closing = "".join(f"\n{escape(line)}\n" for line in (*notes(fall), *unknown_lines(comparison)))
    return f"## {escape(a.name)} → {escape(b.name)}\n\n{markdown_table(_TITLES, rows)}{closing}"


def _row(line: FallLine, fall: Waterfall) -> list[str]:
    def said(total: str) -> str:
        difference = line.after[total] - line.before[total]
        text = unit_bytes if total.endswith("_bytes") else count_text
        sign = signed(difference)[0] if line.step else ""
        return f"{sign}{text(abs(difference))}"

    drawn = bar(line, "params", most(fall, "params"), _CELLS)
    # Only a no-break space keeps a floating bar in its place.
    axis = drawn.replace(" ", "\u00a0")
    return [
        line.text,
        said("params"),
        axis,
        *map(said, ("macs", "weight_bytes", "activation_bytes")),
    ]
