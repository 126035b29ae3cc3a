"""A convolution with a window on a map that is 1x1 already.

Why it matters: all but the middle of its kernel reads padding, in training and ever after: those
weights are counted, stored and multiplied, and never see a value (Dumoulin & Visin 2016 for which
cells a window reads). The network has been downsampled to nothing before its last convolution,
mostly since it was made for a larger input. Behind a global pool 1x1 convolutions are dense layers
in another form, and pass, like everything else without a window.

Example::

    input: 32x32x3
    layers:
      - {conv: 64, kernel: 3, padding: same, activation: relu}
      - {max_pool: 2, repeat: 5}                                    # 1x1
      - {conv: 64, kernel: 3, padding: same, activation: relu}      # 8 of 9 weights are idle

Instead: less downsampling, a larger input, or a 1x1 kernel on what is 1x1.
"""

from collections.abc import Iterator
from math import prod

from cnnaudit.formatting import count_text, sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.rules.dataflow import size
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options
from cnnaudit.rules.windows import sliding_convolutions

CODE = "CA212"
NAME = "spatial-collapse"
LEVEL = "warning"


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """For each layer at which a map collapses, the first convolution with a window behind it."""
    wasted = subject.nodes_where(_is_wasted, *sliding_convolutions())
    where = _collapses(subject) if wasted else []
    found: dict[int, list[Node]] = {}
    for index in wasted:
        node = subject.nodes[index]
        collapsed = where[node.inputs[0]]
        if collapsed is not None:
            found.setdefault(collapsed, []).append(node)
    for collapsed, behind in found.items():
        first, at = behind[0], subject.nodes[collapsed].layer
        cells = prod(first.attributes["kernel"])
        more = f"; {len(behind) - 1} more such layers follow" if len(behind) > 1 else ""
        more = more.replace("layers follow", "layer follows") if len(behind) == 2 else more
        ones = "×".join("1" for _ in first.attributes["kernel"])
        yield Finding(
            first.layer,
            f"the map is {ones} since '{at}': {count_text(cells - 1)} of the {count_text(cells)}"
            f" cells of the {sizes_text(first.attributes['kernel'])} window only ever read"
            f" padding{more}",
            "downsample less before this layer, or use a kernel of 1",
        )


def _is_wasted(node: Node) -> bool:
    """Whether this is a window of several cells on a map of one position."""
    return size(node.input_shapes[0]) == 1 < prod(node.attributes["kernel"])


def _collapses(subject: AuditedNetwork) -> list[int | None]:
    """For each node at which layer its map became 1x1; None where it is larger, or no map."""
    where: list[int | None] = []
    for index, node in enumerate(subject.nodes):
        sizes = node.output_shape[:-1]
        found = None
        if node.inputs and sizes and set(sizes) == {1}:
            before = where[node.inputs[0]]
            entering = subject.nodes[node.inputs[0]].output_shape[:-1]
            began = entering and set(entering) != {1}
            found = index if began else before
        where.append(found)
    return where
