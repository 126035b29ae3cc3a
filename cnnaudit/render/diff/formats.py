"""The formats of ``diff``, and the values that they render."""

from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.comparison.diff import Comparison

if TYPE_CHECKING:  # loaded with --waterfall only
    from cnnaudit.comparison.step import Waterfall

#: Formats of a ``Comparison``.
FORMATS = {
    "table": "to_table:render",
    "json": "to_json:render",
    "markdown": "to_page:render_markdown",
    "latex": "to_page:render_latex",
}
#: Formats of a ``WaterfallDiff``, for ``--waterfall``.
WATERFALL_FORMATS = {
    "table": "waterfall_to_table:render",
    "json": "waterfall_to_json:render",
    "markdown": "waterfall_to_page:render_markdown",
    "latex": "waterfall_to_page:render_latex",
}


class WaterfallDiff(NamedTuple):
    """Two networks and the steps from one to the other."""

    comparison: Comparison
    waterfall: "Waterfall"


class DiffOptions(NamedTuple):
    """The options of every format; ``only_changed`` leaves out layers that are the same."""

    width: int | None = None
    color: bool = False
    only_changed: bool = False
