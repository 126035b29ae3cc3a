"""``check -f github``: annotations of a pull request, and all findings in the log below them.

GitHub shows ten annotations of each level a step and drops the rest, so the tenth says how many
more there are. Its runner takes a line that starts with ``::``, or that holds ``##[``, for a
command: no other line here does (actions/runner, ActionCommand).
"""

from collections.abc import Iterator, Sequence

from cnnaudit.checking.outcome import Located, Outcome
from cnnaudit.render.findings import by_level, explained, from_root, number, summary_line, where
from cnnaudit.rules.rule import Level
from cnnaudit.sources.files import printable

#: How many annotations of one level GitHub shows of a step.
SHOWN = 10

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(outcome: Outcome, *, folder: str = "") -> str:
    """The annotations, errors first, then a line for each finding, and the summary.

    ``folder`` is the working folder's path from the root of the repository: annotations appear at
    files named from there.
    """
    lines: list[str] = []
    for level, found in by_level(outcome):
        lines += _annotations(level, found, folder)
    lines += [_listed(finding, folder) for _, found in by_level(outcome) for finding in found]
    for file in outcome.files:
        path = printable(from_root(file.path, folder))
        lines += [_harmless(f"note for {path}: {printable(note)}") for note in file.notes]
    return "\n".join([*lines, summary_line(outcome)]) + "\n"


def _annotations(level: Level, found: Sequence[Located], folder: str) -> Iterator[str]:
    command = _COMMANDS[level]
    shown = found if len(found) <= SHOWN else found[: SHOWN - 1]
    for finding in shown:
        title = f"{finding.code} {finding.name}"
        properties = {**_place(finding, folder), "title": printable(title)}
        yield _command(command, properties, "\n".join(explained(finding)))
    if more := found[len(shown) :]:
        told = f"{number(len(more), f'more {level.value}')}: see the log of this step"
        yield _command(command, {"title": "cnnaudit"}, told)


def _place(finding: Located, folder: str) -> dict[str, str]:
    """The properties that say where; GitHub takes columns within one line only."""
    place = {"file": printable(from_root(finding.path, folder))}
    if finding.line is None:
        return place
    place["line"] = str(finding.line)
    if finding.end_line is not None:
        place["endLine"] = str(finding.end_line)
    if finding.column is not None and finding.end_line in (None, finding.line):
        place["col"] = str(finding.column)
        if finding.end_column is not None:
            place["endColumn"] = str(finding.end_column)
    return place


def _command(name: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _listed(finding: Located, folder: str) -> str:
    """A line of the log; it starts with the level, so that no path can make it a command."""
    label = f"{finding.level.value}[{finding.code}]"
    message, *more = explained(finding)
    explanation = "".join(f" ({line})" for line in more)
    return _harmless(f"{label} {where(finding, folder)}: {message}{explanation}")


def _harmless(line: str) -> str:
    return line.replace("##[", "# #[")
