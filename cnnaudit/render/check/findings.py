"""Texts that several outputs of a check share: counts, locations, paths and explanations."""

import posixpath
from collections.abc import Iterable, Iterator

from cnnaudit.checking.results import CheckResult
from cnnaudit.errors import LEVELS, Diagnostic, Level
from cnnaudit.formatting import count_text
from cnnaudit.render.diagnostics import location_text
from cnnaudit.sources.files import printable


def number(count: int, thing: str) -> str:
    """``1 file``, ``2,000 files``."""
    return f"{count_text(count)} {thing}{'' if count == 1 else 's'}"


def tally(findings: Iterable[Diagnostic]) -> str:
    """``1 error, 2 warnings, 4 notes``: the levels that occur; ``no findings`` if none does."""
    levels = [finding.level for finding in findings]
    counts = [number(levels.count(level), level) for level in LEVELS if level in levels]
    return ", ".join(counts) or "no findings"


def summary_line(result: CheckResult) -> str:
    """``3 files, 1 error, 2 warnings, 4 notes, 2 suppressed``."""
    parts = [number(len(result.files), "file"), tally(result.findings)]
    if result.suppressed:
        parts.append(f"{count_text(result.suppressed)} suppressed")
    return ", ".join(parts)


def by_level(result: CheckResult) -> Iterator[tuple[Level, list[Diagnostic]]]:
    """The findings of each level that occurs, most severe first, ordered by place."""
    findings = result.findings
    for level in LEVELS:
        if of_level := [finding for finding in findings if finding.level == level]:
            yield level, of_level


def where(finding: Diagnostic, folder: str = "") -> str:
    """``path:line:column``, or the path alone for a file as a whole."""
    return location_text(from_root(finding.path, folder), finding.region)


def from_root(path: str, folder: str) -> str:
    """A path in the working folder as a path from the root of the repository."""
    return posixpath.normpath(posixpath.join(folder, path)) if folder else path


def explained(finding: Diagnostic) -> list[str]:
    """The message, then each note and the help, without control characters."""
    notes = [f"note: {note}" for note in finding.notes]
    helps = [f"help: {finding.help}"] if finding.help else []
    return [printable(line) for line in (finding.message, *notes, *helps)]
