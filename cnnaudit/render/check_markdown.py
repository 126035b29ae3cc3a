"""``check -f markdown``: a comment for a pull request: verdict, what changed, what was found."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from cnnaudit.checking.outcome import Checked, Located, Outcome
from cnnaudit.parsing.source import printable
from cnnaudit.render.comment import Section, fitting, html_text, plain
from cnnaudit.render.findings import explained, summary_line, tally
from cnnaudit.render.report_markdown import table_head, table_row
from cnnaudit.text import count_text

#: More findings than this are folded, file by file.
_UNFOLDED = 10
#: Rows of totals, so that they leave room for the findings.
_MOST_CHANGES = 60

_TOTALS = {"params": "Parameters", "macs": "MACs", "activation_size": "Activations"}
_CHANGES = (
    ("File", False),
    ("Total", False),
    ("Before", True),
    ("After", True),
    ("Difference", True),
    ("Percent", True),
)
_FOUND = (("Level", False), ("Rule", False), ("Line", True), ("Layer", False), ("Finding", False))


def render(outcome: Outcome) -> str:
    """The comment, short enough for GitHub; what has no room in it is counted."""
    verdict = "failed" if outcome.failed else "passed"
    head = f"**cnnaudit {verdict}**: {summary_line(outcome)}\n"
    return fitting(head, [*_compared(outcome.files), *_findings(outcome), *_notes(outcome.files)])


def _compared(files: Sequence[Checked]) -> Iterator[Section]:
    """The totals that changed, a table for each version that files are compared with."""
    for label in dict.fromkeys(file.earlier.label for file in files if file.earlier):
        title = f"\n### Since {plain(label)}\n\n"
        rows = [row for file in files for row in _changes(file, label)]
        if rows:
            yield Section("change", title + table_head(_CHANGES), rows, most=_MOST_CHANGES)
        else:
            yield Section("change", f"{title}No total has changed.\n", [])


def _changes(file: Checked, label: str) -> Iterator[str]:
    if file.earlier is None or file.earlier.label != label or file.totals is None:
        return
    for key, title in _TOTALS.items():
        before, now = file.earlier.totals.get(key), file.totals.get(key)
        if before is None or now is None or before == now:
            continue
        difference = f"{_sign(before, now)}{count_text(abs(now - before))}"
        numbers = (count_text(before), count_text(now), difference, _percent(before, now))
        yield table_row((plain(file.path), title, *numbers))


def _percent(before: int, now: int) -> str:
    """The difference as a share of what was before, to a tenth of a percent."""
    if not before:
        return "–"
    tenths = round(Fraction(1000 * abs(now - before), before))
    shown = f"{tenths // 10:,}.{tenths % 10}" if tenths else "<0.1"
    return f"{_sign(before, now)}{shown} %".replace("<", "&lt;")


def _sign(before: int, now: int) -> str:
    return "+" if now > before else "−"


def _notes(files: Sequence[Checked]) -> Iterator[Section]:
    rows = [f"- {plain(file.path)}: {plain(note)}\n" for file in files for note in file.notes]
    if rows:
        yield Section("note", "\n", rows, most=_MOST_CHANGES)


def _findings(outcome: Outcome) -> Iterator[Section]:
    """A table for each file, folded where there are many findings."""
    folded = len(outcome.findings) > _UNFOLDED
    for path, group in groupby(outcome.findings, key=lambda finding: finding.path):
        found = list(group)
        rows = [_row(finding) for finding in found]
        if folded:
            summary = f"{html_text(path)}: {tally(found)}"
            head = f"\n<details><summary>{summary}</summary>\n\n{table_head(_FOUND)}"
            yield Section("finding", head, rows, "\n</details>\n")
        else:
            yield Section("finding", f"\n### {plain(path)}\n\n{table_head(_FOUND)}", rows)


def _row(finding: Located) -> str:
    line = "" if finding.line is None else str(finding.line)
    said = "<br>".join(map(plain, explained(finding)))
    rule = f"{finding.code} {plain(finding.name)}"
    layer = plain(printable(finding.layer or ""))
    return table_row((finding.level.value, rule, line, layer, said))
