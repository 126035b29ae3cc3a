"""How pooling explains itself."""

from math import gcd

from cnnaudit.explaining.formula import Account, Effort, Explainer, sized, times
from cnnaudit.explaining.windows import windows
from cnnaudit.layers.kind import Attributes, Shape, Shapes
from cnnaudit.layers.windows import spatial


def _output(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    if attributes["kernel"] != "global":
        return windows(inputs, attributes, output)
    places = times(*spatial(inputs[0]))
    return Account((), (f"Global: one window over all {places} positions of a channel.",))


def _window(inputs: Shapes, attributes: Attributes) -> str:
    kernel = attributes["kernel"]
    return times(*(spatial(inputs[0]) if kernel == "global" else kernel))


def _max_effort(inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    """Comparisons: one less than a window has positions."""
    return Effort(elementwise_ops=f"{times(*output)}·({_window(inputs, attributes)} − 1)")


def _mean_effort(inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    """Additions, and a division."""
    return Effort(elementwise_ops=f"{times(*output)}·({_window(inputs, attributes)})")


def _adaptive_output(_inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    sizes = sized(output, [str(size) for size in attributes["size"]])
    return Account(sizes, ("The output has this size whatever enters.",))


def _adaptive_effort(inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    """The sizes of all windows: neighbours share a cell, but where their borders coincide."""
    axes = [
        f"({n} + {count} − {gcd(n, count)})"
        for n, count in zip(spatial(inputs[0]), attributes["size"], strict=True)
    ]
    reads = times(*axes, inputs[0][-1])
    spared = f" − {times(*output)}" if attributes["mode"] == "max" else ""
    return Effort(elementwise_ops=f"{reads}{spared}")


EXPLAINERS = {
    "max_pool": Explainer(_output, effort=_max_effort),
    "avg_pool": Explainer(_output, effort=_mean_effort),
    "adaptive_pool": Explainer(_adaptive_output, effort=_adaptive_effort),
}
