"""``check -f markdown``: a comment for a pull request: verdict, what changed, what was found."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from cnnaudit.checking.outcome import Checked, Located, Outcome
from cnnaudit.render.comment import Section, fitting, html_text, plain
from cnnaudit.render.findings import explained, summary_line, tally
from cnnaudit.render.markdown import table_head, table_row
from cnnaudit.render.totals_markdown import changes
from cnnaudit.sources.files import printable

#: More findings than this are folded, file by file.
_UNFOLDED = 10
#: Notes that are shown, so that a comparison gone wrong does not bury the rest.
_MOST_NOTES = 60

_FOUND = (("Level", False), ("Rule", False), ("Line", True), ("Layer", False), ("Finding", False))


def render(outcome: Outcome) -> str:
    """The comment, short enough for GitHub; what has no room in it is counted."""
    verdict = "failed" if outcome.failed else "passed"
    head = f"**cnnaudit {verdict}**: {summary_line(outcome)}\n"
    return fitting(head, [*changes(outcome.files), *_findings(outcome), *_notes(outcome.files)])


def _notes(files: Sequence[Checked]) -> Iterator[Section]:
    rows = [f"- {plain(file.path)}: {plain(note)}\n" for file in files for note in file.notes]
    if rows:
        yield Section("note", "\n", rows, most=_MOST_NOTES)


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
