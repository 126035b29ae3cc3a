"""``adapt`` as a table: the diff against the stock, and below it what was fitted."""

from cnnaudit.adaptation.search import SearchResult
from cnnaudit.comparison.diff import Comparison
from cnnaudit.render import diff_table
from cnnaudit.render.adapt_text import found_lines


def render(comparison: Comparison, found: SearchResult, width: int | None, color: bool) -> str:
    """The table of ``diff``, then a blank line and the fit."""
    text = diff_table.render(comparison, only_changed=False, width=width, color=color)
    lines = found_lines(found, width)
    return text + "".join(f"{line}\n" for line in ("", *lines)) if lines else text
