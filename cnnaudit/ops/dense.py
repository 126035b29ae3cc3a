"""Dense layers: every unit is a dot product with the whole input vector."""

from math import prod

from cnnaudit.errors import Problem
from cnnaudit.formatting import shape_text
from cnnaudit.ops.formula import Formulas, times
from cnnaudit.ops.op import (
    Attributes,
    Cost,
    Field,
    FieldType,
    Op,
    Shape,
    Shapes,
    Weight,
    saves_input_if_trained,
)


def _validate(inputs: Shapes, attributes: Attributes) -> Problem | None:
    shape = inputs[0]
    if len(shape) == 1 or attributes["pointwise"]:
        return None
    return Problem(
        "missing-flatten",
        f"dense reads a vector, and its input is a feature map {shape_text(shape)}",
        f"write `- flatten` before it (a vector of {prod(shape):,}),"
        " or `pointwise: true` to apply it at every position",
    )


def _output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*inputs[0][:-1], attributes["units"])


def _weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    units = attributes["units"]
    kernel = Weight("kernel", (inputs[0][-1], units))
    return (kernel, Weight("bias", (units,))) if attributes["bias"] else (kernel,)


def _cost(inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    outputs = prod(output)
    return Cost(macs=outputs * inputs[0][-1], bias_adds=outputs * attributes["bias"])


def _formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    units, outputs = attributes["units"], times(*output)
    kernel = times(units, inputs[0][-1])
    return Formulas(
        weights=f"({kernel}) + {units}" if attributes["bias"] else kernel,
        macs=f"{outputs}·{inputs[0][-1]}",
        bias_adds=outputs if attributes["bias"] else "",
    )


OPERATIONS = (
    Op(
        name="dense",
        family="dense",
        doc="Fully connected layer. Weights: kernel (inputs, units) and bias; MACs: inputs ×"
        " units.",
        principal="units",
        fields=(
            Field("units", FieldType.WHOLE, "outputs"),
            Field("bias", FieldType.FLAG, "one learned addend per unit", True),
            Field(
                "pointwise", FieldType.FLAG, "apply it at every position of a feature map", False
            ),
        ),
        validate=_validate,
        output_shape=_output,
        weights=_weights,
        cost=_cost,
        saved=saves_input_if_trained,
        formulas=_formulas,
        symbols={"weights": "(u·c) + b·u", "macs": "{m}·u·c", "bias_adds": "{m}·u"},
    ),
)
