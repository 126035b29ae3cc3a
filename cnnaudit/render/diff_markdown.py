"""``diff -f markdown``: the comparison for a pull request."""

from cnnaudit.comparison.diff import Comparison
from cnnaudit.formatting import count_text, shape_text
from cnnaudit.render.diff_lines import (
    MARKS,
    both,
    bounds,
    cause_text,
    diff_lines,
    quantity_text,
    ratio_text,
    summary_line,
    unknown_lines,
    why,
)
from cnnaudit.render.report_markdown import escape, markdown_table

_TITLES = (
    ("", False),
    ("Layer", False),
    ("Output A", True),
    ("Output B", True),
    ("Params A", True),
    ("Params B", True),
    ("MACs A", True),
    ("MACs B", True),
    ("Why", False),
)
_TOTALS = (("Parameters", "params"), ("MACs", "macs"), ("FLOPs", "flops"))


def render(comparison: Comparison, *, only_changed: bool) -> str:
    """What differs as a whole, the totals, and the lines."""
    a, b = comparison.a.graph, comparison.b.graph
    totals = [
        (title, *bounds(comparison, count_text, *delta), ratio_text(*delta))
        for title, key in _TOTALS
        for delta in (comparison.totals[key],)
    ]
    parts = [f"## {escape(a.name)} → {escape(b.name)}\n"]
    if comparison.network_causes:
        parts.append("".join(f"- {escape(cause_text(c))}\n" for c in comparison.network_causes))
    titles = (("", False), ("A", True), ("B", True), ("Change", True))
    parts.append(markdown_table(titles, totals))
    rows = []
    for line in diff_lines(comparison, only_changed=only_changed):
        times = f" ×{line.times}" if line.times > 1 else ""
        name = "  " * line.depth + line.name + times
        if line.pair is None:
            rows.append([MARKS.get(line.status, ""), name, *[""] * 6, line.status])
            continue
        reason = why(line.pair) if line.status == "changed" else line.status
        shapes = both(line.pair, lambda row: shape_text(row.shape))
        params = both(line.pair, quantity_text(count_text, "params"))
        macs = both(line.pair, quantity_text(count_text, "macs"))
        same = "" if line.status == "same" else reason
        rows.append([MARKS[line.status].strip(), name, *shapes, *params, *macs, same])
    if rows:
        parts.append(markdown_table(_TITLES, rows))
    closing = [summary_line(comparison), *unknown_lines(comparison)]
    parts.append("".join(f"{escape(line)}\n" for line in closing))
    return "\n".join(parts)
