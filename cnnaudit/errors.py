"""Spans of sources, problems and diagnostics, exceptions and exit codes."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from enum import IntEnum
from functools import cache, lru_cache
from itertools import islice
from typing import Literal, NamedTuple, TypeAlias, get_args

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


#: Line breaks of YAML other than a line feed.
_OTHER_BREAKS = "\r\x85\u2028\u2029"


class ExitCode(IntEnum):
    """The exit code of a command, the same in every output format."""

    OK = 0
    FINDINGS = 1
    INPUT_ERROR = 2
    NOTHING_FOUND = 3
    INTERNAL_ERROR = 101
    INTERRUPTED = 130


#: How much a diagnostic matters.
Level: TypeAlias = Literal["error", "warning", "note"]

#: The most severe first.
LEVELS: tuple[Level, ...] = get_args(Level)


def level_named(text: str) -> Level | None:
    """Return the level of that name; None if there is none."""
    return next((level for level in LEVELS if level == text), None)


def rank(level: Level) -> int:
    """Return 0 for an error, more for a less severe level."""
    return LEVELS.index(level)


class Source(NamedTuple):
    """A text that was read, and the path that messages show for it, never an absolute one."""

    path: str
    text: str


class Span(NamedTuple):
    """A region of a source. Lines and columns count from 1; the end column is exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int


class Region(NamedTuple):
    """A span as numbers with the text of its first line, for reports; None if it is not shown.

    It has no source, so that it can be sent between processes and cached.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str | None = None


class Problem(NamedTuple):
    """A problem without a source location, such as a pure function reports."""

    name: str
    message: str
    help: str | None = None


class Diagnostic(NamedTuple):
    """A report at a place: an input error, or a finding of a rule.

    ``path`` is relative to the working folder, with forward slashes. ``layer`` is the full name of
    the layer that a finding is about. ``region`` is None for the entire file.
    """

    code: str
    name: str
    level: Level
    message: str
    path: str
    region: Region | None = None
    layer: str | None = None
    help: str | None = None
    notes: tuple[str, ...] = ()


def location_order(diagnostic: Diagnostic) -> tuple[str, int, int]:
    """Return the sort key of reports: file, line and column; 0 for those without a line."""
    region = diagnostic.region
    return diagnostic.path, region.line if region else 0, region.column if region else 0


@cache
def breaks() -> re.Pattern[str]:
    """Return the pattern of YAML's line breaks; rarely needed, so compiled on first use."""
    return re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as YAML counts them, unlike ``splitlines``."""
    # Splitting by the pattern takes ten times as long.
    return breaks().split(text) if any(mark in text for mark in _OTHER_BREAKS) else text.split("\n")


def region_of(span: Span) -> Region:
    """Return the region of a span, with the text of its line if the source has that line."""
    lines = _lines(span.source.text)
    return Region(*span[1:], lines[span.line - 1] if 0 < span.line <= len(lines) else None)


#: Cached, so that a thousand errors in a file take linear time.
_lines = lru_cache(maxsize=4)(lines_of)


def error_diagnostic(
    name: str,
    message: str,
    path: str,
    span: Span | None = None,
    help: str | None = None,
    notes: tuple[str, ...] = (),
) -> Diagnostic:
    """Return the diagnostic of an input error, with its code."""
    region = region_of(span) if span is not None else None
    return Diagnostic(CODES[name], name, "error", message, path, region, None, help, notes)


class AuditError(Exception):
    """The input cannot be audited, for the errors in ``diagnostics``."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics


class UsageError(Exception):
    """The command line is wrong; the message needs no location."""


class Diagnostics:
    """Collects the errors of a file while it is read, so that all of them are reported."""

    #: Errors reported of one file.
    MAX_ERRORS = 1000
    #: Characters of a message, which may quote the file.
    MAX_MESSAGE = 500

    def __init__(self) -> None:
        self._collected: dict[Diagnostic, None] = {}

    def __len__(self) -> int:
        return len(self._collected)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._collected)

    def add(self, diagnostic: Diagnostic) -> None:
        """Add a diagnostic unless it is there already, as for a block that is used twice."""
        message = diagnostic.message
        if len(message) > self.MAX_MESSAGE:
            diagnostic = diagnostic._replace(message=f"{message[: self.MAX_MESSAGE]}…")
        if len(self._collected) < self.MAX_ERRORS:
            self._collected[diagnostic] = None

    def replace(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Hold these diagnostics in place of all others."""
        self._collected = dict.fromkeys(diagnostics)

    def error(
        self,
        name: str,
        message: str,
        span: Span,
        help: str | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        """Add an error at a span."""
        self.add(error_diagnostic(name, message, span.source.path, span, help, notes))

    def problem(self, problem: Problem, span: Span, notes: tuple[str, ...] = ()) -> None:
        """Add a problem as an error at a span."""
        self.error(problem.name, problem.message, span, problem.help, notes)

    def raise_any(self) -> None:
        """Raise ``AuditError`` with all errors, sorted by location, if there are any."""
        if self._collected:
            by_location = sorted(self._collected, key=lambda d: (*location_order(d), d.message))
            raise AuditError(tuple(by_location))


def input_error(name: str, message: str, path: str, help: str | None = None) -> AuditError:
    """Return the error of a file without a line to point at, such as a missing file."""
    return AuditError((error_diagnostic(name, message, path, None, help),))


#: Names that a misspelt one is compared with.
MAX_COMPARED = 300
#: The similarity from which a word counts as a misspelling: that of `kernle` and `kernel` is 0.83,
#: that of `same` and `upsample`, which are different words, 0.67.
CUTOFF = 0.7
#: The same for words of three letters: two of `toi` are those of `toy` (0.67).
SHORT_CUTOFF = 0.6


def did_you_mean(word: str, names: "list[str] | tuple[str, ...]") -> str | None:
    """Return ``did you mean 'kernel'?`` with the closest name; None if none is close."""
    others = [name for name in names if name != word]
    if len(others) > MAX_COMPARED:
        # Comparing each wrong name with thousands of others would take minutes.
        same_start = (name for name in others if name[:3] == word[:3])
        others = list(islice(same_start, MAX_COMPARED // 10))
    lower = word.lower()
    # A longer or shorter form is meant rather than a word of similar spelling.
    forms = [name for name in others if _is_start(lower, name)]
    close = (
        get_close_matches(lower, others, 1, 0.9)
        or get_close_matches(lower, forms, 1, 0.0)
        or get_close_matches(lower, others, 1, SHORT_CUTOFF if len(word) == 3 else CUTOFF)
    )
    return f"did you mean '{close[0]}'?" if close else None


def _is_start(word: str, name: str) -> bool:
    """Whether one is the start of the other, and not too short a part of it."""
    if len(word) <= len(name):
        return len(word) > 2 and name.startswith(word)
    return 2 * len(name) >= len(word) and word.startswith(name)
