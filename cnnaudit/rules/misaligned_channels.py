"""Numbers of filters or units that a tensor core cannot fill: not a multiple of 8.

Why it matters: NVIDIA's tensor cores multiply blocks of 16 bytes a side: 8 values in half
precision, 16 in int8. Numbers of channels that are not multiples of that are padded inside the
library, or run on slower kernels ("Matrix Multiplication Background User's Guide" and
"Convolutional Layers User's Guide", NVIDIA Deep Learning Performance documentation). The padded
channels are computed and thrown away.

Example::

    layers:
      - {conv: 58, kernel: 3}      # computed as 64
      - {conv: 64, kernel: 3}

Instead: the multiple below or above, in a scaled network `round_to(width*58, 8)`. The number of
classes is what it is, so the last layer is left out, and so are layers on a single position, which
cost nothing.
"""

from collections.abc import Iterator

from cnnaudit.formatting import count_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import OPS
from cnnaudit.rules.dataflow import size
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA307"
NAME = "misaligned-channels"
LEVEL = "note"
OPTIONS = (Option("multiple", 8, "what widths should be a multiple of; int8 takes 16 or more"),)

#: Ops with filters or units.
_WIDE = tuple(op.name for op in OPS.values() if op.field("filters") or op.field("units"))


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """One finding for each width, at the first layer with it."""
    multiple = options["multiple"]
    if network.graph.training.get("precision") == "int8":
        multiple = max(multiple, 16)
    layers: dict[int, list[tuple[int, str]]] = {}
    misaligned = network.nodes_where(lambda node: _width(node) % multiple, *_WIDE)
    if not misaligned:
        return
    for index, name in network.main_nodes(set(misaligned) - network.head_nodes):
        if not network.nodes[index].auxiliary:
            width = _width(network.nodes[index])
            layers.setdefault(width, []).append((index, name))
    for width, same_width in layers.items():
        (first, name), others = same_width[0], len(same_width) - 1
        more = f", as {'have' if others > 1 else 'has'} {others} more" if others else ""
        below, above = width // multiple * multiple, -(-width // multiple) * multiple
        alternatives = f"{count_text(below)} or {count_text(above)}" if below else count_text(above)
        noun = "filter" if "filters" in network.nodes[first].attributes else "unit"
        noun += "s" if width > 1 else ""
        yield Finding(
            name,
            f"this layer has {count_text(width)} {noun}{more}: not a multiple of {multiple}",
            f"{alternatives} would be",
        )


def _width(node: Node) -> int:
    """Filters or units; 0 for other ops, and on a map of one position."""
    if len(node.output_shape) > 1 and size(node.output_shape) == 1:
        return 0
    return int(node.attributes.get("filters") or node.attributes.get("units") or 0)
