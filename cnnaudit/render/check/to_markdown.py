"""``check -f markdown``: a comment on a pull request: verdict, changed totals, findings."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from cnnaudit.checking.results import CheckResult, FileResult
from cnnaudit.errors import Diagnostic
from cnnaudit.render.check.findings import explained, summary_line, tally
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.render.check.pr_comment import CommentSection, fitting, html_text, plain
from cnnaudit.render.check.totals_changes import changes
from cnnaudit.render.markdown import table_head, table_row
from cnnaudit.sources.files import printable

#: Most findings that are not folded.
_UNFOLDED = 10
#: Most notes that are shown: a comparison with the wrong revision gives one for each file.
_MAX_NOTES = 60

_COLUMNS = (("Level", False), ("Rule", False), ("Line", True), ("Layer", False), ("Finding", False))


def render(result: CheckResult, _options: CheckOptions) -> str:
    """The comment, short enough for GitHub; rows without room are counted."""
    verdict = "failed" if result.failed else "passed"
    head = f"**cnnaudit {verdict}**: {summary_line(result)}\n"
    return fitting(head, [*changes(result.files), *_findings(result), *_notes(result.files)])


def _notes(files: Sequence[FileResult]) -> Iterator[CommentSection]:
    rows = [f"- {plain(file.path)}: {plain(note)}\n" for file in files for note in file.notes]
    if rows:
        yield CommentSection("note", "\n", rows, max_rows=_MAX_NOTES)


def _findings(result: CheckResult) -> Iterator[CommentSection]:
    """A table for each file, folded if there are many findings."""
    folded = len(result.findings) > _UNFOLDED
    for path, group in groupby(result.findings, key=lambda finding: finding.path):
        findings = list(group)
        rows = [_row(finding) for finding in findings]
        if folded:
            summary = f"{html_text(path)}: {tally(findings)}"
            head = f"\n<details><summary>{summary}</summary>\n\n{table_head(_COLUMNS)}"
            yield CommentSection("finding", head, rows, "\n</details>\n")
        else:
            yield CommentSection("finding", f"\n### {plain(path)}\n\n{table_head(_COLUMNS)}", rows)


def _row(finding: Diagnostic) -> str:
    line = "" if finding.region is None else str(finding.region.line)
    explanation = "<br>".join(map(plain, explained(finding)))
    rule = f"{finding.code} {plain(finding.name)}"
    layer = plain(printable(finding.layer or ""))
    return table_row((finding.level, rule, line, layer, explanation))
