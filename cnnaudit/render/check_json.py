"""``check -f json``: every finding with its place, the totals of every file, and the counts."""

from typing import Any

from cnnaudit.checking.outcome import Checked, Earlier, Located, Outcome
from cnnaudit.render.json_text import dumps, envelope
from cnnaudit.rules.rule import Level


def render(outcome: Outcome) -> str:
    """The outcome as one JSON document."""
    document = {
        **envelope("check"),
        "failed": outcome.failed,
        "fail_on": outcome.fail_on.value,
        "findings": [_finding(finding) for finding in outcome.findings],
        "files": [_file(file, outcome) for file in outcome.files],
        "summary": {
            "files": len(outcome.files),
            **{f"{level.value}s": outcome.count(level) for level in Level},
            "suppressed": outcome.suppressed,
        },
    }
    return dumps(document, 2)


def _finding(finding: Located) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level.value,
        "message": finding.message,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "layer": finding.layer,
        "help": finding.help,
        "notes": list(finding.notes),
        "url": None,  # the rules have no pages on the web yet; `cnnaudit explain` prints them
    }


def _file(file: Checked, outcome: Outcome) -> dict[str, Any]:
    earlier = file.earlier
    return {
        "path": file.path,
        "name": file.network,
        "fail_on": (file.fail_on or outcome.fail_on).value,
        "findings": len(file.findings),
        "failures": outcome.failures(file),
        "suppressed": file.suppressed,
        "totals": None if file.totals is None else dict(file.totals),
        "earlier": earlier and {"label": earlier.label, "totals": dict(earlier.totals)},
        "difference": earlier and _difference(file, earlier),
        "notes": list(file.notes),
    }


def _difference(file: Checked, earlier: Earlier) -> dict[str, int] | None:
    """How much more there is than before of what both have."""
    if file.totals is None:
        return None
    before = earlier.totals
    return {key: now - before[key] for key, now in file.totals.items() if key in before}
