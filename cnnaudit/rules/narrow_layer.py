"""A convolution with so few filters that it throws away what it reads.

Why it matters: the first layer of AlexNet learns 96 different edge and colour detectors
(Krizhevsky et al. 2012, figure 3); with a handful, later layers have nothing to tell images apart
by, however wide they are. Scaling every width by the ratio of the classes does this: 29 classes
instead of 1000 leave 4 of the 96. How many features a first layer needs depends on the images, not
on the number of classes.

Example::

    input: 270x480x3
    layers:
      - {conv: 4, kernel: 11, stride: 4}      # 363 values are read, 4 are kept

Instead: keep the first layers wide, where filters cost little, and save in the dense layers; or
scale by a factor with a floor, such as `max(16, round_even(96*width))`. The last of several layers
has as many filters as there are answers; what is concatenated or gates another map adds to what is
there; both pass, and so do squeeze-and-excite and the code of an autoencoder, its smallest map.
"""

from collections.abc import Iterator
from math import prod

from cnnaudit.formatting import count_text
from cnnaudit.graph.graph import Node
from cnnaudit.rules.dataflow import is_autoencoder, is_transparent, next_reader, size
from cnnaudit.rules.network import WEIGHTED, AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA304"
NAME = "narrow-layer"
LEVEL = "warning"
OPTIONS = (Option("floor", 8, "the fewest filters that pass"),)

#: The most channels of an image: an input with more holds features. No camera has as many bands
#: (Hyperion on EO-1 has 242).
_MAX_COLOURS = 256

#: Preparation before a first layer, besides transparent ops, and the most ops of it.
_PREPARATION = frozenset({"pad", "crop", "standardize", "rescale"})
_MAX_STEPS = 8


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """Convolutions below the floor, or with fewer filters than the network's input has colours.

    The latter on the main line only: a branch need not keep everything.
    """
    floor = options["floor"]
    few = set(network.nodes_where(lambda node: 0 < _filters(node) < floor, "conv"))
    fewer = _fewer_than_colours(network) - few
    if not few and not fewer:
        return
    code = _code_layer(network)
    for index, name in network.main_nodes(few | fewer):
        node = network.nodes[index]
        if node.auxiliary or index == code or _joins_map(network, index):
            continue
        reads_input = _reads_input(network, node)
        if index in network.head_nodes and not reads_input:
            continue
        ((*_, channels),) = node.input_shapes
        filters, window_values = _filters(node), _window_size(node)
        kept_text = "1 filter keeps 1" if filters == 1 else f"{filters} filters keep {filters}"
        message = f"{kept_text} of the {count_text(window_values)} values a window reads"
        if index in few:
            yield Finding(
                name,
                message,
                f"give it {floor} filters or more: a first layer's filters cost little"
                if reads_input
                else f"give it {floor} filters or more",
            )
        else:
            yield Finding(
                name,
                f"{message}, fewer than the {count_text(channels)} channels of the input",
                f"give it {channels} filters or more",
            )


def _filters(node: Node) -> int:
    """The filters of a convolution on a map if they are fewer than the values it reads; else 0."""
    (input_shape,) = node.input_shapes
    filters: int = node.attributes["filters"]
    return filters if size(input_shape) > 1 and filters < _window_size(node) else 0


def _window_size(node: Node) -> int:
    """Number of values that a window reads."""
    ((*_, channels),), attributes = node.input_shapes, node.attributes
    return int(prod(attributes["kernel"]) * channels // attributes["groups"])


def _fewer_than_colours(network: AuditedNetwork) -> set[int]:
    """Convolutions of the main line that read the input and have fewer filters than colours."""

    def fewer(node: Node) -> bool:
        (input_shape,) = node.input_shapes
        return bool(input_shape) and 0 < _filters(node) < input_shape[-1] <= _MAX_COLOURS

    nodes = network.nodes
    indices = [i for i in network.nodes_where(fewer, "conv") if _reads_input(network, nodes[i])]
    return set(indices).intersection(network.main_line) if indices else set()


def _code_layer(network: AuditedNetwork) -> int | None:
    """The layer of an autoencoder with the smallest output, its code; None for other networks."""
    if not is_autoencoder(network):
        return None
    weighted = sorted(set(network.nodes_of(*WEIGHTED)).intersection(network.main_line))
    return min(weighted, key=lambda index: prod(network.nodes[index].output_shape), default=None)


def _joins_map(network: AuditedNetwork, index: int) -> bool:
    """Whether a node's output joins another map: concatenated with it, or as its gate."""
    reader = next_reader(network, index)
    return reader is not None and network.nodes[reader].op in ("concat", "multiply")


def _reads_input(network: AuditedNetwork, node: Node) -> bool:
    """Whether only a few ops of preparation lie between the input and a node."""
    for _ in range(_MAX_STEPS):
        if len(node.inputs) != 1:
            break
        node = network.nodes[node.inputs[0]]
        if node.op not in _PREPARATION and not is_transparent(node.op):
            break
    return node.op == "input"
