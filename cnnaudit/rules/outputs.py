"""The ends of a network: its main line, branches without a merge, and heads."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cnnaudit.graph.graph import Layer, Outline, Section

_HEADS = ("head", "auxiliary head")


class End(NamedTuple):
    """An output of the network: its node, and whether it is ``main``, ``head`` or ``auxiliary``."""

    node: int
    kind: str


def ends(outline: Section, is_read: Callable[[int], bool]) -> tuple[End, ...]:
    """The ends of the main line, then of every head.

    ``is_read`` tells whether inference reads a node: the main line ends at a node that only heads
    continue.
    """
    ends_by_node = {
        index: End(index, "main") for index in _line(outline.children) if not is_read(index)
    }
    for section in _heads(outline):
        kind = "auxiliary" if section.kind == "auxiliary head" else "head"
        for index in _line(section.children):
            ends_by_node.setdefault(index, End(index, kind))
    return tuple(ends_by_node.values())


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
    """The last nodes of a layer list; several if its last branches are not merged."""
    line = [part for part in parts if not _is_head(part)]
    while line:
        part = line.pop()
        if isinstance(part, Layer):
            return part.nodes[-1:]
        nodes: tuple[int, ...]
        if part.kind == "branch":
            branches: list[Outline] = [part]
            while line and isinstance(line[-1], Section) and line[-1].kind == "branch":
                branches.insert(0, line.pop())
            nodes = _unmerged(branches)
        elif part.kind == "branches" and part.label == "none":
            nodes = _unmerged(part.children)
        else:
            nodes = _line(part.children)
        if nodes:
            return nodes
    return ()


def _unmerged(branches: Sequence[Outline]) -> tuple[int, ...]:
    return tuple(
        index
        for branch in branches
        if isinstance(branch, Section)
        for index in _line(branch.children)
    )
