"""``check -f json``: every finding with its place, the totals of every file, and the counts."""

from typing import Any

from cnnaudit.checking.results import CheckResult, FileResult, PreviousTotals
from cnnaudit.errors import LEVELS, Diagnostic, Region
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.render.json_text import dumps, envelope


def render(result: CheckResult, _options: CheckOptions) -> str:
    """The result as one JSON document."""
    content = {
        **envelope("check"),
        "failed": result.failed,
        "fail_on": result.fail_on,
        "findings": [_finding(finding) for finding in result.findings],
        "files": [_file(file, result) for file in result.files],
        "summary": {
            "files": len(result.files),
            **{f"{level}s": result.count(level) for level in LEVELS},
            "suppressed": result.suppressed,
        },
    }
    return dumps(content, 2)


def _finding(finding: Diagnostic) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level,
        "message": finding.message,
        "path": finding.path,
        **_region(finding.region),
        "layer": finding.layer,
        "help": finding.help,
        "notes": list(finding.notes),
        "url": None,  # the rules have no pages on the web yet; `cnnaudit explain` prints them
    }


def _region(region: Region | None) -> dict[str, int | None]:
    """The line and column of the start and the end; null for a file as a whole."""
    names = ("line", "column", "end_line", "end_column")
    return {name: getattr(region, name) if region is not None else None for name in names}


def _file(file: FileResult, result: CheckResult) -> dict[str, Any]:
    previous = file.previous
    return {
        "path": file.path,
        "name": file.network,
        "fail_on": file.fail_on or result.fail_on,
        "findings": len(file.findings),
        "failures": result.failures(file),
        "suppressed": file.suppressed,
        "totals": None if file.totals is None else dict(file.totals),
        "earlier": previous and {"label": previous.label, "totals": dict(previous.totals)},
        "difference": previous and _difference(file, previous),
        "notes": list(file.notes),
    }


def _difference(file: FileResult, previous: PreviousTotals) -> dict[str, int] | None:
    """The growth of each total that both have."""
    if file.totals is None:
        return None
    before = previous.totals
    return {key: total - before[key] for key, total in file.totals.items() if key in before}
