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

#: Operations that may have a bias.
_BIASED = tuple(kind.name for kind in OPS.values() if kind.field("bias"))


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Layers with such biases; those that stand in one place of the file come as one finding."""
    cancelled = set(_cancelled(subject))
    if not cancelled:
        return
    needed = {
        node.shared
        for i, node in enumerate(subject.nodes)
        if node.shared is not None and i not in cancelled
    }
    places: dict[object, list[Node]] = {}
    for index in sorted(cancelled - needed):
        node = subject.nodes[index]
        if node.shared is None and node.trainable:
            places.setdefault(_place(node, index), []).append(node)
    for written in places.values():
        first, biases = written[0], sum(node.output_shape[-1] for node in written)
        where = ""
        if len(written) > 1:
            where = f", in {len(written)} layers that are written here"
        yield Finding(
            first.layer,
            f"the batch normalisation behind it takes the bias away again: {count_text(biases)}"
            f" {'parameter' if biases == 1 else 'parameters'} for nothing{where}",
            "write `bias: false`",
        )


def _cancelled(subject: AuditedNetwork) -> Iterator[int]:
    """The nodes whose biased output nothing reads but a batch normalisation by channel."""
    normalisations = subject.nodes_where(_is_by_channel, "batch_norm")
    biased = set(subject.nodes_where(_is_biased, *_BIASED)) if normalisations else ()
    for reader in normalisations if biased else ():
        index = subject.nodes[reader].inputs[0]
        if index in biased and subject.read_once(index):
            yield index


def _is_biased(node: Node) -> bool:
    return bool(node.output_shape and node.attributes.get("bias"))


def _is_by_channel(node: Node) -> bool:
    last = len(node.input_shapes[0]) - 1
    return node.attributes.get("axis", -1) in (-1, last)


def _place(node: Node, index: int) -> object:
    """Where a layer is written: its lines; nothing in common where it has none."""
    if node.span is None:
        return index
    return node.span.source.path, node.span.line, node.span.column
