"""The totals of files before and after a change, for a comment on a pull request."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from cnnaudit.checking.results import FileResult
from cnnaudit.formatting import count_text
from cnnaudit.render.check.findings import number
from cnnaudit.render.check.pr_comment import CommentSection, plain
from cnnaudit.render.markdown import table_head, table_row

#: Most rows that are shown, to leave room for the findings.
_MAX_ROWS = 60

_TOTALS = {"params": "Parameters", "macs": "MACs", "activation_size": "Activations"}
_COLUMNS = (
    ("File", False),
    ("Compared with", False),
    ("Total", False),
    ("Before", True),
    ("After", True),
    ("Difference", True),
    ("Percent", True),
)


def changes(files: Sequence[FileResult]) -> Iterator[CommentSection]:
    """The totals that changed, of files that have a point of comparison."""
    compared = [file for file in files if file.previous is not None]
    if not compared:
        return
    rows = [row for file in compared for row in _rows(file)]
    head = f"\n### Totals before and after\n\n{number(len(compared), 'file')} compared"
    if rows:
        yield CommentSection(
            "change", f"{head}.\n\n{table_head(_COLUMNS)}", rows, max_rows=_MAX_ROWS
        )
    else:
        yield CommentSection("change", f"{head}: no total has changed.\n", [])


def _rows(file: FileResult) -> Iterator[str]:
    """A row for each total that changed; the first names the file."""
    if file.previous is None or file.totals is None:
        return
    names = plain(file.path), plain(file.previous.label)
    for key, title in _TOTALS.items():
        before, after = file.previous.totals.get(key), file.totals.get(key)
        if before is None or after is None or before == after:
            continue
        difference = f"{_sign(before, after)}{count_text(abs(after - before))}"
        numbers = (count_text(before), count_text(after), difference, _percent(before, after))
        yield table_row((*names, title, *numbers))
        names = "", ""


def _percent(before: int, after: int) -> str:
    """The difference as a share of the total before, to a tenth of a percent."""
    if not before:
        return "–"
    tenths = round(Fraction(1000 * abs(after - before), before))
    shown = f"{tenths // 10:,}.{tenths % 10}" if tenths else "<0.1"
    return f"{_sign(before, after)}{shown} %".replace("<", "&lt;")


def _sign(before: int, after: int) -> str:
    return "+" if after > before else "−"
