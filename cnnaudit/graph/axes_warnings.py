"""What a report and a check say about inputs whose axes look like another order."""

from collections.abc import Iterator
from typing import NamedTuple

from cnnaudit.errors import Span
from cnnaudit.graph.graph import Graph
from cnnaudit.graph.input_axes import AxisOrder, first_window, likely_order, reading
from cnnaudit.ops.op import Shape

CODE = "CA217"
NAME = "suspicious-axes"


class AxesWarning(NamedTuple):
    """A warning about one input of a network, and what to write instead."""

    message: str
    help: str
    span: Span | None


def axes_warnings(graph: Graph) -> Iterator[AxesWarning]:
    """A warning for each input that hardly means what this format reads."""
    for position, node in enumerate(graph.nodes):
        # The file of another program says itself where its channels are; it has no places.
        if node.op != "input" or not node.output_shape or node.span is None:
            continue
        order = likely_order(node.output_shape, first_window(graph, position))
        if order is not None:
            yield AxesWarning(
                message_of(node.output_shape, order), help_of(node.name, order), node.span
            )


def message_of(shape: Shape, order: AxisOrder) -> str:
    """What is wrong with an input."""
    return f"the input {_word(shape)} is read as {reading(shape)}: {order.meaning}"


def help_of(name: str, order: AxisOrder, option: bool = False) -> str:
    """What to write for an input; ``option`` if it is given on the command line."""
    key = "--input " if option else "input: "
    if name != "input":
        key = f"--input {name}=" if option else f"{name}: "
    words = [f"`{key}{_word(shape)}`" for shape in order.shapes]
    return f"write {' (grey) or '.join(words)}{' (colour)' if len(words) > 1 else ''}"


def _word(shape: Shape) -> str:
    return "x".join(map(str, shape))
