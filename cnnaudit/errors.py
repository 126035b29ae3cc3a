"""What can be wrong with a file, and where: spans, diagnostics, exceptions and exit codes."""

from collections.abc import Iterator
from difflib import get_close_matches
from enum import IntEnum
from itertools import islice
from typing import NamedTuple

#: The codes of input errors. Families: CA1xx structure, CA2xx shapes, CA9xx files and their text,
#: CA92x files of other programs.
CODES = {
    "unknown-layer": "CA101",
    "cyclic-layers": "CA102",
    "duplicate-name": "CA103",
    "unmatched-change": "CA104",
    "ambiguous-input": "CA105",
    "shared-weights": "CA106",
    "nested-blocks": "CA107",
    "empty-network": "CA108",
    "frozen-weights": "CA109",
    "missing-flatten": "CA201",
    "kernel-exceeds-input": "CA202",
    "merge-mismatch": "CA203",
    "unexpected-shape": "CA204",
    "invalid-input": "CA205",
    "not-whole": "CA206",
    "unreadable": "CA901",
    "not-utf8": "CA902",
    "yaml-syntax": "CA903",
    "not-an-architecture": "CA904",
    "unknown-key": "CA905",
    "invalid-value": "CA906",
    "duplicate-key": "CA907",
    "missing-key": "CA908",
    "invalid-expression": "CA909",
    "over-limit": "CA910",
    "outside-repository": "CA911",
    "extends-cycle": "CA912",
    "foreign-syntax": "CA921",
    "foreign-model": "CA922",
    "open-input": "CA923",
    "inexpressible": "CA924",
}


class ExitCode(IntEnum):
    """What a command tells its caller, the same in every output format."""

    OK = 0
    FINDINGS = 1
    INPUT_ERROR = 2
    NOTHING_FOUND = 3
    INTERNAL_ERROR = 101
    INTERRUPTED = 130


class Source(NamedTuple):
    """One text that was read: ``path`` is how messages name it, never an absolute path."""

    path: str
    text: str


class Span(NamedTuple):
    """A stretch of a source. Lines and columns count from 1; the end column is exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int


class Diagnostic(NamedTuple):
    """One thing that is wrong: what, where, and what to write instead."""

    name: str
    message: str
    path: str
    span: Span | None = None
    help: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The stable code, such as ``CA201``."""
        return CODES[self.name]


class Problem(NamedTuple):
    """A diagnostic that does not know its place yet: what a pure function finds wrong."""

    name: str
    message: str
    help: str | None = None


class AuditError(Exception):
    """The input cannot be audited; carries every diagnostic that was found."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics


class UsageError(Exception):
    """The command line asks for something that cannot be done; the message is the whole story."""


class Diagnostics:
    """Collects diagnostics while a file is read, so that one error never hides the next."""

    #: A file of nonsense is told so, and not in a hundred thousand lines.
    LIMIT = 1000
    #: Characters of a message, which may quote what a stranger wrote.
    LONGEST = 500

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)

    def error(
        self,
        name: str,
        message: str,
        span: Span,
        help: str | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        """Add one diagnostic; the same one twice (a block used twice) is kept once."""
        if len(message) > self.LONGEST:
            message = f"{message[: self.LONGEST]}…"
        if len(self._found) < self.LIMIT:
            self._found[Diagnostic(name, message, span.source.path, span, help, notes)] = None

    def problem(self, problem: Problem, span: Span, notes: tuple[str, ...] = ()) -> None:
        """Add what a pure function found, at the place its caller knows."""
        self.error(problem.name, problem.message, span, problem.help, notes)

    def raise_any(self) -> None:
        """Raise ``AuditError`` with everything found so far, sorted by place, if there is any."""
        if self._found:
            raise AuditError(tuple(sorted(self._found, key=_place)))


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    span = diagnostic.span
    return (
        diagnostic.path,
        span.line if span else 0,
        span.column if span else 0,
        diagnostic.message,
    )


def input_error(name: str, message: str, path: str, help: str | None = None) -> AuditError:
    """The error of a file that has no line to point at, such as a missing one."""
    return AuditError((Diagnostic(name, message, path, None, help),))


#: Names that a misspelt one is compared with.
MAX_COMPARED = 300


def did_you_mean(word: str, known: "list[str] | tuple[str, ...]") -> str | None:
    """``did you mean 'kernel'?`` where something known is close to ``word``, else None."""
    others = [name for name in known if name != word]
    if len(others) > MAX_COMPARED:
        # Thousands of names, each wrong one compared with all of them, would take minutes.
        alike = (name for name in others if name[:3] == word[:3])
        others = list(islice(alike, MAX_COMPARED // 10))
    close = get_close_matches(word.lower(), others, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None
