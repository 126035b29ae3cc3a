"""The table of every operation: what an architecture file may name."""

from cnnaudit.layers import activation, conv, dense, merge, norm, pool, sequence, shape
from cnnaudit.layers.kind import Kind, same_shape

#: Every operation by its name, in the order in which documentation shows them.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for family in (conv, pool, dense, norm, activation, merge, shape, sequence)
    for kind in family.KINDS
}

#: What enters the network; a node of the graph that no file writes as a layer.
INPUT = Kind("input", "input", "What enters the network.", same_shape)

#: What a foreign file holds and nothing here can count; no file of ours writes it either.
UNKNOWN = Kind(
    "unknown",
    "unknown",
    "A layer whose weights and work are not known.",
    same_shape,
    windows=lambda *_: "a layer is not known",
)

_NODES = {**KINDS, INPUT.name: INPUT, UNKNOWN.name: UNKNOWN}

#: Operations that may stand on any layer, in the order in which they are applied.
MODIFIERS = ("batch_norm", "activation", "dropout")

#: Functions that may be written as bare words: ``- relu``.
ACTIVATIONS = tuple(activation.FUNCTIONS)

#: How branches may come together; ``none`` leaves them apart.
MERGES = (*(kind.name for kind in KINDS.values() if kind.merges), "none")


def kind_of(name: str) -> Kind:
    """The kind of a node, inputs and unknown layers included."""
    return _NODES[name]
