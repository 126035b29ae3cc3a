"""How activations and dropout explain themselves."""

from cnnaudit.explaining.formula import Account, Effort, Explainer, Learned, each, times
from cnnaudit.formatting import decimal
from cnnaudit.layers.activation import FUNCTIONS
from cnnaudit.layers.kind import Attributes, Shape, Shapes


def _weights(inputs: Shapes, attributes: Attributes) -> Learned:
    """A slope for each element, channel or layer, or for all but the shared axes."""
    if attributes["function"] != "prelu":
        return Learned()
    shape = inputs[0]
    if "slopes" in attributes:
        slopes = {"element": shape, "channel": (shape[-1],), "layer": (1,)}
        return Learned(times(*slopes[attributes["slopes"]]))
    shared = {axis % len(shape) for axis in attributes["shared_axes"]}
    return Learned(times(*(1 if axis in shared else n for axis, n in enumerate(shape))))


def _effort(_inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    return Effort(elementwise_ops=each(FUNCTIONS[attributes["function"]], output))


def _dropout(_inputs: Shapes, attributes: Attributes, _output: Shape) -> Account:
    rate = decimal(attributes["rate"])
    return Account((), (f"In training a share of {rate} is dropped; at inference nothing.",))


EXPLAINERS = {
    "activation": Explainer(weights=_weights, effort=_effort),
    "dropout": Explainer(_dropout),
}
