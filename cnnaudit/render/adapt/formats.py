"""The formats of ``adapt``, and the values that they render."""

from typing import NamedTuple

from cnnaudit.adaptation.search import SearchResult
from cnnaudit.comparison.diff import Comparison

FORMATS = {
    "table": "to_table:render",
    "json": "to_json:render",
    "markdown": "to_page:render_markdown",
    "latex": "to_page:render_latex",
    "yaml": "to_yaml:render",
}


class Adaptation(NamedTuple):
    """A network against its stock, the result of a search, and the text of the adapted file.

    ``file`` is empty for formats that do not contain it.
    """

    comparison: Comparison
    search: SearchResult
    file: str = ""
