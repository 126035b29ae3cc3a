"""A merge that adds nothing: of the same values twice.

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

from collections.abc import Iterator, Sequence

from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import INPUT, OPS, UNKNOWN_OP, has_trait, op_named
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA112"
NAME = "dead-branch"
LEVEL = "warning"

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

_MERGING = tuple(kind.name for kind in OPS.values() if kind.merges)


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Merges of the same values."""
    merges = subject.nodes_of(*_MERGING)
    if not merges:
        return
    values = _Values(subject)
    for index in merges:
        node = subject.nodes[index]
        if node.op in _OF_TWINS and not values.surely_differ(node.inputs):
            yield from _twins(subject, node, values)


def _twins(subject: AuditedNetwork, node: Node, values: "_Values") -> Iterator[Finding]:
    """Inputs of a merge that are the same values."""
    groups: dict[int, list[int]] = {}
    for source in node.inputs:
        groups.setdefault(values[source], []).append(source)
    for value, sources in groups.items():
        if len(sources) == 1 or (node.op in _OF_TWO and len(node.inputs) > 2):
            continue
        if node.op == "concat" and subject.nodes[value].op == "input":
            continue
        names = tuple(dict.fromkeys(f"'{subject.nodes[i].layer}'" for i in sources))
        times = "twice" if len(sources) == 2 else f"{len(sources)} times"
        read = f"{names[0]} {times}" if len(names) == 1 else f"the same from {' and '.join(names)}"
        yield Finding(
            node.layer,
            f"{node.op} reads {read}: {_OF_TWINS[node.op].format(times=len(sources))}",
            "give one branch something to compute, correct its `from`, or remove the merge",
        )


class _Values(dict[int, int]):
    """For each node that is asked for one that certainly gives the same values, mostly itself.

    Nodes with the same values have the same one.
    """

    def __init__(self, subject: AuditedNetwork) -> None:
        self._nodes, self._rows = subject.nodes, subject.audit.rows
        self._shared = {node.shared for node in self._nodes}
        self._first: dict[object, int] = {}

    def surely_differ(self, indices: Sequence[int]) -> bool:
        """Whether all of these nodes but one, or all, are like no other node."""
        others = [index for index in indices if self._needed(index)]
        passing = others and _passes(self._nodes[others[0]])
        return len(others) < 2 and not passing and len(set(indices)) == len(indices)

    def __missing__(self, index: int) -> int:
        asked = [index]
        while asked:
            top = asked.pop()
            if top in self:
                continue
            needed = self._needed(top)
            if not needed:
                self[top] = top
            elif unknown := [source for source in needed if source not in self]:
                asked += [top, *unknown]
            else:
                self[top] = self._value(top)
        return self[index]

    def _needed(self, index: int) -> tuple[int, ...]:
        """The nodes whose values decide what a node's are; none where it is like no other."""
        node = self._nodes[index]
        if node.shared is not None:
            return () if _is_unlike(node.op) else (node.shared, *node.inputs)
        if _is_own(node) and (index not in self._shared or _is_unlike(node.op)):
            return ()
        return node.inputs

    def _has_weights(self, index: int) -> bool:
        row = self._rows[index]
        return bool(row.trainable_params or row.non_trainable_params or row.buffers)

    def _value(self, index: int) -> int:
        node = self._nodes[index]
        before = tuple([self[source] for source in node.inputs])
        if _passes(node):
            return before[0]
        weights = node.shared
        if weights is None and self._has_weights(index):
            weights = index
        return self._first.setdefault((_said(node), before, weights), index)


def _passes(node: Node) -> bool:
    """Whether the output of a function is its input, in training too."""
    is_function = has_trait(node.op, "elementwise")
    return is_function and op_named(node.op).is_identity(node.attributes, True)


def _is_unlike(kind: str) -> bool:
    """Whether an operation's values are like no other's: inputs, unknown layers, and noise.

    What does nothing at inference gives other values at each use in training.
    """
    return kind in (INPUT.name, UNKNOWN_OP.name) or has_trait(kind, "identity at inference")


def _is_own(node: Node) -> bool:
    """Whether an operation's values are its own, or those of its weights."""
    return _is_unlike(node.op) or any(weight.size for weight in node.weights)


def _said(node: Node) -> str:
    """What a node does, apart from shapes."""
    return f"{node.op} {sorted(node.attributes.items())}"
