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

#: The result of each merge for equal inputs.
_RESULT_OF_EQUALS = {
    "add": "the sum is {times} times one of them",
    "average": "the mean is what one of them is",
    "maximum": "the largest is what each of them is",
    "minimum": "the least is what each of them is",
    "concat": "their concatenation repeats its channels",
    "subtract": "the difference is 0",
    "divide": "the quotient is 1",
}

#: Merges in which only the second of two inputs can undo the first.
_INVERSES = ("subtract", "divide")

_MERGES = tuple(op.name for op in OPS.values() if op.merges)


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Merges of the same values."""
    merges = network.nodes_of(*_MERGES)
    if not merges:
        return
    representatives = _Representatives(network)
    for index in merges:
        node = network.nodes[index]
        if node.op in _RESULT_OF_EQUALS and not representatives.surely_differ(node.inputs):
            yield from _equal_inputs(network, node, representatives)


def _equal_inputs(
    network: AuditedNetwork, node: Node, representatives: "_Representatives"
) -> Iterator[Finding]:
    """Findings about inputs of a merge that have the same values."""
    groups: dict[int, list[int]] = {}
    for source in node.inputs:
        groups.setdefault(representatives[source], []).append(source)
    for value, sources in groups.items():
        if len(sources) == 1 or (node.op in _INVERSES and len(node.inputs) > 2):
            continue
        if node.op == "concat" and network.nodes[value].op == "input":
            continue
        names = tuple(dict.fromkeys(f"'{network.nodes[i].layer}'" for i in sources))
        times = "twice" if len(sources) == 2 else f"{len(sources)} times"
        sources_text = f"the same from {' and '.join(names)}"
        if len(names) == 1:
            sources_text = f"{names[0]} {times}"
        result = _RESULT_OF_EQUALS[node.op].format(times=len(sources))
        yield Finding(
            node.layer,
            f"{node.op} reads {sources_text}: {result}",
            "give one branch something to compute, correct its `from`, or remove the merge",
        )


class _Representatives(dict[int, int]):
    """The first node that certainly has the same values, for each node; mostly itself.

    Entries are computed on first access.
    """

    def __init__(self, network: AuditedNetwork) -> None:
        self._nodes, self._rows = network.nodes, network.audit.rows
        self._shared = {node.shared for node in self._nodes}
        self._first: dict[object, int] = {}

    def surely_differ(self, indices: Sequence[int]) -> bool:
        """Whether the nodes certainly differ: at most one is computed, and it changes values."""
        computed = [index for index in indices if self._dependencies(index)]
        has_identity = computed and _is_identity(self._nodes[computed[0]])
        return len(computed) < 2 and not has_identity and len(set(indices)) == len(indices)

    def __missing__(self, index: int) -> int:
        stack = [index]
        while stack:
            node = stack.pop()
            if node in self:
                continue
            sources = self._dependencies(node)
            if not sources:
                self[node] = node
            elif missing := [source for source in sources if source not in self]:
                stack += [node, *missing]
            else:
                self[node] = self._representative(node)
        return self[index]

    def _dependencies(self, index: int) -> tuple[int, ...]:
        """The nodes that determine a node's values; none if its values are unique."""
        node = self._nodes[index]
        if node.shared is not None:
            return () if _is_unique(node.op) else (node.shared, *node.inputs)
        if _has_own_values(node) and (index not in self._shared or _is_unique(node.op)):
            return ()
        return node.inputs

    def _has_weights(self, index: int) -> bool:
        row = self._rows[index]
        return bool(row.trainable_params or row.non_trainable_params or row.buffers)

    def _representative(self, index: int) -> int:
        node = self._nodes[index]
        sources = tuple([self[source] for source in node.inputs])
        if _is_identity(node):
            return sources[0]
        weights = node.shared
        if weights is None and self._has_weights(index):
            weights = index
        return self._first.setdefault((_computation(node), sources, weights), index)


def _is_identity(node: Node) -> bool:
    """Whether a node is a function that returns its input, in training too."""
    is_function = has_trait(node.op, "elementwise")
    return is_function and op_named(node.op).is_identity(node.attributes, True)


def _is_unique(op: str) -> bool:
    """Whether an op's values are like no other's: inputs, unknown layers, and noise.

    An op that is the identity at inference differs at each use in training.
    """
    return op in (INPUT.name, UNKNOWN_OP.name) or has_trait(op, "identity at inference")


def _has_own_values(node: Node) -> bool:
    """Whether an op's values depend on noise or on its own weights."""
    return _is_unique(node.op) or any(weight.size for weight in node.weights)


def _computation(node: Node) -> str:
    """The op and its attributes, without shapes."""
    return f"{node.op} {sorted(node.attributes.items())}"
