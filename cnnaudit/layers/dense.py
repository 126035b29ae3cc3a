"""Dense layers: every unit is a dot product with the whole input vector."""

from cnnaudit.errors import Problem
from cnnaudit.layers.kind import (
    Attributes,
    Field,
    Kind,
    Shape,
    Shapes,
    Type,
    Weight,
    Work,
    product,
)
from cnnaudit.text import shape_text


def _fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    shape = inputs[0]
    if len(shape) == 1 or attributes["pointwise"]:
        return None
    return Problem(
        "missing-flatten",
        f"dense reads a vector, and its input is a feature map {shape_text(shape)}",
        f"write `- flatten` before it (a vector of {product(shape):,}),"
        " or `pointwise: true` to apply it at every position",
    )


def _output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*inputs[0][:-1], attributes["units"])


def _weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    units = attributes["units"]
    kernel = Weight("kernel", (inputs[0][-1], units))
    return (kernel, Weight("bias", (units,))) if attributes["bias"] else (kernel,)


def _work(inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    outputs = product(output)
    return Work(macs=outputs * inputs[0][-1], bias_adds=outputs * attributes["bias"])


KINDS = (
    Kind(
        "dense",
        "dense",
        "Fully connected layer. Weights: kernel (inputs, units) and bias; MACs: inputs × units.",
        _output,
        "units",
        (
            Field("units", Type.WHOLE, "outputs"),
            Field("bias", Type.FLAG, "one learned addend per unit", True),
            Field("pointwise", Type.FLAG, "apply it at every position of a feature map", False),
        ),
        _weights,
        _work,
        _fault,
    ),
)
