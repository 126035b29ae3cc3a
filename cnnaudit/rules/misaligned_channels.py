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

from cnnaudit.calculator import LayerRow
from cnnaudit.rules.rule import Finding, Level, Option, Options
from cnnaudit.rules.subject import Subject
from cnnaudit.rules.ways import positions
from cnnaudit.text import count_text

CODE = "CA307"
NAME = "misaligned-channels"
LEVEL = Level.NOTE
OPTIONS = (Option("multiple", 8, "what widths should be a multiple of; int8 takes 16 or more"),)


def check(subject: Subject, options: Options) -> Iterator[Finding]:
    """One finding for each width, at the first layer that has it."""
    multiple = options["multiple"]
    if subject.graph.training.get("precision") == "int8":
        multiple = max(multiple, 16)
    ends = subject.answers
    layers: dict[int, list[LayerRow]] = {}
    for index, row in _first_nodes(subject):
        node = row.node
        width = node.attributes.get("filters") or node.attributes.get("units")
        small = len(node.shape) > 1 and positions(subject.graph, index) == 1
        if width and width % multiple and not (node.auxiliary or small or index in ends):
            layers.setdefault(width, []).append(row)
    for width, rows in layers.items():
        others = len(rows) - 1
        more = f", as {'have' if others > 1 else 'has'} {others} more" if others else ""
        below, above = width // multiple * multiple, -(-width // multiple) * multiple
        instead = f"{count_text(below)} or {count_text(above)}" if below else count_text(above)
        instead = f"{instead} would be"
        what = "filter" if "filters" in rows[0].node.attributes else "unit"
        what += "s" if width > 1 else ""
        yield Finding(
            rows[0].name,
            f"this layer has {count_text(width)} {what}{more}: not a multiple of {multiple}",
            instead,
        )


def _first_nodes(subject: Subject) -> Iterator[tuple[int, LayerRow]]:
    """Every written layer's row, with the position of its operation."""
    places = {node.name: index for index, node in enumerate(subject.nodes)}
    return ((places[row.node.name], row) for row in subject.layers)
