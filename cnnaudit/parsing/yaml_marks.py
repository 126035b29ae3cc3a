"""Rewrites of quotes, and of texts that start with a mark of YAML or hold one."""

import re
from collections.abc import Iterator

from cnnaudit.parsing.yaml_lines import Rewrite, changed, masked, parts, quoted

_CURLY_QUOTES = {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"}


def curly_quotes(line: str) -> Iterator[Rewrite]:
    """``“64”``: quotes of a text processor."""
    places = [at for at, mark in enumerate(line) if mark in _CURLY_QUOTES]
    if not places:
        return
    message = f"`{line[places[0]]}` is no quote in YAML"
    if re.search(r"[“„«‘][\w.]+[”»’]", line):
        yield from changed(line, re.sub(r"[“„«‘]([\w.]+)[”»’]", r"\1", line), message, places[0])
    new = "".join(_CURLY_QUOTES.get(mark, mark) for mark in line)
    yield from changed(line, new, message, places[0])
    yield from changed(line, new.replace("'", '"'), message, places[0])


def quotes(line: str) -> Iterator[Rewrite]:
    """Quotes that are not closed, of two types, inside each other, or before the end of a text."""
    for match in re.finditer(r"(?:(?<=[:,{\[] )|(?<=[{\[,])|(?<=^- )|(?<= - ))(['\"])", line):
        at = match.start()
        flow = any(mark in masked(line[:at]) for mark in "{[")
        end = re.search(
            r"\s*(?:,\s*[A-Za-z_]\w*:\s.*|\s#.*|[}\]]+\s*)$" if flow else r"\s+#.*$|$",
            line[at + 1 :],
        )
        stop = at + 1 + (end.start() if end else len(line) - at - 1)
        value, rest = line[at + 1 : stop], line[stop:]
        inner = value.strip().rstrip("'\"`´”’") if value.strip()[-1:] in "'\"`´”’" else value
        inner = inner.strip()
        number = re.fullmatch(r"[\w.]+", inner)
        texts = [inner] if number else []
        texts.append(f"'{inner}'" if '"' in inner and "'" not in inner else quoted(inner))
        if "'" in inner and '"' in inner:
            stripped = inner.replace('"', "")
            texts.append(f'"{stripped}"')
        if match[1] in inner:
            texts.insert(0, quoted(inner.replace(match[1], "")) if '"' in inner else texts[-1])
            texts.append(quoted(inner.replace(match[1], "")))
        for text in texts:
            new = line[:at] + text + rest
            yield from changed(line, new, "this text does not end with its first quote", at)
    stray = re.search(r"(?<=[\w.)])(['\"])(?=\s*(?:[,}\]]|$))", masked(line))
    if stray:
        new = line[: stray.start()] + line[stray.end() :]
        message = f"`{stray[1]}` ends a text that no quote starts"
        yield from changed(line, new, message, stray.start())


def comment_marks(line: str) -> Iterator[Rewrite]:
    """``{conv: 64 # wide, kernel: 3}``: a ``#`` after a blank hides the rest of the line."""
    mark = re.search(r"\s#", line)
    if not mark:
        return
    head, tail = line[: mark.start()], line[mark.end() - 1 :]
    message = "`#` after a blank starts a comment, up to the end of the line"
    column = mark.end() - 1
    value = re.search(r"(?:(?<=: )|(?<=[{\[,] ))[^:,{}\[\]]*$", head)
    end = re.search(r",\s*[A-Za-z_]\w*:\s|[}\]]+\s*$", tail)
    rest = tail[end.start() :] if end else ""
    text = tail[: end.start()] if end else tail
    opened = sum((m in "{[") - (m in "}]") for m in masked(head))
    is_text = value and re.search(r"(?:note|name|description|source): [^:]*$", head)
    if is_text and value and rest:
        new = head[: value.start()] + quoted(line[value.start() : mark.end() - 1] + text) + rest
        yield from changed(line, new, message, column)
    if opened > 0 and end:
        yield from changed(line, f"{head}{rest}  {text.rstrip()}", message, column)
    if value and rest:
        new = head[: value.start()] + quoted(line[value.start() : mark.end() - 1] + text) + rest
        yield from changed(line, new, message, column)


def indicators(line: str) -> Iterator[Rewrite]:
    """``@net``, ``%50``, ``*width`` and others: marks of YAML at the start of a value."""
    hidden = masked(line)
    match = re.search(r"(?:(?<=:\s)|(?<=-\s)|(?<=[{,\[]\s)|(?<=[{\[]))([%@`*&!|>?])", hidden)
    if not match:
        return
    at = match.start()
    flow = any(mark in hidden[:at] for mark in "{[")
    end = re.search(r"\s*[,}\]]" if flow else r"\s+\0|$", hidden[at:])
    stop = at + (end.start() if end else len(line) - at)
    value = line[at:stop]
    message = f"a value cannot start with '{match[1]}', a mark of YAML"
    if match[1] == "!":
        message = ""
    if match[1] == "*":
        message = "`*` names an anchor in YAML, and there is none of this name"
    bare = (
        value.strip("`*") if match[1] in "`*" else re.sub(r"^(?:[!&]\S*\s*|[%@|>?]\s*)", "", value)
    )
    texts = (bare, quoted(value)) if match[1] in "`*" else (quoted(value), bare)
    for text in texts:
        if text != value and text:
            yield from changed(line, line[:at] + text + line[stop:], message, at)


def bracketed_texts(line: str) -> Iterator[Rewrite]:
    """``note: [a, b]`` and ``note: {a}``, where a text belongs."""
    here = parts(line)
    match = re.match(r"(\w+:\s+)([\[{].*)$", here.body)
    if match and match[1].split(":")[0] in ("note", "name", "description", "source"):
        message = "a text that starts with a bracket stands in quotes"
        new = here.line(match[1] + quoted(match[2]))
        yield from changed(line, new, message, here.start + match.end(1))
