"""Corrected lines for slips of YAML: each is read in its place before it is proposed.

Loaded when a file has errors. All errors of a line become one, with the corrected line as its help.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from cnnaudit.errors import Diagnostic, Region, Source, lines_of
from cnnaudit.parsing.yaml_layout import as_flow, indentations
from cnnaudit.parsing.yaml_lines import Rewrite
from cnnaudit.parsing.yaml_rewrites import rewrites

#: Reads a text as the file and returns its errors.
Read = Callable[[Source], list[Diagnostic]]
#: Characters of all texts that are read for the proposals to a file, and texts.
_MAX_READ = 1_000_000
_MAX_TEXTS = (40, 400)
#: Proposals to one line.
_MAX_PROPOSALS = 60
_MAX_LINE = 500
#: Errors whose line may be indented in a wrong way.
_LAYOUT = ("yaml-syntax", "unknown-key")


#: Lines of a block that is written in one line.
_MAX_BLOCK = 12


class _Place(NamedTuple):
    """A line of the text, as its index, and the errors that its correction replaces.

    It may be the key of a block, whose lines it counts with its own.
    """

    first: int
    errors: tuple[Diagnostic, ...]
    height: int = 1


def with_corrections(source: Source, errors: list[Diagnostic], read: Read) -> list[Diagnostic]:
    """The errors of a file, with a corrected line for those that a slip of YAML explains."""
    lines = lines_of(source.text)
    texts = min(_MAX_TEXTS[1], max(_MAX_TEXTS[0], _MAX_READ // (len(source.text) + 1)))
    hidden = _without_layers(lines)
    result = list(errors)
    replaced: set[Diagnostic] = set()
    for place in _places(errors, lines):
        if texts <= 0:
            break
        if replaced.intersection(place.errors):
            continue
        own_lines = slice(place.first, place.first + place.height)
        others = lines if place.errors[0].name == "yaml-syntax" else hidden
        reduced = [*others[: own_lines.start], *lines[own_lines], *others[own_lines.stop :]]
        correction, number = _correct(source, reduced, place, errors, read, texts)
        texts -= number
        if correction is not None:
            replaced.update(place.errors)
            at = result.index(place.errors[0])
            result[at:] = [correction, *(e for e in result[at:] if e not in replaced)]
            result[:at] = [e for e in result[:at] if e not in replaced]
    return _without_consequences(result)


def _without_layers(lines: list[str]) -> list[str]:
    """The lines, with short layers in place of those in one line: reading them takes long.

    Whether another layer is right does not depend on them while the file is read.
    """
    return [
        f"{line[: line.index('-')]}- relu"
        if line.lstrip()[:3] == "- {" and line.rstrip()[-1:] == "}"
        else line
        for line in lines
    ]


def _without_consequences(errors: list[Diagnostic]) -> list[Diagnostic]:
    """The errors without those in the line of a syntax error that the reader went past."""
    first: dict[int, Diagnostic] = {}
    for error in errors:
        if error.name == "yaml-syntax" and error.region:
            first.setdefault(error.region.line, error)
    return [
        error
        for error in errors
        if error.region is None or first.get(error.region.line, error) == error
    ]


def _places(errors: list[Diagnostic], lines: list[str]) -> Iterator[_Place]:
    """The lines that may hold the slip of an error, the likeliest first."""
    for error in errors:
        region = error.region
        if region is None or error.name == "duplicate-key":
            continue
        first, last = region.line - 1, min(region.end_line - 1, region.line + 2)
        indices = [first]
        if error.name == "yaml-syntax":
            # What YAML finds too late: the lines that come before, and where a bracket was opened.
            words = " ".join(error.notes).split()
            indices += [int(words[-1]) - 1] if words and words[-1].isdigit() else []
            above = [at for at in range(min(first, len(lines)) - 1, -1, -1) if lines[at].strip()]
            indices += above[:2]
        else:
            # A text of several lines: those below the first are not meant to go on with it.
            indices = [*range(first + 1, last + 1), first]
        height = region.end_line - region.line + 2
        head = lines[first - 1] if 0 < first <= len(lines) else ""
        if error.name == "invalid-value" and height <= _MAX_BLOCK and head.endswith(":"):
            yield _Place(first - 1, (error, *_inside(error, errors)), height)
        for index in dict.fromkeys(indices):
            if index < len(lines) and lines[index].strip() and len(lines[index]) < _MAX_LINE:
                yield _Place(index, tuple(_of_line(error, errors, index)))


def _of_line(error: Diagnostic, errors: list[Diagnostic], index: int) -> Iterator[Diagnostic]:
    """The error itself first, and the others that start in the line."""
    yield error
    for other in errors:
        if other != error and other.region and other.region.line == index + 1:
            yield other


def _inside(error: Diagnostic, errors: list[Diagnostic]) -> Iterator[Diagnostic]:
    """The other errors that start in the lines of an error."""
    first, last = (error.region.line, error.region.end_line) if error.region else (0, 0)
    for other in errors:
        if other != error and other.region and first <= other.region.line <= last:
            yield other


def _proposals(lines: list[str], place: _Place) -> Iterator[Rewrite]:
    """The proposals to a line, then those to the results of the first ones."""
    if place.height > 1:
        yield from as_flow(tuple(lines[place.first : place.first + place.height]))
        return
    line, error = lines[place.first], place.errors[0]
    direct = list(rewrites(line))
    region = error.region
    if error.name in _LAYOUT or (region and region.end_line > region.line):
        above = [text for text in lines[: place.first] if text.strip()][-12:]
        below = [text for text in lines[place.first + 1 : place.first + 4] if text.strip()]
        around = (*below[:1], *reversed(above), *below[1:], "")
        moves = list(indentations(line, around))
        if error.name == "yaml-syntax" or (region and region.end_line > region.line):
            direct += moves
        else:
            start = len(line) - len(line.lstrip())
            is_first = region is not None and region.column == start + 1
            direct += [
                move
                for move in moves
                if is_first and not move.lines[0].startswith("- ") and "dash" not in move.message
            ]
    yield from direct
    for first in direct:
        # Two slips in one line.
        if len(first.lines) == 1 and first.message:
            for second in rewrites(first.lines[0]):
                if second.message != first.message:
                    yield Rewrite(first.message, first.column, second.lines)


def _correct(
    source: Source,
    lines: list[str],
    place: _Place,
    errors: list[Diagnostic],
    read: Read,
    most: int,
) -> tuple[Diagnostic | None, int]:
    """The error with the corrected line, or None; and how many texts were read for it."""
    seen: set[tuple[str, ...]] = set()
    later: Rewrite | None = None
    number = 0
    for rewrite in islice(_proposals(lines, place), _MAX_PROPOSALS):
        if rewrite.lines in seen or number >= most:
            continue
        seen.add(rewrite.lines)
        number += 1
        text = "\n".join(
            (*lines[: place.first], *rewrite.lines, *lines[place.first + place.height :])
        )
        rest = read(Source(source.path, text))
        if _is_right(rest, place, errors, len(rewrite.lines)):
            return _diagnostic(lines, place, rewrite), number
        if later is None and _is_further(rest, place, errors, len(rewrite.lines)):
            if place.errors[0].name != "yaml-syntax":
                later = rewrite
                continue
            number += 2
            above = lines[: place.first]
            before, after = (
                read(Source(source.path, "\n".join((*above, *own_lines))))
                for own_lines in ([lines[place.first]], rewrite.lines)
            )
            is_slip = any(error.name == "yaml-syntax" for error in before)
            size = len(rewrite.lines)
            if is_slip and not any(
                e.name == "yaml-syntax" or _is_in(e, place, size) for e in after
            ):
                later = rewrite
    return (_diagnostic(lines, place, later) if later else None), number


def _is_in(error: Diagnostic, place: _Place, size: int = 1) -> bool:
    """Whether an error is in the line, or in those that replace it."""
    region = error.region
    return region is not None and place.first < region.line <= place.first + size


def _is_right(rest: list[Diagnostic], place: _Place, errors: list[Diagnostic], size: int) -> bool:
    """Whether the text has no syntax error and no error in the line, nor a new one elsewhere."""
    if any(error.name == "yaml-syntax" or _is_in(error, place, size) for error in rest):
        return False
    if place.errors[0].name == "yaml-syntax":
        return not any(error.name == "not-an-architecture" for error in rest)
    before = {(error.code, error.message) for error in errors}
    return all((error.code, error.message) in before for error in rest)


def _is_further(rest: list[Diagnostic], place: _Place, errors: list[Diagnostic], size: int) -> bool:
    """Whether the slip is gone, and another mistake is left.

    The first syntax error, which was here, is now in a line below; or the line has fewer errors.
    """
    if place.errors[0].name != "yaml-syntax":
        here = [error for error in rest if _is_in(error, place, size)]
        others = [error for error in rest if error not in here]
        before = {(error.code, error.message) for error in errors}
        is_less = 0 < len(here) < len(place.errors)
        return is_less and all((error.code, error.message) in before for error in (*here, *others))
    left = [error.region.line for error in rest if error.name == "yaml-syntax" and error.region]
    return bool(left) and min(left) > place.first + size


def _diagnostic(lines: list[str], place: _Place, rewrite: Rewrite) -> Diagnostic:
    """The one error of the line: what is wrong, and the line as it should be."""
    line = lines[place.first]
    indent = line[: len(line) - len(line.lstrip())]
    is_moved = not rewrite.lines[0].startswith(indent) or (
        len(rewrite.lines[0]) - len(rewrite.lines[0].lstrip()) != len(indent)
    )
    shown = [text if is_moved else text.removeprefix(indent) for text in rewrite.lines]
    first, *rest = (f"`{text}`" for text in shown)
    help = f"write {first}" + "".join(f" and below it {text}" for text in rest)
    region = place.errors[0].region
    assert region is not None
    number, column = place.first + 1, rewrite.column + 1
    if rewrite.message and (region.line, region.column) != (number, column):
        region = Region(number, column, number, column + 1, line)
    message = rewrite.message or place.errors[0].message
    return place.errors[0]._replace(message=message, region=region, help=help, notes=())
