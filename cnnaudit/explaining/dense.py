"""How dense layers explain themselves."""

from cnnaudit.explaining.formula import Effort, Explainer, Learned, times
from cnnaudit.layers.kind import Attributes, Shape, Shapes


def _weights(inputs: Shapes, attributes: Attributes) -> Learned:
    """``(units·inputs) + units``."""
    units = attributes["units"]
    kernel = times(units, inputs[0][-1])
    return Learned(f"({kernel}) + {units}" if attributes["bias"] else kernel)


def _effort(inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    outputs = times(*output)
    return Effort(f"{outputs}·{inputs[0][-1]}", outputs if attributes["bias"] else "")


EXPLAINERS = {"dense": Explainer(weights=_weights, effort=_effort)}
