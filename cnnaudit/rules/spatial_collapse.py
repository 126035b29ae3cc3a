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


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """For each layer at which a map collapses, the first convolution with a window after it."""
    wasted = network.nodes_where(_is_wasted, *sliding_convolutions())
    collapses = _collapses(network) if wasted else []
    by_collapse: dict[int, list[Node]] = {}
    for index in wasted:
        node = network.nodes[index]
        collapsed = collapses[node.inputs[0]]
        if collapsed is not None:
            by_collapse.setdefault(collapsed, []).append(node)
    for collapsed, layers in by_collapse.items():
        first, collapse_name = layers[0], network.nodes[collapsed].layer
        window_size = prod(first.attributes["kernel"])
        others = len(layers) - 1
        verb = "layer follows" if others == 1 else "layers follow"
        more = f"; {others} more such {verb}" if others else ""
        ones = "×".join("1" for _ in first.attributes["kernel"])
        yield Finding(
            first.layer,
            f"the map is {ones} since '{collapse_name}': {count_text(window_size - 1)} of the"
            f" {count_text(window_size)} cells of the {sizes_text(first.attributes['kernel'])}"
            f" window only ever read padding{more}",
            "downsample less before this layer, or use a kernel of 1",
        )


def _is_wasted(node: Node) -> bool:
    """Whether a node has a window of several cells on a map of one position."""
    return size(node.input_shapes[0]) == 1 < prod(node.attributes["kernel"])


def _collapses(network: AuditedNetwork) -> list[int | None]:
    """The layer at which each node's map became 1x1; None for larger maps and vectors."""
    collapses: list[int | None] = []
    for index, node in enumerate(network.nodes):
        sizes = node.output_shape[:-1]
        collapse = None
        if node.inputs and sizes and set(sizes) == {1}:
            source_collapse = collapses[node.inputs[0]]
            input_sizes = network.nodes[node.inputs[0]].output_shape[:-1]
            begins = input_sizes and set(input_sizes) != {1}
            collapse = index if begins else source_collapse
        collapses.append(collapse)
    return collapses
