"""``check -f github``: annotations of a pull request, and all findings in the log below them.

GitHub shows ten annotations of each level a step and drops the rest, so the tenth says how many
more there are. Its runner takes a line that starts with ``::``, or that holds ``##[``, for a
command: no other line here does (actions/runner, ActionCommand).
"""

from collections.abc import Iterator, Sequence

from cnnaudit.checking.results import CheckResult
from cnnaudit.errors import Diagnostic, Level
from cnnaudit.render.check.findings import (
    by_level,
    explained,
    from_root,
    number,
    summary_line,
    where,
)
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.sources.files import printable

#: Number of annotations of one level that GitHub shows of a step.
SHOWN = 10

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(result: CheckResult, options: CheckOptions) -> str:
    """The annotations, errors first, then a line for each finding, and the summary.

    Annotations appear at files that are named from the root of the repository.
    """
    folder = options.folder
    groups = list(by_level(result))
    lines: list[str] = []
    for level, findings in groups:
        lines += _annotations(level, findings, folder)
    lines += [_listed(finding, folder) for _, findings in groups for finding in findings]
    for file in result.files:
        path = printable(from_root(file.path, folder))
        lines += [_harmless(f"note for {path}: {printable(note)}") for note in file.notes]
    return "\n".join([*lines, summary_line(result)]) + "\n"


def _annotations(level: Level, findings: Sequence[Diagnostic], folder: str) -> Iterator[str]:
    command = _COMMANDS[level]
    shown = findings if len(findings) <= SHOWN else findings[: SHOWN - 1]
    for finding in shown:
        title = f"{finding.code} {finding.name}"
        properties = {**_location(finding, folder), "title": printable(title)}
        yield _command(command, properties, "\n".join(explained(finding)))
    if more := findings[len(shown) :]:
        message = f"{number(len(more), f'more {level}')}: see the log of this step"
        yield _command(command, {"title": "cnnaudit"}, message)


def _location(finding: Diagnostic, folder: str) -> dict[str, str]:
    """The properties of the location; GitHub takes columns within one line only."""
    location = {"file": printable(from_root(finding.path, folder))}
    region = finding.region
    if region is not None:
        location |= {"line": str(region.line), "endLine": str(region.end_line)}
        if region.end_line == region.line:
            location |= {"col": str(region.column), "endColumn": str(region.end_column)}
    return location


def _command(name: str, properties: dict[str, str], message: str) -> str:
    listing = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listing}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _listed(finding: Diagnostic, folder: str) -> str:
    """A line of the log; it starts with the level, so that no path can make it a command."""
    label = f"{finding.level}[{finding.code}]"
    message, *more = explained(finding)
    explanation = "".join(f" ({line})" for line in more)
    return _harmless(f"{label} {where(finding, folder)}: {message}{explanation}")


def _harmless(line: str) -> str:
    return line.replace("##[", "# #[")
