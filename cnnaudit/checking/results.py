"""The results of a check, from which every output is written.

They hold text and integers only, so that they can be sent between processes and cached.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cnnaudit.errors import Diagnostic, ExitCode, Level, location_order, rank


class PreviousTotals(NamedTuple):
    """The totals of a network at the point of comparison, by name, and their origin."""

    totals: Mapping[str, int]
    label: str


class FileResult(NamedTuple):
    """The result of one file: its network's name, totals (None after input errors), findings.

    ``suppressed`` counts the findings that a comment or the baseline silences. ``previous`` are the
    totals of ``--against``; ``notes`` are reasons why there are none. Findings from the level
    ``fail_on`` on fail the run; None: the level of the run.
    """

    path: str
    network: str | None
    totals: Mapping[str, int] | None
    findings: tuple[Diagnostic, ...]
    suppressed: int = 0
    previous: PreviousTotals | None = None
    notes: tuple[str, ...] = ()
    fail_on: Level | None = None


class CheckResult(NamedTuple):
    """All files of a run, sorted by path, and the level from which on a finding fails it.

    The level applies to files without one of their own.
    """

    files: tuple[FileResult, ...]
    fail_on: Level

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """All findings, sorted by path and line."""
        return tuple(sorted((f for file in self.files for f in file.findings), key=report_order))

    @property
    def failed(self) -> bool:
        """Whether a finding is at or above the failing level."""
        return any(self.failures(file) for file in self.files)

    def failures(self, file: FileResult) -> int:
        """The number of a file's findings at or above its failing level."""
        return sum(self.fails(file, finding) for finding in file.findings)

    def fails(self, file: FileResult, finding: Diagnostic) -> bool:
        """Whether a finding of a file fails the run."""
        return rank(finding.level) <= rank(file.fail_on or self.fail_on)

    @property
    def code(self) -> ExitCode:
        """The exit code; an input error has precedence over findings."""
        if any(file.totals is None for file in self.files):
            return ExitCode.INPUT_ERROR
        return ExitCode.FINDINGS if self.failed else ExitCode.OK

    @property
    def suppressed(self) -> int:
        """The number of silenced findings."""
        return sum(file.suppressed for file in self.files)

    def count(self, level: Level) -> int:
        """The number of findings of this level."""
        return sum(finding.level == level for finding in self.findings)


def report_order(finding: Diagnostic) -> tuple[str, int, int, str, str]:
    """The sort key of findings: by location, then by code and message."""
    return *location_order(finding), finding.code, finding.message
