"""The formats of ``diff``, and what each of them is given."""

from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.comparison.diff import Comparison

if TYPE_CHECKING:  # loaded with --waterfall only
    from cnnaudit.comparison.step import Waterfall

#: A renderer of these is given a ``Comparison``.
FORMATS = {
    "table": "to_table:render",
    "json": "to_json:render",
    "markdown": "to_markdown:render",
}
#: The formats of ``--waterfall``, which are given a ``WaterfallDiff``.
WATERFALL_FORMATS = {
    "table": "waterfall_to_table:render",
    "json": "waterfall_to_json:render",
    "markdown": "waterfall_to_markdown:render",
}


class WaterfallDiff(NamedTuple):
    """Two networks and the steps from one to the other."""

    comparison: Comparison
    waterfall: "Waterfall"


class DiffOptions(NamedTuple):
    """How a comparison is shown; ``only_changed`` leaves out layers that are the same."""

    width: int | None = None
    color: bool = False
    only_changed: bool = False
