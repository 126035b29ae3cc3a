"""The size of values and gradients in a network right after initialisation.

Mean-field theory (LeCun et al. 1998; Glorot & Bengio 2010, section 4.2.1; He et al. 2015, section
2.2): weights and values are independent, so a layer that sums n products has n·Var(w)·E[x²] as its
mean square, and the gradient that reaches its input m·Var(w) times that at its output, if every
input value takes part in m products. Both numbers follow from the multiply-accumulates: n per
output, m per input. An activation multiplies the gradient's mean square by E[f'(x)²].

The input has mean 0 and variance 1; the gradient at the network's output has mean square 1. A
softmax or sigmoid at the end is part of the loss and changes neither. Windows lie inside the map,
dropout is off, batch and layer normalisation have their first scale of 1 and bring values back to
mean 0 and variance 1. Numbers are floats, since they are expectations.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from cnnaudit.analysis.signal.distribution import MAX_MEAN_SQUARE, Distribution, normal
from cnnaudit.analysis.signal.variance import Propagated, propagate
from cnnaudit.graph.graph import Graph
from cnnaudit.ops.registry import has_trait, op_named

_LOSS_FUNCTIONS = ("softmax", "log_softmax", "sigmoid")

#: A signal vanishes or explodes if it changes by more than the first factor in total and by more
#: than the second per layer. A ReLU network with weights initialised for tanh loses 1/2 a layer and
#: still trains (He et al. 2015, section 2.2), and batch normalisation makes up for any total.
_MAX_TOTAL_FACTOR, _MAX_LAYER_FACTOR = 1e3, 4.0


class Signal(NamedTuple):
    """The mean squares at one node, and the factors by which it changes them; None if unknown.

    ``forward`` is E[y²] of the output, the network input's being 1, and ``forward_gain`` is
    E[y²] / E[x²] of the node alone. ``backward`` is the mean square of the gradient at the output,
    and ``backward_gain`` the factor by which it grows from there to the (first) input.
    ``total_backward`` is ``backward`` if the equal parts of a gradient after an average pool are
    added up again.
    """

    forward_gain: float | None
    forward: float | None
    backward_gain: float | None
    backward: float | None
    total_backward: float | None


class SignalSummary(NamedTuple):
    """The signal between the first and the last of ``layers`` layers with weights.

    ``forward`` is the mean square at the last layer's output, the input's being 1. ``backward`` is
    the sum of the gradient's squares at the first layer's output over that at the last's: a sum,
    since the gradient of a weight is a sum over all positions. The equal parts of a gradient after
    an average pool are added up again.
    """

    first: str
    last: str
    layers: int
    forward: float | None
    backward: float | None

    @property
    def verdict(self) -> str:
        """Dead, vanishes, explodes or holds; unknown if either direction is."""
        if self.forward is None or self.backward is None:
            return "unknown"
        low, high = sorted((self.forward, self.backward))
        if low == 0:
            return "dead"
        limit = max(_MAX_TOTAL_FACTOR, _MAX_LAYER_FACTOR ** min(self.layers, 400))
        if low < 1 / limit:
            return "vanishes"
        return "explodes" if high > limit else "holds"


def signals(graph: Graph) -> tuple[Signal, ...]:
    """Return the signal at each node, inputs included."""
    loss_activations = _loss_activations(graph)
    propagations: list[Propagated] = []
    for index, node in enumerate(graph.nodes):
        if not node.inputs:
            propagations.append(Propagated(normal(0, 1), ()))
            continue
        inputs = tuple(propagations[source].distribution for source in node.inputs)
        is_symmetric = any(propagations[source].is_symmetric for source in node.inputs)
        if index in loss_activations:
            propagations.append(Propagated(inputs[0], (1.0,), is_symmetric))
        else:
            propagations.append(propagate(graph, node, inputs, is_symmetric))
    gradients = _gradients(graph, [propagated.gradient_gains for propagated in propagations])
    totals = _gradients(graph, [propagated.total_gradient_gains for propagated in propagations])
    result = []
    for node, propagated, backward, total in zip(
        graph.nodes, propagations, gradients, totals, strict=True
    ):
        forward = propagated.distribution.mean_square if propagated.distribution else None
        inputs = tuple(propagations[source].distribution for source in node.inputs)
        gain = _ratio(forward, _average_mean_square(inputs))
        gains = propagated.gradient_gains
        result.append(Signal(gain, forward, gains[0] if gains else None, backward, total))
    return tuple(result)


def summarise(graph: Graph, node_signals: Sequence[Signal]) -> SignalSummary | None:
    """Summarise the signals between the first and the last layer with weights.

    Auxiliary heads are left out. Returns None if no layer has weights.
    """
    weighted = [
        (node, signal)
        for node, signal in zip(graph.nodes, node_signals, strict=True)
        if op_named(node.op).family in ("conv", "dense") and not node.auxiliary
    ]
    if not weighted:
        return None
    (first, at_first), (last, at_last) = weighted[0], weighted[-1]
    sums = [
        None if signal.total_backward is None else signal.total_backward * prod(node.output_shape)
        for node, signal in ((first, at_first), (last, at_last))
    ]
    return SignalSummary(
        first.layer, last.layer, len(weighted), at_last.forward, _ratio(sums[0], sums[1])
    )


def _ratio(part: float | None, total: float | None) -> float | None:
    if part is None or total is None:
        return None
    if total == 0:
        return 0.0 if part == 0 else None
    return min(part / total, MAX_MEAN_SQUARE)


def _average_mean_square(inputs: Sequence[Distribution | None]) -> float | None:
    """Return the average mean square of inputs; None if there are none or one is unknown."""
    squares = [values.mean_square for values in inputs if values is not None]
    return sum(squares) / len(squares) if squares and len(squares) == len(inputs) else None


def _loss_activations(graph: Graph) -> frozenset[int]:
    """Return the activations at the end that are part of the loss: its gradient is p − y."""
    readers = _readers(graph)
    at_end: set[int] = set()
    activations = set()
    for index in reversed(range(len(graph.nodes))):
        node = graph.nodes[index]
        if not all(reader in at_end for reader, _ in readers[index]):
            continue
        if has_trait(node.op, "reshapes", "identity at inference"):
            at_end.add(index)
        elif node.attributes.get("function") in _LOSS_FUNCTIONS:
            activations.add(index)
    return frozenset(activations)


def _readers(graph: Graph) -> list[list[tuple[int, int]]]:
    """Return, for each node, the nodes that read it and the position among their inputs."""
    readers: list[list[tuple[int, int]]] = [[] for _ in graph.nodes]
    for index, node in enumerate(graph.nodes):
        for slot, source in enumerate(node.inputs):
            readers[source].append((index, slot))
    return readers


def _gradients(graph: Graph, gains: Sequence[tuple[float | None, ...]]) -> list[float | None]:
    """Return the mean square of the gradient at each node's output, the sum over its readers.

    ``gains`` are those from each node's output to each of its inputs. Gradients from auxiliary
    heads are left out, as the heads are from all totals.
    """
    readers = _readers(graph)
    gradients: list[float | None] = [None] * len(graph.nodes)
    for index in reversed(range(len(graph.nodes))):
        parts = [
            _times_gain(gradients[reader], gains[reader][slot])
            for reader, slot in readers[index]
            if graph.nodes[index].auxiliary or not graph.nodes[reader].auxiliary
        ]
        known_parts = [part for part in parts if part is not None]
        if not parts:
            gradients[index] = 1.0
        elif len(known_parts) == len(parts):
            gradients[index] = min(sum(known_parts), MAX_MEAN_SQUARE)
    return gradients


def _times_gain(gradient: float | None, gain: float | None) -> float | None:
    if gain == 0:
        return 0.0
    return None if gradient is None or gain is None else min(gradient * gain, MAX_MEAN_SQUARE)
