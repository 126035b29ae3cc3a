"""``check`` on a terminal: every finding with its source line, and a summary."""

from cnnaudit.checking.results import CheckResult, FileResult, report_order
from cnnaudit.errors import Diagnostic
from cnnaudit.render.check.findings import by_level, summary_line, where
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.render.excerpt import with_excerpt
from cnnaudit.sources.files import printable

#: The parameters of a terminal's colours (ECMA-48, select graphic rendition).
_COLORS = {"error": "1;31", "warning": "1;33", "note": "1;36"}


def render(result: CheckResult, options: CheckOptions) -> str:
    """The files in their order, each with its findings from top to bottom; then the summary."""
    parts = [part for file in result.files for part in _file(file, options.color)]
    return "\n".join([*parts, "".join(f"{line}\n" for line in _closing(result))])


def _file(file: FileResult, color: bool) -> list[str]:
    parts = [_finding(finding, color) for finding in sorted(file.findings, key=report_order)]
    if file.notes:
        path = printable(file.path)
        parts.append("".join(f"{path}: note: {printable(note)}\n" for note in file.notes))
    return parts


def _finding(finding: Diagnostic, color: bool) -> str:
    label = f"{finding.level}[{finding.code}]"
    if color:
        label = f"\x1b[{_COLORS[finding.level]}m{label}\x1b[0m"
    message = printable(finding.message)
    head = f"{where(finding)}: {label} {printable(finding.name)}: {message}"
    return with_excerpt(head, finding)


def _closing(result: CheckResult) -> list[str]:
    """The summary, and the command that explains the rules, the most severe first."""
    lines = [summary_line(result)]
    codes = list(dict.fromkeys(f.code for _, findings in by_level(result) for f in findings))
    if codes:
        others = f" (also {', '.join(codes[1:])})" if codes[1:] else ""
        lines.append(
            f"`cnnaudit explain {codes[0]}` says why it matters, and what to write{others}"
        )
    return lines
