"""Following the flow of values: where a network ends, who alone reads a node, what ends it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnnaudit.graph.nodes import Layer, Outline, Section
from cnnaudit.rules.subject import Subject

#: Operations behind which values are the same, whatever their order or, at inference, at all.
_SAME_VALUES = ("dropout", "flatten", "reshape", "permute", "identity")


class End(NamedTuple):
    """An output of the network: its node, and whether it is ``main``, ``head`` or ``auxiliary``."""

    node: int
    kind: str


def ends(subject: Subject) -> tuple[End, ...]:
    """The outputs: the end of the main line (of each branch that stays apart), and of each head.

    A main line that heads go on from ends there; auxiliary ones do not count. Another program's
    file has no lines; there they are the nodes that nobody reads.
    """
    if subject.document is None:
        return tuple(End(index, "main") for index in subject.outputs)
    line = _line(subject.graph.outline.children)
    found = {index: End(index, "main") for index in line if not _goes_on(subject, index)}
    for section in _heads(subject.graph.outline):
        kind = "auxiliary" if section.kind == "auxiliary head" else "head"
        for index in _line(section.children):
            found.setdefault(index, End(index, kind))
    return tuple(found.values())


def _goes_on(subject: Subject, index: int) -> bool:
    return any(not subject.nodes[reader].auxiliary for reader in subject.readers[index])


def _heads(outline: Section) -> Iterator[Section]:
    stack: list[Outline] = [outline]
    while stack:
        part = stack.pop()
        if isinstance(part, Section):
            if _is_head(part):
                yield part
            stack.extend(reversed(part.children))


def _is_head(part: Outline) -> bool:
    return isinstance(part, Section) and part.kind in ("head", "auxiliary head")


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


def only_reader(subject: Subject, index: int) -> int | None:
    """The node that alone reads this one; None where nobody does, or several do."""
    readers = subject.readers[index]
    return readers[0] if len(readers) == 1 else None


def last_function(subject: Subject, index: int) -> str | None:
    """The activation that an output went through last; None where there is none."""
    node = subject.nodes[index]
    while node.kind in _SAME_VALUES:
        node = subject.nodes[node.inputs[0]]
    return node.attributes["function"] if node.kind == "activation" else None
