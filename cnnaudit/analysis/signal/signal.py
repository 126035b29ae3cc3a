"""The size of values and gradients in a network right after initialisation.

Mean-field theory (LeCun et al. 1998; Glorot & Bengio 2010, section 4.2.1; He et al. 2015, section
2.2): weights and values are independent, so a layer that sums n products has n·Var(w)·E[x²] as its
mean square, and the gradient that reaches its input m·Var(w) times that at its output, where every
input value takes part in m products. Both are what the multiply-accumulates say: n of them per
output, m per input. An activation multiplies the gradient's mean square by E[f'(x)²].

The input has mean 0 and variance 1; the gradient at the network's output has mean square 1. A
softmax or sigmoid at the end is part of the loss, and lets both pass. Windows lie inside the map,
dropout is off, batch and layer normalisation have their first scale of 1 and bring values back to
mean 0 and variance 1. Floats here: these are expectations.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from cnnaudit.analysis.signal.distribution import MAX_MEAN_SQUARE, Distribution, normal
from cnnaudit.analysis.signal.variance import Propagated, propagate
from cnnaudit.graph.graph import Graph
from cnnaudit.ops.registry import has_trait, op_named

_CLOSING = ("softmax", "log_softmax", "sigmoid")

#: What is called vanishing or exploding: in all by more than this factor, and on average by more
#: than that a layer. A ReLU network whose weights are made for tanh loses 1/2 a layer and still
#: trains (He et al. 2015, section 2.2), and batch normalisation makes up for any total.
_IN_ALL, _A_LAYER = 1e3, 4.0


class Signal(NamedTuple):
    """One node: what it does to mean squares, and what they are there.

    ``forward_gain`` is E[y²] / E[x²] of the node alone and ``forward`` E[y²] itself, the input's
    being 1. ``backward_gain`` is by how much the gradient's mean square grows from the node's
    output to its input (its first, where it has several), and ``backward`` the mean square of the
    gradient that arrives at its output; ``backward_whole`` is that where the equal parts that an
    average pool shares out count as the whole that they were. None where it is not known.
    """

    forward_gain: float | None
    forward: float | None
    backward_gain: float | None
    backward: float | None
    backward_whole: float | None


class SignalSummary(NamedTuple):
    """What happens between the first and the last of ``layers`` layers with weights.

    ``forward`` is the mean square at the last layer's output, the input's being 1. ``backward`` is
    the sum of the gradient's squares at the first layer's output over that at the last's: a sum,
    since weights add up what arrives at all positions. Equal parts of a gradient, behind an average
    pool, add up to the whole.
    """

    first: str
    last: str
    layers: int
    forward: float | None
    backward: float | None

    @property
    def verdict(self) -> str:
        """Dead, vanishes, explodes or holds; unknown where either direction is."""
        if self.forward is None or self.backward is None:
            return "unknown"
        low, high = sorted((self.forward, self.backward))
        if low == 0:
            return "dead"
        if low < 1 / max(_IN_ALL, _A_LAYER ** min(self.layers, 400)):
            return "vanishes"
        return "explodes" if high > max(_IN_ALL, _A_LAYER ** min(self.layers, 400)) else "holds"


def signals(graph: Graph) -> tuple[Signal, ...]:
    """The signal at each of ``graph``'s nodes, in their order, inputs included."""
    closing = _closing(graph)
    passages: list[Propagated] = []
    for index, node in enumerate(graph.nodes):
        if not node.inputs:
            passages.append(Propagated(normal(0, 1), ()))
            continue
        entering = tuple(passages[source].distribution for source in node.inputs)
        alike = any(passages[source].is_symmetric for source in node.inputs)
        found = propagate(graph, node, entering, alike)
        if index in closing:
            found = Propagated(entering[0], (1.0,), alike)
        passages.append(found)
    backward = _gradients(graph, [found.gradient_gains for found in passages])
    whole = _gradients(graph, [found.total_gradient_gains for found in passages])
    result = []
    for node, found, arriving, in_all in zip(graph.nodes, passages, backward, whole, strict=True):
        entering = tuple(passages[source].distribution for source in node.inputs)
        forward = found.distribution.mean_square if found.distribution else None
        gain = _ratio(forward, _average(entering))
        back = found.gradient_gains[0] if found.gradient_gains else None
        result.append(Signal(gain, forward, back, arriving, in_all))
    return tuple(result)


def summarise(graph: Graph, found: Sequence[Signal]) -> SignalSummary | None:
    """What the signals come to between the first and the last layer with weights, if there is one.

    Auxiliary heads are left out.
    """
    weighted = [
        (node, signal)
        for node, signal in zip(graph.nodes, found, strict=True)
        if op_named(node.op).family in ("conv", "dense") and not node.auxiliary
    ]
    if not weighted:
        return None
    (first, at_first), (last, at_last) = weighted[0], weighted[-1]
    sums = [
        None if signal.backward_whole is None else signal.backward_whole * prod(node.output_shape)
        for node, signal in ((first, at_first), (last, at_last))
    ]
    return SignalSummary(
        first.layer, last.layer, len(weighted), at_last.forward, _ratio(sums[0], sums[1])
    )


def _ratio(part: float | None, whole: float | None) -> float | None:
    if part is None or whole is None:
        return None
    if whole == 0:
        return 0.0 if part == 0 else None
    return min(part / whole, MAX_MEAN_SQUARE)


def _average(spreads: tuple[Distribution | None, ...]) -> float | None:
    """The mean square of a layer's inputs; None where there are none or one is unknown."""
    known = [spread.mean_square for spread in spreads if spread is not None]
    return sum(known) / len(known) if known and len(known) == len(spreads) else None


def _closing(graph: Graph) -> frozenset[int]:
    """Activations at the end that are part of the loss: what arrives before them is p − y."""
    readers = _readers(graph)
    at_end: set[int] = set()
    found = set()
    for index in reversed(range(len(graph.nodes))):
        node = graph.nodes[index]
        if not all(reader in at_end for reader, _ in readers[index]):
            continue
        if has_trait(node.op, "reshapes", "identity at inference"):
            at_end.add(index)
        elif node.attributes.get("function") in _CLOSING:
            found.add(index)
    return frozenset(found)


def _readers(graph: Graph) -> list[list[tuple[int, int]]]:
    """For each node, who reads it and as which of their inputs."""
    readers: list[list[tuple[int, int]]] = [[] for _ in graph.nodes]
    for index, node in enumerate(graph.nodes):
        for slot, source in enumerate(node.inputs):
            readers[source].append((index, slot))
    return readers


def _gradients(graph: Graph, factors: Sequence[tuple[float | None, ...]]) -> list[float | None]:
    """The mean square of the gradient at each node's output; those of several readers add up.

    ``factors`` are those of each node, from its output to each of its inputs. What auxiliary heads
    send back is left out, as it is from all totals.
    """
    readers = _readers(graph)
    arriving: list[float | None] = [None] * len(graph.nodes)
    for index in reversed(range(len(graph.nodes))):
        node = graph.nodes[index]
        counted = [
            (reader, slot)
            for reader, slot in readers[index]
            if node.auxiliary or not graph.nodes[reader].auxiliary
        ]
        if not counted:
            arriving[index] = 1.0
            continue
        parts = [_sent(arriving[reader], factors[reader][slot]) for reader, slot in counted]
        known = [part for part in parts if part is not None]
        arriving[index] = min(sum(known), MAX_MEAN_SQUARE) if len(known) == len(parts) else None
    return arriving


def _sent(arriving: float | None, factor: float | None) -> float | None:
    if factor == 0:
        return 0.0
    return None if arriving is None or factor is None else min(arriving * factor, MAX_MEAN_SQUARE)
