"""A window that is too large for what it reads: larger than its input, or a good part of an image.

Why it matters: a window larger than the feature map reads padding in every position, and from
twice the size on some of its weights never meet a value at all: it does what a smaller one does
(Chen et al. 2017, arXiv:1706.05587, section 3.3, show how a dilated 3x3 shrinks to a 1x1 in this
way). A first layer finds edges and colours, local things (Krizhevsky et al. 2012, figure 3): 11x11
was made for images of 224x224, of which it spans 5 %; of 32x32 it spans a third, so that it reads
shapes before there are edges, and much of what it reads is padding. Zeiler & Fergus 2013 (section
4.1) went from 11x11 to 7x7 even at 224x224.

The rule finds windows larger than their input on an axis (1x1 maps are `spatial-collapse`), and
layers that read the network's input with a kernel of 7 or more that spans 30 % of it or more. Those
that do not overlap (patches) or see everything in one position (a dense layer in disguise) pass, as
do later layers (7x1 on 17x17 has a purpose), and windows along one axis alone: what a filter on a
signal needs is another question.

Example::

    input: 32x32x3
    layers:
      - {conv: 96, kernel: 11, padding: same, activation: relu}

Instead: 3x3 or 5x5 on small images, two 3x3 in place of 5x5; on small maps a kernel no larger than
the map, or less downsampling before.
"""

from collections.abc import Iterator
from math import prod

from cnnaudit.formatting import percent, shape_text, sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import has_trait
from cnnaudit.ops.window_axis import Axis
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options
from cnnaudit.rules.windows import padding_share, sliding_convolutions, sliding_ops, windows_of

CODE = "CA202"
NAME = "kernel-exceeds-input"
LEVEL = "warning"
OPTIONS = (
    Option("share", 30, "percent of the network's input from which on a first kernel is too large"),
    Option("kernel", 7, "the smallest kernel of a first layer that is looked at"),
)

#: Ops on the border, after which an image is still an image.
_BORDER = frozenset({"pad", "crop"})


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """Windows larger than their input, and first layers with large ones."""
    larger = set(network.nodes_where(_exceeds_input, *sliding_ops()))
    coarse = set(
        network.nodes_where(lambda node: _is_coarse_layer(node, options), *sliding_convolutions())
    )
    coarse = coarse.intersection(_first_layers(network)) if coarse else coarse
    for index in sorted(larger | coarse):
        node = network.nodes[index]
        finding = _larger_finding if index in larger else _coarse_finding
        yield finding(node, windows_of(node))


def _first_layers(network: AuditedNetwork) -> Iterator[int]:
    """The nodes that read an input of the network, directly or after preparation."""
    prepared = set(network.nodes_of("input"))
    for index, node in enumerate(network.nodes):
        if node.inputs and node.inputs[0] in prepared:
            yield index
            if _is_preparation(node.op):
                prepared.add(index)


def _is_preparation(op: str) -> bool:
    """Whether an op may stand between the network's input and its first layer.

    `scale` may not: its factor is learned, so it is a layer.
    """
    affine = has_trait(op, "per-channel affine", "identity at inference")
    return op in _BORDER or (affine and op != "scale")


def _exceeds_input(node: Node) -> bool:
    """Whether windows are larger than their map, and the map is more than one position."""
    attributes, (*sizes, _) = node.attributes, node.input_shapes[0] or (0,)
    if attributes["kernel"] == "global" or not sizes:
        return False
    # An upper bound of the effective kernel, which most layers stay below.
    if max(attributes["kernel"]) * max(attributes.get("dilation", (1,))) <= min(sizes):
        return False
    windows = windows_of(node)
    larger = any(axis.effective_kernel > axis.size for axis in windows)
    return larger and any(axis.size > 1 for axis in windows)


def _is_coarse_layer(node: Node, options: Options) -> bool:
    """Whether overlapping windows fit into an image but span too much of it."""
    if max(node.attributes["kernel"]) < options["kernel"]:
        return False
    windows = windows_of(node)
    is_image = sum(axis.kernel > 1 for axis in windows) > 1
    return (
        is_image
        and any(_is_coarse(axis, options) for axis in windows)
        and all(axis.effective_kernel <= axis.size for axis in windows)
    )


def _is_coarse(axis: Axis, options: Options) -> bool:
    if (
        axis.positions == 1
        or axis.stride >= axis.effective_kernel
        or axis.kernel < options["kernel"]
    ):
        return False
    return bool(100 * axis.effective_kernel >= options["share"] * axis.size)


def _larger_finding(node: Node, windows: tuple[Axis, ...]) -> Finding:
    shape = sizes_text([axis.effective_kernel for axis in windows])
    input_text = shape_text([axis.size for axis in windows])
    share = padding_share(windows)
    padding_text = ""
    if share is not None:
        cells = prod(tuple(axis.kernel for axis in windows))
        used = prod(tuple(sum(times > 0 for times in axis.meetings) for axis in windows))
        padding = percent(share.numerator, share.denominator)
        padding_text = f": {padding} of what it reads is padding"
        if used < cells:
            padding_text += f", and {cells - used} of its {cells} cells read nothing else"
    return Finding(
        node.layer,
        f"the window {shape} is larger than its input {input_text}{padding_text}",
        "use a kernel no larger than the map, or less downsampling before this layer",
    )


def _coarse_finding(node: Node, windows: tuple[Axis, ...]) -> Finding:
    widest = max(windows, key=lambda axis: axis.effective_kernel * 1000 // axis.size)
    shape = sizes_text([axis.effective_kernel for axis in windows])
    input_text = shape_text([axis.size for axis in windows])
    share = padding_share(windows)
    padding_text = ""
    if share:
        padding = percent(share.numerator, share.denominator)
        padding_text = f", and {padding} of what it reads is padding"
    return Finding(
        node.layer,
        f"a window of {shape} on an input of {input_text} spans"
        f" {percent(widest.effective_kernel, widest.size)} of it{padding_text}",
        "use 3×3 or 5×5 in a first layer on small images: it finds edges and colours",
    )
