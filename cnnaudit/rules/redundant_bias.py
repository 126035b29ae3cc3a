"""A bias directly in front of a batch normalisation, which takes it away again.

Why it matters: batch normalisation subtracts the mean of each channel, and with it whatever bias
the layer before has added; its own beta takes that part. Ioffe & Szegedy 2015 (section 3.2): "the
bias b can be ignored since its effect will be canceled by the subsequent mean subtraction". The
bias costs memory, an addition per output and optimiser state. Frozen layers are left alone: they
stay as they were trained.

Example::

    layers:
      - {conv: 64, kernel: 3, batch_norm: true, activation: relu}    # 64 biases for nothing

Instead: `bias: false` on the layer, or `defaults: {conv: {bias: false}}` for all of them.
"""

from collections.abc import Iterator

from cnnaudit.formatting import count_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import OPS
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA116"
NAME = "redundant-bias"
LEVEL = "note"

#: Ops with a ``bias`` field.
_BIASED = tuple(op.name for op in OPS.values() if op.field("bias"))


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Layers with such biases; one finding for all that one place of the file describes."""
    redundant = set(_cancelled(network))
    if not redundant:
        return
    shared_elsewhere = {
        node.shared
        for i, node in enumerate(network.nodes)
        if node.shared is not None and i not in redundant
    }
    by_place: dict[object, list[Node]] = {}
    for index in sorted(redundant - shared_elsewhere):
        node = network.nodes[index]
        if node.shared is None and node.trainable:
            by_place.setdefault(_place(node, index), []).append(node)
    for nodes in by_place.values():
        first, biases = nodes[0], sum(node.output_shape[-1] for node in nodes)
        others = f", in {len(nodes)} layers that are written here" if len(nodes) > 1 else ""
        yield Finding(
            first.layer,
            f"the batch normalisation behind it takes the bias away again: {count_text(biases)}"
            f" {'parameter' if biases == 1 else 'parameters'} for nothing{others}",
            "write `bias: false`",
        )


def _cancelled(network: AuditedNetwork) -> Iterator[int]:
    """The nodes with a bias that only a batch normalisation by channel reads."""
    normalisations = network.nodes_where(_is_by_channel, "batch_norm")
    biased = set(network.nodes_where(_is_biased, *_BIASED)) if normalisations else ()
    for reader in normalisations if biased else ():
        index = network.nodes[reader].inputs[0]
        if index in biased and network.read_once(index):
            yield index


def _is_biased(node: Node) -> bool:
    return bool(node.output_shape and node.attributes.get("bias"))


def _is_by_channel(node: Node) -> bool:
    last = len(node.input_shapes[0]) - 1
    return node.attributes.get("axis", -1) in (-1, last)


def _place(node: Node, index: int) -> object:
    """The place of a layer in the file; unique for a layer without one."""
    if node.span is None:
        return index
    return node.span.source.path, node.span.line, node.span.column
