"""The ends of a network: its main line, branches without a merge, and heads."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cnnaudit.graph.graph import Layer, Outline, Section

_HEADS = ("head", "auxiliary head")


class End(NamedTuple):
    """An output of the network: its node, and whether it is ``main``, ``head`` or ``auxiliary``."""

    node: int
    kind: str


def ends(outline: Section, goes_on: Callable[[int], bool]) -> tuple[End, ...]:
    """The ends of the lines of a network: of the main one, then of every head.

    ``goes_on`` says of a node whether inference reads it: a main line that heads go on from ends
    there.
    """
    found = {index: End(index, "main") for index in _line(outline.children) if not goes_on(index)}
    for section in _heads(outline):
        kind = "auxiliary" if section.kind == "auxiliary head" else "head"
        for index in _line(section.children):
            found.setdefault(index, End(index, kind))
    return tuple(found.values())


def _heads(outline: Section) -> Iterator[Section]:
    stack = [outline]
    while stack:
        part = stack.pop()
        if part.kind in _HEADS:
            yield part
        stack.extend([child for child in reversed(part.children) if isinstance(child, Section)])


def _is_head(part: Outline) -> bool:
    return isinstance(part, Section) and part.kind in _HEADS


def _line(parts: Sequence[Outline]) -> tuple[int, ...]:
    """The last nodes of a layer list; several where its last branches stay apart."""
    line = [part for part in parts if not _is_head(part)]
    while line:
        part = line.pop()
        if isinstance(part, Layer):
            return part.nodes[-1:]
        found: tuple[int, ...]
        if part.kind == "branch":
            beside: list[Outline] = [part]
            while line and isinstance(line[-1], Section) and line[-1].kind == "branch":
                beside.insert(0, line.pop())
            found = _apart(beside)
        elif part.kind == "branches" and part.label == "none":
            found = _apart(part.children)
        else:
            found = _line(part.children)
        if found:
            return found
    return ()


def _apart(branches: Sequence[Outline]) -> tuple[int, ...]:
    return tuple(
        index
        for branch in branches
        if isinstance(branch, Section)
        for index in _line(branch.children)
    )
