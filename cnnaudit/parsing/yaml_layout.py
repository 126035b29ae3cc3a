"""Rewrites of indentation and dashes."""

import re
from collections.abc import Iterator

from cnnaudit.parsing.yaml_lines import Rewrite, changed, masked, parts


def tabs(line: str) -> Iterator[Rewrite]:
    """Tabs, which YAML does not allow for indentation."""
    if "\t" not in line:
        return
    message = "YAML does not allow tabs here"
    for width in (2, 4, 1, 0):
        yield Rewrite(message, line.index("\t"), (line.replace("\t", " " * width),))


def dashes(line: str) -> Iterator[Rewrite]:
    """``- - conv``: one dash a layer."""
    here = parts(line)
    if here.dashes.count("-") > 1:
        new = f"{here.indent}- {here.body}{here.comment}"
        second = len(here.indent) + here.dashes.index("-", 1)
        yield from changed(line, new, "a layer has one dash", second)
    key = re.match(r"([\w]+):\s+(-\s+)(?=\S)", here.body)
    if key:
        lines = (here.line(f"{key[1]}:"), f"{here.indent}  - {here.body[key.end() :]}")
        yield Rewrite("a list starts in a line of its own", here.start + key.start(2), lines)
        new = here.line(f"{key[1]}: {here.body[key.end() :]}")
        yield from changed(line, new, "", here.start + key.start(2))


def indentations(line: str, around: tuple[str, ...]) -> Iterator[Rewrite]:
    """The line with a dash, or indented like one of the lines around it."""
    text = line.strip()
    if not text or text.startswith("#"):
        return
    own = line[: len(line) - len(line.lstrip())]
    indents: dict[str, bool] = {}
    for other in around:
        here = parts(other)
        if other.strip():
            indents.setdefault(here.indent, bool(here.dashes))
            if here.dashes:
                indents.setdefault(" " * here.start, False)
            elif other.rstrip().endswith(":"):
                indents.setdefault(here.indent + "  ", False)
    if not text.startswith("-"):
        for indent, is_item in indents.items():
            if is_item:
                message = "a dash is missing at the start of this layer"
                yield Rewrite(message, len(own), (f"{indent}- {text}",))
    if not text.startswith("- ") and not re.search(r":(?:\s|$)", masked(text)):
        return
    for indent in indents:
        if indent != own and "\t" not in indent:
            message = f"this line is indented by {len(own)}, and the lines of its list or mapping"
            yield Rewrite(f"{message} by {len(indent)}", len(own), (indent + text,))


def as_flow(lines: tuple[str, ...]) -> Iterator[Rewrite]:
    """A key and the block below it, as a mapping and as lists of mappings in braces."""
    head, *items = lines
    bodies = [parts(item).body for item in items if item.strip()]
    if not all(re.match(r"\w+:\s+\S", masked(body)) for body in bodies):
        return
    start = parts(items[0]).start
    mappings = [f"{{{body}}}" for body in bodies]
    key = head.strip().removesuffix(":")
    pairs = ", ".join(bodies)
    yield Rewrite(f"`{key}` takes a mapping, and no list", start, (f"{head} {{{pairs}}}",))
    message = f"`{key}` takes a list, and each layer has a dash"
    yield Rewrite(message, start, (f"{head} [{{{pairs}}}]",))
    yield Rewrite(message, start, (f"{head} [{', '.join(mappings)}]",))
