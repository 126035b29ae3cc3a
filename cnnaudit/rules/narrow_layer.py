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
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options
from cnnaudit.rules.weighted import WEIGHTED

CODE = "CA304"
NAME = "narrow-layer"
LEVEL = "warning"
OPTIONS = (Option("floor", 8, "the fewest filters that pass"),)

#: An input of more channels than this holds features, which may be summed up: no camera has as many
#: bands (Hyperion on EO-1 has 242).
_COLOURS = 256

#: Steps of preparation before a first layer, besides those that all rules look through, and the
#: largest number of them.
_PREPARATION = frozenset({"pad", "crop", "standardize", "rescale"})
_STEPS = 8


def check(subject: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """Convolutions below the floor, or with fewer filters than the network's input has colours.

    The latter on the main line only: a branch takes a part, and another the rest.
    """
    floor = options["floor"]
    few = set(subject.nodes_where(lambda node: 0 < _filters(node) < floor, "conv"))
    fewer = _fewer_than_colours(subject) - few
    if not few and not fewer:
        return
    code = _code(subject)
    for index, name in subject.written(few | fewer):
        node = subject.nodes[index]
        if node.auxiliary or index == code or _adds(subject, index):
            continue
        first = _reads_input(subject, node)
        if index in subject.head_nodes and not first:
            continue
        ((*_, channels),) = node.input_shapes
        filters, read = _filters(node), _read(node)
        keep = "1 filter keeps 1" if filters == 1 else f"{filters} filters keep {filters}"
        kept = f"{keep} of the {count_text(read)} values a window reads"
        if index in few:
            yield Finding(
                name,
                kept,
                f"give it {floor} filters or more: a first layer's filters cost little"
                if first
                else f"give it {floor} filters or more",
            )
        else:
            yield Finding(
                name,
                f"{kept}, fewer than the {count_text(channels)} channels of the input",
                f"give it {channels} filters or more",
            )


def _filters(node: Node) -> int:
    """The filters of a convolution that gives less than it reads on a map; 0 for any other."""
    (entering,) = node.input_shapes
    filters: int = node.attributes["filters"]
    return filters if size(entering) > 1 and filters < _read(node) else 0


def _read(node: Node) -> int:
    """How many values a window reads."""
    ((*_, channels),), attributes = node.input_shapes, node.attributes
    return int(prod(attributes["kernel"]) * channels // attributes["groups"])


def _fewer_than_colours(subject: AuditedNetwork) -> set[int]:
    """Convolutions on the main line that read the input, and have fewer filters than it colours."""

    def fewer(node: Node) -> bool:
        (entering,) = node.input_shapes
        return bool(entering) and 0 < _filters(node) < entering[-1] <= _COLOURS

    nodes = subject.nodes
    found = [i for i in subject.nodes_where(fewer, "conv") if _reads_input(subject, nodes[i])]
    return set(found).intersection(subject.main_line) if found else set()


def _code(subject: AuditedNetwork) -> int | None:
    """The layer of an autoencoder whose output is smallest: the code, which is the point of it."""
    if not is_autoencoder(subject):
        return None
    weighted = sorted(set(subject.nodes_of(*WEIGHTED)).intersection(subject.main_line))
    return min(weighted, key=lambda index: prod(subject.nodes[index].output_shape), default=None)


def _adds(subject: AuditedNetwork, index: int) -> bool:
    """Whether a node's output joins a wider map: concatenated with it, or as its gate."""
    reader = next_reader(subject, index)
    return reader is not None and subject.nodes[reader].op in ("concat", "multiply")


def _reads_input(subject: AuditedNetwork, node: Node) -> bool:
    """Whether nothing but a few steps of preparation lies between the input and a node."""
    for _ in range(_STEPS):
        if len(node.inputs) != 1:
            break
        node = subject.nodes[node.inputs[0]]
        if node.op not in _PREPARATION and not is_transparent(node.op):
            break
    return node.op == "input"
