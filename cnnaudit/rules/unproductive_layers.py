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

from collections.abc import Iterator, Sequence
from math import prod

from cnnaudit.analysis.receptive_field import narrowest as size_of
from cnnaudit.formatting import count_text, percent, sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.rules.dataflow import decoder_nodes, size
from cnnaudit.rules.network import CONVOLUTIONS, AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA302"
NAME = "unproductive-layers"
LEVEL = "note"
OPTIONS = (Option("narrowest", True, "measure the path that sees least, not the widest view"),)


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """One finding for the network, at its first such layer."""
    sizes = {network.nodes[index].output_shape[:-1] for index in network.nodes_of("input")}
    if len(sizes) != 1 or not network.audit.complete:
        return
    (image,) = sizes
    if prod(image) == 1:
        return
    windowed = network.nodes_where(_has_window, *CONVOLUTIONS)
    if not _late(network, windowed, image, options["narrowest"]):
        return
    decoder = decoder_nodes(network)
    convolutions = [
        index
        for index in network.nodes_of(*CONVOLUTIONS)
        if index not in decoder and not network.nodes[index].auxiliary
    ]
    late = _late(network, convolutions, image, options["narrowest"])
    late = [index for index in late if index not in network.head_nodes]
    if not set(windowed).intersection(late):
        return
    first = network.nodes[late[0]]
    (source,) = first.inputs
    widest = None if options["narrowest"] else network.widest(source)
    field = widest or size_of(network.least_seen[source]) or ()
    rows = [network.audit.rows[index] for index in late]
    params, macs = sum(row.params for row in rows), sum(row.macs for row in rows)
    totals = network.audit.totals
    yield Finding(
        first.layer,
        f"what this convolution reads already sees {sizes_text(field)} of an input of"
        f" {sizes_text(image)}: {len(late)} of {len(convolutions)} convolutions, from here on, have"
        f" nothing new to see, with {percent(params, totals.params)} of the parameters"
        f" ({count_text(params)}) and {percent(macs, totals.macs)} of the MACs"
        f" ({count_text(macs)})",
        "leave layers out, give larger images, or downsample later",
    )


def _has_window(node: Node) -> bool:
    return bool(max(node.attributes["kernel"]) > 1)


def _late(
    network: AuditedNetwork, convolutions: Sequence[int], image: tuple[int, ...], narrowest: bool
) -> list[int]:
    """The convolutions that read a map whose every position sees at least the image."""
    late = []
    for index in convolutions:
        (source,) = network.nodes[index].inputs
        if size(network.nodes[source].output_shape) > 1 and _sees(
            network, source, image, narrowest
        ):
            late.append(index)
    return late


def _sees(network: AuditedNetwork, index: int, image: tuple[int, ...], narrowest: bool) -> bool:
    """Whether each position of a node's output sees at least the image on every axis."""
    widest = None if narrowest else network.widest(index)
    # A gate that reads an entire map lets every position see everything, if only as one number.
    sizes = size_of(network.least_seen[index]) if widest is None else widest
    if not image or sizes is None or len(sizes) != len(image):
        return False
    return all(seen is not None and seen >= cells for seen, cells in zip(sizes, image, strict=True))
