"""Rewrites of brackets: open ones, wrong ones, and those that are missing."""

import re
from collections.abc import Iterator

from cnnaudit.parsing.yaml_lines import (
    CLOSE,
    CLOSER,
    OPEN,
    Rewrite,
    changed,
    enclosed,
    masked,
    parts,
    pieces,
    quoted,
)


def brackets(line: str) -> Iterator[Rewrite]:
    """Brackets that are not closed, closed twice, or closed by another one."""
    here = parts(line)
    closed = _balanced(here.body)
    if closed is not None:
        message, column, text = closed
        yield from changed(line, here.line(text), message, here.start + column)
    opening = {"}": "{", "]": "[", ")": "("}.get(here.body[-1:])
    if opening and not any(mark in here.body for mark in OPEN):
        head = re.match(r"(?:\w+:\s+)?", here.body)
        at = head.end() if head and not here.dashes else 0
        text = f"{here.body[:at]}{opening}{here.body[at:]}"
        column = here.start + len(here.body) - 1
        yield from changed(line, here.line(text), f"`{here.body[-1]}` closes nothing", column)


def _balanced(body: str) -> tuple[str, int, str] | None:
    """What is wrong with the brackets of a text first, where, and the text with right ones."""
    stack: list[tuple[int, str]] = []
    new: list[str] = []
    faults: list[tuple[str, int]] = []
    for at, mark in enumerate(masked(body)):
        new.append(body[at])
        if mark in OPEN:
            stack.append((at, mark))
        elif mark in CLOSE and not stack:
            faults.append((f"`{mark}` closes nothing", at))
            new.pop()
        elif mark in CLOSE:
            opened = [CLOSER[each] for _, each in stack]
            if opened[-1] != mark:
                what = f"`{stack[-1][1]}` is closed by `{opened[-1]}`, and here stands `{mark}`"
                faults.append((what, at))
                missing = opened[opened.index(mark) + 1 :] if mark in opened else []
                new[-1:] = [*reversed(missing), mark] if missing else [opened[-1]]
                del stack[len(stack) - len(missing) :]
            stack.pop()
    if stack:
        faults.append((f"`{stack[-1][1]}` is not closed", stack[-1][0]))
    if not faults:
        return None
    new += [CLOSER[mark] for _, mark in reversed(stack)]
    return (*faults[0], re.sub(r",\s*(?=[\]}]+$)", "", "".join(new)))


def open_lists(line: str) -> Iterator[Rewrite]:
    """``{kernel: [3, 3, stride: 2}``: a list that is closed where the next key starts."""
    hidden = masked(line)
    for match in re.finditer(r"[\[(]", hidden):
        at, mark = match.start(), match[0]
        key = re.match(rf"[^{re.escape(mark)}{{}}\])]*?(?=,\s*[A-Za-z_]\w*:\s)", hidden[at + 1 :])
        if key is None:
            continue
        end = at + 1 + key.end()
        head, tail = f"{line[:end]}{CLOSER[mark]}", line[end:]
        message = f"`{mark}` is not closed"
        yield from changed(line, head + tail, message, at)
        balanced = _balanced(parts(head + tail).body)
        if balanced:
            yield from changed(line, parts(head + tail).line(balanced[2]), message, at)


def braces(line: str) -> Iterator[Rewrite]:
    """``- conv: 6, kernel: 3`` and ``expect: params: 3``, which need braces."""
    here = parts(line)
    hidden = masked(here.body)
    if hidden.startswith(("{", "[")):
        return
    if len(re.findall(r"[\w\0]\s*:(?:\s|$)", hidden)) < 2 and "," not in hidden:
        return
    first = re.match(r"([\w\0]+)\s*:\s+(?=\S)", hidden)
    second = re.search(r"[\w\0]+\s*:(?:\s|$)", hidden[first.end() :]) if first else None
    if first and second and hidden[first.end()] == "-":
        items = here.body[first.end() :]
        lines = (here.line(here.body[: first.end()].rstrip()), f"{here.indent}  {items}")
        yield Rewrite("a list starts in a line of its own", here.start + first.end(), lines)
    column = here.start + (first.end() + second.start() if first and second else 0)
    if first and second and second.start() == 0:
        new = f"{here.body[: first.end()]}{{{here.body[first.end() :]}}}"
        yield from changed(line, here.line(new), "a second key stands in the same line", column)
    elif re.search(r":(?:\s|$)", hidden):
        message = "several keys in one line stand in braces"
        yield from changed(line, here.line(f"{{{here.body}}}"), message, column)
    if first and second and hidden[first.end()] not in "{[":
        value = here.body[first.end() :]
        new = here.line(here.body[: first.end()] + quoted(value))
        yield from changed(
            line, new, "a text with a colon stands in quotes", here.start + first.end()
        )


def mappings(line: str) -> Iterator[Rewrite]:
    """``- [conv, 64]``, ``(conv: 64)``, ``{conv, 64}``, ``{{…}}``, ``layers: {…}``."""
    here = parts(line)
    head = re.match(r"[\w]+:\s+", here.body)
    start = head.end() if head else 0
    key, value = here.body[:start], here.body[start:]
    column = here.start + start
    for brackets in ("[]", "()", "{}", "<>"):
        inner = (
            enclosed(value, brackets)
            if brackets != "<>"
            else (value[1:-1] if value[:1] == "<" and value[-1:] == ">" else None)
        )
        if inner is None:
            continue
        items = pieces(inner)
        message = (
            f"a mapping stands in braces, and not in `{brackets}`"
            if brackets != "{}"
            else "each key in braces has a value"
        )
        if all(":" in masked(piece) for piece in items):
            opened = [enclosed(piece) or piece for piece in items]
            if brackets != "{}" or opened != items:
                what = message if brackets != "{}" else "here stand braces inside braces"
                new = here.line(f"{key}{{{', '.join(opened)}}}")
                yield from changed(line, new, what, column)
            if key.startswith("layers:") and brackets == "{}":
                layers = ", ".join(f"{{{piece}}}" for piece in items)
                what = "`layers` takes a list"
                yield from changed(line, here.line(f"{key}[{layers}]"), what, column)
        elif len(items) % 2 == 0 and not any(":" in piece for piece in items):
            pairs = zip(items[::2], items[1::2], strict=True)
            texts = ", ".join(f"{name.strip(chr(34))}: {text}" for name, text in pairs)
            yield from changed(line, here.line(f"{key}{{{texts}}}"), message, column)
        elif brackets == "[]" and len(items) == 1:
            yield from changed(line, here.line(key + items[0]), "", column)
        elif brackets == "{}" and ":" not in masked(inner):
            what = "here stands a list, and no mapping"
            yield from changed(line, here.line(f"{key}[{inner}]"), what, column)
