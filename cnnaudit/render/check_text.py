"""``check`` on a terminal: every finding under its line, the count, and what to do next."""

from cnnaudit.checking.outcome import Checked, Located, Outcome, place
from cnnaudit.render.excerpt import Stretch, remark
from cnnaudit.render.findings import by_level, summary_line, where
from cnnaudit.rules.rule import Level
from cnnaudit.sources.files import printable

#: How a terminal is asked for a colour (ECMA-48, select graphic rendition).
_COLORS = {Level.ERROR: "1;31", Level.WARNING: "1;33", Level.NOTE: "1;36"}


def render(outcome: Outcome, *, color: bool = False) -> str:
    """The files in their order, each with its findings from top to bottom; then the summary."""
    parts = [part for file in outcome.files for part in _file(file, color)]
    return "\n".join([*parts, "".join(f"{line}\n" for line in _closing(outcome))])


def _file(file: Checked, color: bool) -> list[str]:
    parts = [_finding(finding, color) for finding in sorted(file.findings, key=place)]
    if file.notes:
        path = printable(file.path)
        parts.append("".join(f"{path}: note: {printable(note)}\n" for note in file.notes))
    return parts


def _finding(finding: Located, color: bool) -> str:
    label = f"{finding.level.value}[{finding.code}]"
    if color:
        label = f"\x1b[{_COLORS[finding.level]}m{label}\x1b[0m"
    message = printable(finding.message)
    head = f"{where(finding)}: {label} {printable(finding.name)}: {message}"
    return remark(head, _stretch(finding), finding.excerpt, finding.notes, finding.help)


def _stretch(finding: Located) -> Stretch | None:
    """Where the caret goes; one column where the end is not known."""
    if finding.line is None or finding.column is None:
        return None
    end_line = finding.line if finding.end_line is None else finding.end_line
    end = finding.column + 1 if finding.end_column is None else finding.end_column
    return Stretch(finding.line, finding.column, end_line, end)


def _closing(outcome: Outcome) -> list[str]:
    """The summary, and where the rules that were met are explained, the gravest first."""
    lines = [summary_line(outcome)]
    codes = list(dict.fromkeys(f.code for _, found in by_level(outcome) for f in found))
    if codes:
        others = f" (also {', '.join(codes[1:])})" if codes[1:] else ""
        lines.append(
            f"`cnnaudit explain {codes[0]}` says why it matters, and what to write{others}"
        )
    return lines
