"""What a check comes to, as values that every output can be written from.

They hold text and whole numbers only, so that they pass between processes and into the cache.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cnnaudit.errors import ExitCode
from cnnaudit.rules.rule import Level


class Located(NamedTuple):
    """A finding at its place, or an input error.

    ``path`` is the file that was checked, shown relative to the working folder with forward
    slashes; lines and columns count from 1, the end column is exclusive, all None where the finding
    has no line. ``excerpt`` is the text of the line. ``layer`` is the full name of the layer; None
    for the file as a whole.
    """

    code: str
    name: str
    level: Level
    message: str
    path: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    layer: str | None = None
    help: str | None = None
    notes: tuple[str, ...] = ()
    excerpt: str | None = None


class Earlier(NamedTuple):
    """What a network was before: its totals by name, and where they come from."""

    totals: Mapping[str, int]
    label: str


class Checked(NamedTuple):
    """One file: its network's name and totals (None where it cannot be audited), its findings.

    ``suppressed`` counts the findings that a comment or the baseline silences. ``earlier`` is what
    the file is compared with (``--against``); ``notes`` say what could not be compared, and why.
    ``fail_on`` is the level from which on its findings fail the run; None: that of the run.
    """

    path: str
    network: str | None
    totals: Mapping[str, int] | None
    findings: tuple[Located, ...]
    suppressed: int = 0
    earlier: Earlier | None = None
    notes: tuple[str, ...] = ()
    fail_on: Level | None = None


class Outcome(NamedTuple):
    """All files of a run, sorted by path, and the level from which on a finding fails it.

    The level is that of the working folder, and of files that have none of their own.
    """

    files: tuple[Checked, ...]
    fail_on: Level

    @property
    def findings(self) -> tuple[Located, ...]:
        """All findings, sorted by path and line."""
        found = (finding for file in self.files for finding in file.findings)
        return tuple(sorted(found, key=place))

    @property
    def failed(self) -> bool:
        """Whether a finding is at or above the failing level."""
        return any(self.failures(file) for file in self.files)

    def failures(self, file: Checked) -> int:
        """How many findings of a file are at or above its failing level."""
        return sum(self.fails(file, finding) for finding in file.findings)

    def fails(self, file: Checked, finding: Located) -> bool:
        """Whether a finding of a file fails the run."""
        return finding.level.rank <= (file.fail_on or self.fail_on).rank

    @property
    def code(self) -> ExitCode:
        """How the program ends: an input error counts more than findings."""
        if any(file.totals is None for file in self.files):
            return ExitCode.INPUT_ERROR
        return ExitCode.FINDINGS if self.failed else ExitCode.OK

    @property
    def suppressed(self) -> int:
        """How many findings are silenced."""
        return sum(file.suppressed for file in self.files)

    def count(self, level: Level) -> int:
        """How many findings have this level."""
        return sum(finding.level is level for finding in self.findings)


def place(finding: Located) -> tuple[str, int, int, str, str]:
    """The order of findings: by file, line and column; those of a file as a whole come first."""
    return (
        finding.path,
        finding.line or 0,
        finding.column or 0,
        finding.code,
        finding.message,
    )
