"""An input whose height and width are exchanged against the file that it extends.

Why it matters: some programs write sizes as width x height (most image tools, Darknet's `[net]`),
this format and Keras as HEIGHTxWIDTHxCHANNELS (keras.layers.Conv2D). With square windows nothing
fails and even the number of parameters may agree; the network is made for images that stand upright
and is given such as lie, or the other way round.

Example::

    extends: alexnet-270x480.yaml
    input: 480x270x3

Instead: `input: 270x480x3`, or a file of its own where the images are really turned.
"""

from collections.abc import Iterator
from pathlib import PurePath

from cnnaudit.formatting import shape_text
from cnnaudit.graph.graph import Node
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA214"
NAME = "swapped-orientation"
LEVEL = "error"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Every input of the network beside the corresponding one of the base."""
    inputs = [network.nodes[index] for index in network.nodes_of("input")]
    if not any(map(_has_orientation, inputs)) or network.base is None:
        return
    base = network.base
    for node, base_node in zip(inputs, base.inputs, strict=False):
        if not _has_orientation(node):
            continue
        height, width, channels = node.output_shape
        if base_node.output_shape != (width, height, channels):
            continue
        yield Finding(
            None,
            f"height and width are exchanged: this input is {shape_text(node.output_shape)}, that"
            f" of {PurePath(base.path).name} is {shape_text(base_node.output_shape)}",
            f"sizes are HEIGHTxWIDTHxCHANNELS: write `input: {width}x{height}x{channels}`",
            span=network.span_of("input"),
        )


def _has_orientation(node: Node) -> bool:
    """Whether a node gives an image that differs from itself turned."""
    return len(node.output_shape) == 3 and node.output_shape[0] != node.output_shape[1]
