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

from cnnaudit.graph.nodes import Node
from cnnaudit.rules.flow import only_reader
from cnnaudit.rules.rule import Finding, Level, Options
from cnnaudit.rules.subject import Subject
from cnnaudit.text import count_text

CODE = "CA116"
NAME = "redundant-bias"
LEVEL = Level.NOTE


def check(subject: Subject, _options: Options) -> Iterator[Finding]:
    """Layers with such biases; those that stand in one place of the file come as one finding."""
    cancelled = {i for i, node in enumerate(subject.nodes) if _is_cancelled(subject, i, node)}
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
        first, biases = written[0], sum(node.shape[-1] for node in written)
        where = ""
        if len(written) > 1:
            where = f", in {len(written)} layers that are written here"
        yield Finding(
            first.layer,
            f"the batch normalisation behind it takes the bias away again: {count_text(biases)}"
            f" {'parameter' if biases == 1 else 'parameters'} for nothing{where}",
            "write `bias: false`",
        )


def _is_cancelled(subject: Subject, index: int, node: Node) -> bool:
    """Whether a batch normalisation by channel is all that reads a node's biased output."""
    if not node.attributes.get("bias") or not node.shape:
        return False
    reader = only_reader(subject, index)
    behind = subject.nodes[reader] if reader is not None else None
    if behind is None or behind.kind != "batch_norm":
        return False
    axis = behind.attributes.get("axis", -1)
    return bool(axis in (-1, len(node.shape) - 1))


def _place(node: Node, index: int) -> object:
    """Where a layer is written: its lines; nothing in common where it has none."""
    if node.span is None:
        return index
    return node.span.source.path, node.span.line, node.span.column
