"""``adapt -f markdown``: the diff against the stock, and below it what was fitted."""

from cnnaudit.adaptation.search import SearchResult
from cnnaudit.comparison.diff import Comparison
from cnnaudit.render import diff_markdown
from cnnaudit.render.adapt_text import found_lines
from cnnaudit.render.report_markdown import escape


def render(comparison: Comparison, found: SearchResult) -> str:
    """The comparison as ``diff`` gives it, then the fit as a list."""
    text = diff_markdown.render(comparison, only_changed=False)
    lines = found_lines(found, None)
    listed = "".join(f"- {escape(line.removeprefix('Fit').strip())}\n" for line in lines)
    return f"{text}\n{listed}" if lines else text
