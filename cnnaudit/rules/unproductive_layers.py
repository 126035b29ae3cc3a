"""Convolutions that look at windows of maps in which every position already sees the whole input.

Why it matters: a convolution adds context, and there is none left to add once the receptive field
of what it reads is as large as the image. Richter et al. 2021 ("Should You Go Deeper? Optimizing
Convolutional Neural Network Architectures without Training by Receptive Field Analysis") find that
the layers from there on do not improve the answer; they call the first of them the border layer.
Networks for large images used on small ones waste most of their depth so. Where blocks have skip
connections, the shorter paths see less, and such layers may still do some work: the option
`narrowest` asks that even the path that sees least sees everything. What draws a larger map again,
the decoder of an autoencoder for one, is not there to see, and is left out.

Example::

    input: 32x32x3
    layers:
      - {conv: 64, kernel: 7, stride: 4, activation: relu}       # sees 7 cells
      - {conv: 64, kernel: 3, padding: same, activation: relu, repeat: 4}      # these see 15 to 39
      - {conv: 64, kernel: 3, padding: same, activation: relu}   # reads 39, and the image has 32
      - flatten
      - {dense: 10}

Instead: leave them out, give the network larger images, or downsample later, so that the receptive
field grows more slowly (`cnnaudit report --view rf` shows it).
"""

from collections.abc import Iterator

from cnnaudit.analysis.receptive_field import narrowest as least_seen
from cnnaudit.layers.kind import product
from cnnaudit.layers.table import kind_of
from cnnaudit.rules.rule import Finding, Level, Option, Options
from cnnaudit.rules.subject import Subject
from cnnaudit.rules.ways import drawn_anew, positions
from cnnaudit.text import count_text, percent, sizes_text

CODE = "CA302"
NAME = "unproductive-layers"
LEVEL = Level.NOTE
OPTIONS = (Option("narrowest", True, "measure the path that sees least, not the widest view"),)


def check(subject: Subject, options: Options) -> Iterator[Finding]:
    """One finding for the network, at the first such layer."""
    sizes = {node.shape[:-1] for node in subject.graph.inputs}
    if len(sizes) != 1 or not subject.audit.complete:
        return
    (image,) = sizes
    if product(image) == 1:
        return
    drawn = drawn_anew(subject)
    convolutions = [
        index
        for index, node in enumerate(subject.nodes)
        if kind_of(node.kind).family == "conv" and not node.auxiliary and not drawn[index]
    ]
    ends = subject.answers
    late = [
        index
        for index in convolutions
        if index not in ends
        and positions(subject.graph, subject.nodes[index].inputs[0]) > 1
        and _sees(subject, subject.nodes[index].inputs[0], image, options["narrowest"])
    ]
    wide = [index for index in late if max(subject.nodes[index].attributes["kernel"]) > 1]
    if not wide:
        return
    first = subject.nodes[late[0]]
    field = subject.field(first.inputs[0])
    seen = (field.narrowest if options["narrowest"] else field.size) or field.narrowest or ()
    rows = [subject.audit.rows[index] for index in late]
    params, macs = sum(row.params for row in rows), sum(row.macs for row in rows)
    totals = subject.audit.totals
    yield Finding(
        first.layer,
        f"what this convolution reads already sees {sizes_text(seen)} of an input of"
        f" {sizes_text(image)}: {len(late)} of {len(convolutions)} convolutions, from here on, have"
        f" nothing new to see, with {percent(params, totals.params)} of the parameters"
        f" ({count_text(params)}) and {percent(macs, totals.macs)} of the MACs"
        f" ({count_text(macs)})",
        "leave layers out, give larger images, or downsample later",
    )


def _sees(subject: Subject, index: int, image: tuple[int, ...], narrowest: bool) -> bool:
    """Whether each position of a node's output sees at least the image on every axis."""
    widest = None if narrowest else subject.field(index).size
    # Behind a gate that reads a whole map every position sees everything, if only as one number.
    size = least_seen(subject.reach[index]) if widest is None else widest
    if not image or size is None or len(size) != len(image):
        return False
    return all(seen is not None and seen >= cells for seen, cells in zip(size, image, strict=True))
