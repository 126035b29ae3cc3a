"""Rewrites of commas, colons and blanks between the pairs of a line."""

import re
from collections.abc import Iterator

from cnnaudit.parsing.yaml_lines import (
    Rewrite,
    changed,
    enclosed,
    masked,
    matching,
    parts,
    pieces,
    quoted,
)

_RUN = re.compile(
    r"(?<=: )\s*(?P<run>[\w.*/+-]+(?:\s*,\s*(?![A-Za-z_]\w*\s*[:=])[\w.*/+-]+)+)(?=\s*(?:[,}]|$))"
)


def parentheses(line: str) -> Iterator[Rewrite]:
    """``ceil_to(256*width, 8)`` and ``(3,3)`` in braces, where the comma ends the value."""
    hidden = masked(line)
    spans: list[tuple[int, int]] = []
    for match in re.finditer(r"\(", hidden):
        at = match.start()
        end = matching(hidden, at)
        if end is None or "," not in hidden[at:end] or (spans and at < spans[-1][1]):
            continue
        before = re.search(r"(?:(?<=[{\[,])|(?<=:\s))\s*[^{\[,]*$", hidden[:at])
        start = before.start() if before else at
        colon = re.search(r":\s+(?=[^:]*$)", hidden[start:at])
        start += colon.end() if colon else 0
        start += len(line[start:]) - len(line[start:].lstrip())
        after = re.match(r"[^,\]}\0]*", hidden[end + 1 :])
        end += 1 + len((after[0] if after else "").rstrip())
        spans.append((start, end))
    if not spans:
        return
    value = line[slice(*spans[0])]
    message = f"the comma in `{value}` ends the value there"
    for change in (_bracketed, quoted):
        new = line
        for start, end in reversed(spans):
            new = new[:start] + change(new[start:end]) + new[end:]
        yield from changed(line, new, message, spans[0][0])


def _bracketed(value: str) -> str:
    """A tuple as a list; another text in quotes."""
    if enclosed(value, "()") is None or "(" in value[1:]:
        return quoted(value)
    return f"[{', '.join(filter(None, pieces(value[1:-1])))}]"


def number_runs(line: str) -> Iterator[Rewrite]:
    """``kernel: 3, 3`` and ``dense: 144,000``, where the comma ends the value."""
    hidden = masked(line)
    match = _RUN.search(hidden)
    if match is None:
        return
    run, (start, end) = match["run"], match.span("run")
    numbers = re.split(r"\s*,\s*", run)
    texts = [f"[{', '.join(numbers)}]", "x".join(numbers)]
    if len(numbers) > 2 and all(number.isdigit() for number in numbers):
        texts.reverse()  # a shape
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", run):
        texts.append("".join(numbers))
    for text in texts:
        message = f"the comma in `{run}` ends the value there"
        yield Rewrite(message, start, (line[:start] + text + line[end:],))


def blanks(line: str) -> Iterator[Rewrite]:
    """``conv:64`` and ``-conv``: a colon and a dash end with a blank."""
    hidden = masked(line)
    places = list(re.finditer(r"(?<![\w.:/-])([A-Za-z_]\w*)\s*:(?=[^\s:=,}\]])", hidden))
    if places:
        new = line
        for place in reversed(places):
            new = f"{new[: place.start()]}{place[1]}: {new[place.end() :]}"
        message = f"a blank is missing after the colon of `{places[0][1]}:`"
        yield from changed(line, new, message, places[0].start())
    dash = re.match(r"\s*(?:- )*-(?=[A-Za-z{\[\0\"'])", hidden)
    if dash:
        new = f"{line[: dash.end()]} {line[dash.end() :]}"
        yield from changed(line, new, "a blank is missing after the dash", dash.end() - 1)
    colon = re.search(r"([A-Za-z_]\w*)\s*(?:::+|：)\s*", hidden)
    if colon:
        new = f"{line[: colon.end(1)]}: {line[colon.end() :]}"
        yield from changed(line, new, "one colon and a blank end a key", colon.end(1))


def equal_signs(line: str) -> Iterator[Rewrite]:
    """``conv=64``: a key ends with a colon."""
    pattern = r"(?<![\w.])([A-Za-z_]\w*)\s*(?::=|=>|=(?!=))\s*(?=\S)"
    hidden = masked(line)
    match = re.search(pattern, hidden)
    if match:
        new = line
        for each in reversed(list(re.finditer(pattern, hidden))):
            new = f"{new[: each.start()]}{each[1]}: {new[each.end() :]}"
        message = f"a colon ends a key, and no `=`: `{match[1]}:`"
        yield from changed(line, new, message, match.end(1))
        body = parts(new)
        if len(pieces(body.body)) > 1 and not body.body.startswith("{"):
            yield from changed(line, body.line(f"{{{body.body}}}"), message, match.end(1))


def separators(line: str) -> Iterator[Rewrite]:
    """``{conv: 64; kernel: 3}`` and ``{conv: 64 kernel: 3}``: pairs end with a comma."""
    hidden = masked(line)
    if ";" in hidden:
        new = "".join("," if b == ";" else a for a, b in zip(line, hidden, strict=True))
        yield from changed(line, new, "a comma ends a pair, and no `;`", hidden.index(";"))
        body = parts(new)
        if not body.body.startswith("{"):
            wrapped = body.line(f"{{{body.body}}}")
            yield from changed(line, wrapped, "a comma ends a pair, and no `;`", hidden.index(";"))
    pattern = r"(?<=[\w\])}\0\"'])\s+(?=(?:[A-Za-z_]\w*|\0+):(?:\s|$))"
    places = list(re.finditer(pattern, hidden))
    if not places:
        return
    here = parts(line)
    new = line
    for place in reversed(places):
        new = f"{new[: place.start()]}, {new[place.end() :]}"
    if "{" in hidden:
        yield from changed(line, new, "a comma is missing between two pairs", places[0].end())
        return
    message = "two pairs in one line stand in braces, with a comma between"
    if here.dashes:
        yield Rewrite(message, places[0].end(), (here.line(f"{{{parts(new).body}}}"),))
    else:
        at = places[0]
        message = "a second key stands in the same line"
        lines = (line[: at.start()], here.indent + line[at.end() :])
        yield Rewrite(message, at.end(), lines)


def colons(line: str) -> Iterator[Rewrite]:
    """``- conv 64`` and ``{conv 64, kernel 3}``: a key ends with a colon."""
    here = parts(line)
    inner = enclosed(here.body)
    items = pieces(here.body if inner is None else inner)
    pattern = r"([A-Za-z_]\w*)\s+([^\s:].*)"
    new = [
        re.sub(rf"^{pattern}$", r"\1: \2", piece) if ":" not in piece else piece for piece in items
    ]
    if new == items:
        return
    joined = ", ".join(new)
    wrapped = inner is not None or len(new) > 1
    word = next(b.partition(":")[0] for a, b in zip(items, new, strict=True) if a != b)
    column = line.index(word, here.start) + len(word)
    message = f"a colon is missing after `{word}`"
    yield from changed(line, here.line(f"{{{joined}}}" if wrapped else joined), message, column)
