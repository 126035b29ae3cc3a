"""What the outputs of a check have in common: counts in words, places, paths, and what is said."""

import posixpath
from collections.abc import Iterable, Iterator

from cnnaudit.checking.outcome import Located, Outcome
from cnnaudit.formatting import count_text
from cnnaudit.rules.rule import Level
from cnnaudit.sources.files import printable


def number(count: int, thing: str) -> str:
    """``1 file``, ``2,000 files``."""
    return f"{count_text(count)} {thing}{'' if count == 1 else 's'}"


def tally(findings: Iterable[Located]) -> str:
    """``1 error, 2 warnings, 4 notes``: the levels that occur; ``no findings`` if none does."""
    levels = [finding.level for finding in findings]
    counts = [number(levels.count(level), level.value) for level in Level if level in levels]
    return ", ".join(counts) or "no findings"


def summary_line(outcome: Outcome) -> str:
    """``3 files, 1 error, 2 warnings, 4 notes, 2 suppressed``."""
    parts = [number(len(outcome.files), "file"), tally(outcome.findings)]
    if outcome.suppressed:
        parts.append(f"{count_text(outcome.suppressed)} suppressed")
    return ", ".join(parts)


def by_level(outcome: Outcome) -> Iterator[tuple[Level, list[Located]]]:
    """The findings of each level that occurs, the gravest first, in the order of their places."""
    findings = outcome.findings
    for level in Level:
        if found := [finding for finding in findings if finding.level is level]:
            yield level, found


def where(finding: Located, folder: str = "") -> str:
    """``path:line:column``, as much of it as is known."""
    numbers = [finding.line, finding.column if finding.line is not None else None]
    path = printable(from_root(finding.path, folder))
    return ":".join([path, *(str(n) for n in numbers if n is not None)])


def from_root(path: str, folder: str) -> str:
    """A path of the working folder as one of the repository, where ``folder`` is the former's."""
    return posixpath.normpath(posixpath.join(folder, path)) if folder else path


def explained(finding: Located) -> list[str]:
    """The message and, a line each, what explains it; every line is harmless on a terminal."""
    notes = [f"note: {note}" for note in finding.notes]
    helps = [f"help: {finding.help}"] if finding.help else []
    return [printable(line) for line in (finding.message, *notes, *helps)]
