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

#: Operations that have filters or units.
_WIDE = tuple(kind.name for kind in OPS.values() if kind.field("filters") or kind.field("units"))


def check(subject: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """One finding for each width, at the first layer that has it."""
    multiple = options["multiple"]
    if subject.graph.training.get("precision") == "int8":
        multiple = max(multiple, 16)
    layers: dict[int, list[tuple[int, str]]] = {}
    odd = subject.nodes_where(lambda node: _width(node) % multiple, *_WIDE)
    for index, name in subject.written(set(odd) - subject.head_nodes) if odd else ():
        if not subject.nodes[index].auxiliary:
            width = _width(subject.nodes[index])
            layers.setdefault(width, []).append((index, name))
    for width, found in layers.items():
        (first, name), others = found[0], len(found) - 1
        more = f", as {'have' if others > 1 else 'has'} {others} more" if others else ""
        below, above = width // multiple * multiple, -(-width // multiple) * multiple
        instead = f"{count_text(below)} or {count_text(above)}" if below else count_text(above)
        instead = f"{instead} would be"
        what = "filter" if "filters" in subject.nodes[first].attributes else "unit"
        what += "s" if width > 1 else ""
        yield Finding(
            name,
            f"this layer has {count_text(width)} {what}{more}: not a multiple of {multiple}",
            instead,
        )


def _width(node: Node) -> int:
    """Filters or units; 0 for what has none, and on a single position of a map."""
    if len(node.output_shape) > 1 and size(node.output_shape) == 1:
        return 0
    return int(node.attributes.get("filters") or node.attributes.get("units") or 0)
