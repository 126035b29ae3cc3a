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

from collections.abc import Collection, Iterator

from cnnaudit.graph.nodes import Node
from cnnaudit.layers.kind import product
from cnnaudit.rules.rule import Finding, Level, Option, Options
from cnnaudit.rules.subject import Subject
from cnnaudit.rules.ways import TRANSPARENT, main_line, next_reader, positions, reproduces
from cnnaudit.rules.weighted import is_weighted
from cnnaudit.text import count_text

CODE = "CA304"
NAME = "narrow-layer"
LEVEL = Level.WARNING
OPTIONS = (Option("floor", 8, "the fewest filters that pass"),)

#: An input of more channels than this holds features, which may be summed up: no camera has as many
#: bands (Hyperion on EO-1 has 242).
_COLOURS = 256

#: What may stand in front of a first layer, and how many of it.
_PREPARATION = (*TRANSPARENT, "pad", "crop", "standardize", "rescale")
_STEPS = 8


def check(subject: Subject, options: Options) -> Iterator[Finding]:
    """Convolutions below the floor, or with fewer filters than the network's input has colours.

    The latter on the main line only: a branch takes a part, and another the rest.
    """
    floor = options["floor"]
    ends = {subject.nodes[index].name for index in subject.answers}
    places = {node.name: index for index, node in enumerate(subject.nodes)}
    line = {subject.nodes[index].name: index for index in main_line(subject)}
    code = _code(subject, line.values())
    for row in subject.layers:
        node = row.node
        if node.kind != "conv" or node.auxiliary:
            continue
        if node.name == code or (node.name in ends and not _reads_input(subject, node)):
            continue
        (entering,) = node.entering
        if not entering or positions(subject.graph, node.inputs[0]) == 1:
            continue
        filters, attributes = node.attributes["filters"], node.attributes
        read = product(attributes["kernel"]) * entering[-1] // attributes["groups"]
        if filters >= read or _adds(subject, places[node.name]):
            continue
        keep = "1 filter keeps 1" if filters == 1 else f"{filters} filters keep {filters}"
        kept = f"{keep} of the {count_text(read)} values a window reads"
        if filters < floor:
            yield Finding(
                row.name,
                kept,
                f"give it {floor} filters or more: a first layer's filters cost little"
                if _reads_input(subject, node)
                else f"give it {floor} filters or more",
            )
        elif (
            filters < entering[-1] <= _COLOURS and node.name in line and _reads_input(subject, node)
        ):
            yield Finding(
                row.name,
                f"{kept}, fewer than the {count_text(entering[-1])} channels of the input",
                f"give it {entering[-1]} filters or more",
            )


def _code(subject: Subject, line: Collection[int]) -> str | None:
    """The layer of an autoencoder whose output is smallest: the code, which is the point of it."""
    if not reproduces(subject):
        return None
    weighted = [subject.nodes[index] for index in line if is_weighted(subject.nodes[index].kind)]
    return min(weighted, key=lambda node: product(node.shape)).name if weighted else None


def _adds(subject: Subject, index: int) -> bool:
    """Whether a node's output joins a wider map: concatenated with it, or as its gate."""
    reader = next_reader(subject, index)
    return reader is not None and subject.nodes[reader].kind in ("concat", "multiply")


def _reads_input(subject: Subject, node: Node) -> bool:
    """Whether nothing but a few steps of preparation lies between the input and a node."""
    for _ in range(_STEPS):
        if len(node.inputs) != 1:
            break
        node = subject.nodes[node.inputs[0]]
        if node.kind not in _PREPARATION:
            break
    return node.kind == "input"
