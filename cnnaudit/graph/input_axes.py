"""Inputs whose axes look like another order than HEIGHTxWIDTHxCHANNELS, from shapes alone.

Channels first (PyTorch, Caffe), a batch in front (what programs print), and an image without its
channels. ``other_orders`` names every order that a shape might be meant in, for a network that
cannot be built; ``likely_order`` only what hardly means anything else.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.op import Shape

#: Channels that images have: grey, two images, colour, colour with transparency or four frames.
_IMAGE_CHANNELS = (1, 2, 3, 4)
#: Grey and colour: enough of a sign beside two sides that differ.
_USUAL_CHANNELS = (1, 3)
#: The shortest side of an image, and the fewest features or steps of a sequence.
_MIN_SIDE = 16


class AxisOrder(NamedTuple):
    """What a shape looks like, and how this format writes it; several shapes if one is open."""

    meaning: str
    shapes: tuple[Shape, ...]


class FirstWindow(NamedTuple):
    """The kernel of the first window on an input; None for a window over the entire map."""

    kernel: tuple[int, ...] | None


def other_orders(shape: Shape) -> Iterator[AxisOrder]:
    """The orders that a shape might be meant in, the likeliest first."""
    axes = len(shape)
    if axes >= 4 and shape[1] in _IMAGE_CHANNELS and min(shape[2:]) > shape[1]:
        yield _batch_and_channels(shape)
    if axes == 4:
        yield _batch(shape)
    if axes > 4 and shape[0] == 1:
        yield _batch(shape)
    if axes >= 3 and 2 * shape[0] <= min(shape[1:]):
        yield _channels_first(shape)
    if axes == 2 and shape[0] < shape[1]:
        yield _channels_first(shape)
    if axes == 2 and min(shape) >= _MIN_SIDE:
        yield _no_channels(shape)


def likely_order(shape: Shape, window: FirstWindow | None) -> AxisOrder | None:
    """The other order that a shape almost certainly has; None if this format's makes sense.

    ``window`` is the first window on the input, None if a layer without a window reads it.
    """
    kernel = window.kernel if window else None
    if len(shape) == 2:
        return _likely_pair(shape, kernel)
    if len(shape) == 3:
        return _channels_first(shape) if _is_channels_first(shape, kernel) else None
    if len(shape) == 4:
        return _likely_four(shape)
    return _batch(shape) if len(shape) > 4 and shape[0] == 1 else None


def _likely_pair(shape: Shape, kernel: Sequence[int] | None) -> AxisOrder | None:
    """A square that a window slides over, or a sequence with one step."""
    first, second = shape
    if kernel is None or second < _MIN_SIDE:
        return None
    if first == second:
        return _no_channels(shape)
    return _channels_first(shape) if first == 1 and kernel[0] > 1 else None


def _is_channels_first(shape: Shape, kernel: Sequence[int] | None) -> bool:
    channels, height, width = shape
    if min(height, width) < _MIN_SIDE:
        return False
    if kernel is not None and kernel[0] == 1 < kernel[1]:
        return False  # a window along the width alone: the height is meant to be small
    if channels in _IMAGE_CHANNELS and height == width:
        return True
    return channels in _USUAL_CHANNELS and kernel is not None and kernel[0] > 1


def _likely_four(shape: Shape) -> AxisOrder | None:
    first, second, height, width = shape
    is_square = height == width >= _MIN_SIDE
    if is_square and second in _USUAL_CHANNELS:
        return _batch_and_channels(shape)
    if is_square and first in _USUAL_CHANNELS and second < height:
        return _channels_first(shape)
    if first == 1 and min(second, height) >= _MIN_SIDE and width in _IMAGE_CHANNELS:
        return _batch(shape)
    return None


def _batch(shape: Shape) -> AxisOrder:
    return AxisOrder(
        f"the {shape[0]} in front looks like the batch, which is not written here", (shape[1:],)
    )


def _batch_and_channels(shape: Shape) -> AxisOrder:
    return AxisOrder(
        f"the {shape[0]} in front looks like the batch, which is not written here, and the"
        f" {shape[1]} after it like the channels, which come last",
        ((*shape[2:], shape[1]),),
    )


def _channels_first(shape: Shape) -> AxisOrder:
    return AxisOrder(
        f"the {shape[0]} in front looks like the channels, which come last",
        ((*shape[1:], shape[0]),),
    )


def _no_channels(shape: Shape) -> AxisOrder:
    return AxisOrder(
        "this looks like the height and width of an image without its channels",
        ((*shape, 1), (*shape, 3)),
    )


def reading(shape: Shape) -> str:
    """How this format reads a shape: ``height 3, width 224 and 224 channels``."""
    names = {2: ("length",), 3: ("height", "width"), 4: ("depth", "height", "width")}
    sides = names.get(len(shape), tuple(f"axis {n}" for n in range(1, len(shape))))
    parts = [f"{name} {size}" for name, size in zip(sides, shape, strict=False)]
    channels = f"{shape[-1]} channel{'' if shape[-1] == 1 else 's'}"
    return f"{', '.join(parts)} and {channels}"


def first_window(graph: Graph, position: int) -> FirstWindow | None:
    """The window of the first layer that reads an input, after those that keep its shape."""
    alike = {position}
    for index, node in enumerate(graph.nodes):
        if alike.isdisjoint(node.inputs):
            continue
        kernel = node.attributes.get("kernel")
        if kernel is not None:
            return FirstWindow(None if isinstance(kernel, str) else tuple(kernel))
        if not _keeps_shape(node):
            return None
        alike.add(index)
    return None


def _keeps_shape(node: Node) -> bool:
    """Whether a node without a window gives the map that it reads, at most with a border."""
    if node.op in ("pad", "crop"):
        return True
    return (
        len(node.inputs) == 1 and node.op != "dense" and node.output_shape == node.input_shapes[0]
    )
