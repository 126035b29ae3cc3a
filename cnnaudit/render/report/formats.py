"""The formats of ``report``, and the values that they render."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.calculator import Audit

if TYPE_CHECKING:  # loaded only if an option needs them
    from cnnaudit.analysis.memory.memory import MemorySettings
    from cnnaudit.counting.count import Count

FORMATS = {
    "table": "to_table:render",
    "json": "to_json:render",
    "csv": "to_csv:render",
    "markdown": "to_page:render_markdown",
    "latex": "to_page:render_latex",
}


#: The formats that end with what ``check`` finds.
WITH_CHECK_LINE = ("table", "markdown", "latex")


class Report(NamedTuple):
    """The networks of a report, and for each the counts of ``--count``; empty without it.

    ``check_line`` says what ``check`` finds in their files, empty for nothing.
    """

    audits: Sequence[Audit]
    counts: "Sequence[Sequence[Count]]" = ()
    check_line: str = ""


class ReportOptions(NamedTuple):
    """The options of every format.

    ``columns`` are keys separated by commas; empty for the default ones. With ``narrows``, columns
    are left out if the terminal is narrow. ``memory`` is None unless an option or a column needs
    it.
    """

    width: int | None = None
    color: bool = False
    columns: str = ""
    expand: bool = False
    narrows: bool = False
    memory: "MemorySettings | None" = None
