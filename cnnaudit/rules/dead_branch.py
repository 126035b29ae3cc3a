"""A merge that adds nothing: of one input, or of the same values twice.

Why it matters: a merge is there to bring different things together. The same values twice carry
nothing new: x + x is 2x, their concatenation gives every filter behind it two copies of each weight
to learn, max(x, x) is x, x - x is 0. Mostly a branch is empty that should not be, or a name is
wrong. Values count as the same only where they must be: one layer, or the same operations without
weights (or with shared ones) on it. x·x is a square and passes, and so does a concatenation of the
network's input with itself (grey images for a network that was trained on colours).

Example::

    layers:
      - {name: a, conv: 64, kernel: 3}
      - branches: {main: [], skip: []}     # a + a
        merge: add

Instead: fill the empty branch, correct the name in `from`, or take the merge away.
"""

from collections.abc import Iterator
from typing import Any

from cnnaudit.graph.nodes import Node
from cnnaudit.layers.table import UNKNOWN, kind_of
from cnnaudit.rules.rule import Finding, Level, Options
from cnnaudit.rules.subject import Subject

CODE = "CA112"
NAME = "dead-branch"
LEVEL = Level.WARNING

#: What a merge makes of x and x.
_OF_TWINS = {
    "add": "the sum is {times} times one of them",
    "average": "the mean is what one of them is",
    "maximum": "the largest is what each of them is",
    "minimum": "the least is what each of them is",
    "concat": "their concatenation repeats its channels",
    "subtract": "the difference is 0",
    "divide": "the quotient is 1",
}

#: Merges in which only the second of two inputs can undo the first.
_OF_TWO = ("subtract", "divide")

#: Operations that give something else each time in training.
_RANDOM = ("dropout", "identity")


def check(subject: Subject, _options: Options) -> Iterator[Finding]:
    """Merges of one input, then of the same values."""
    merges = [index for index, node in enumerate(subject.nodes) if kind_of(node.kind).merges]
    if not merges:
        return
    values = _values(subject)
    for index in merges:
        node = subject.nodes[index]
        if len(node.inputs) == 1:
            yield Finding(
                node.layer,
                f"{node.kind} of one input gives back what it reads",
                "name what else it should read, or remove it",
            )
        elif node.kind in _OF_TWINS:
            yield from _twins(subject, node, values)


def _twins(subject: Subject, node: Node, values: list[int]) -> Iterator[Finding]:
    """Inputs of a merge that are the same values."""
    groups: dict[int, list[int]] = {}
    for source in node.inputs:
        groups.setdefault(values[source], []).append(source)
    for value, sources in groups.items():
        if len(sources) == 1 or (node.kind in _OF_TWO and len(node.inputs) > 2):
            continue
        if node.kind == "concat" and subject.nodes[value].kind == "input":
            continue
        names = tuple(dict.fromkeys(f"'{subject.nodes[i].layer}'" for i in sources))
        times = "twice" if len(sources) == 2 else f"{len(sources)} times"
        read = f"{names[0]} {times}" if len(names) == 1 else f"the same from {' and '.join(names)}"
        yield Finding(
            node.layer,
            f"{node.kind} reads {read}: {_OF_TWINS[node.kind].format(times=len(sources))}",
            "give one branch something to compute, correct its `from`, or remove the merge",
        )


def _values(subject: Subject) -> list[int]:
    """For each node the first one that certainly gives the same values: itself where none does."""
    first: dict[Any, int] = {}
    texts: dict[int, str] = {}
    values: list[int] = []
    for index, node in enumerate(subject.nodes):
        before = tuple(values[source] for source in node.inputs)
        if node.kind == "activation" and node.attributes["function"] == "linear":
            values.append(before[0])
            continue
        row = subject.audit.rows[index]
        owner = index if node.shared is None else node.shared
        if id(node.attributes) not in texts:
            texts[id(node.attributes)] = repr(sorted(node.attributes.items()))
        said = node.kind, texts[id(node.attributes)], before
        weights = owner if row.params or row.buffers or node.shared is not None else None
        if node.kind in ("input", UNKNOWN.name, *_RANDOM) or weights == index:
            # Weights of its own: a later node that shares them may give the same values.
            if weights == index:
                first[*said, index] = index
            values.append(index)
            continue
        values.append(first.setdefault((*said, weights), index))
    return values
