"""Activations and dropout: operations on each element."""

from cnnaudit.errors import Problem
from cnnaudit.layers.frameworks import Framework
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
    same_shape,
)

#: Operations per element: one for a function, whatever its formula; three for softmax
#: (exponential, sum, division), four with a logarithm; none for the identity.
FUNCTIONS = {
    "linear": 0,
    "relu": 1,
    "relu6": 1,
    "leaky_relu": 1,
    "prelu": 1,
    "elu": 1,
    "selu": 1,
    "celu": 1,
    "gelu": 1,
    "sigmoid": 1,
    "hard_sigmoid": 1,
    "log_sigmoid": 1,
    "tanh": 1,
    "hard_tanh": 1,
    "softplus": 1,
    "softsign": 1,
    "swish": 1,
    "silu": 1,
    "hard_swish": 1,
    "mish": 1,
    "exponential": 1,
    "hard_shrink": 1,
    "soft_shrink": 1,
    "tanh_shrink": 1,
    "threshold": 1,
    "squareplus": 1,
    "sparse_plus": 1,
    "sparse_sigmoid": 1,
    "softmax": 3,
    "log_softmax": 4,
}


def _complete(attributes: Attributes, framework: Framework) -> Attributes:
    """Slopes matter to a PReLU only; how many it has is the framework's choice."""
    function, slopes = attributes["function"], attributes["slopes"]
    kept = {"function": function}
    if attributes["alpha"] is not None:
        kept["alpha"] = attributes["alpha"]
    if function == "prelu" and attributes["shared_axes"] is not None:
        kept["shared_axes"] = attributes["shared_axes"]
    elif function == "prelu":
        kept["slopes"] = slopes or framework.prelu_slopes
    return kept


def _weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    if attributes["function"] != "prelu":
        return ()
    shape = inputs[0]
    if "slopes" in attributes:
        shapes = {"element": shape, "channel": (shape[-1],), "layer": (1,)}
        return (Weight("alpha", shapes[attributes["slopes"]]),)
    shared = {axis % len(shape) for axis in attributes["shared_axes"]}
    alpha = tuple(1 if axis in shared else size for axis, size in enumerate(shape))
    return (Weight("alpha", alpha),)


def _fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    rank = len(inputs[0])
    for axis in attributes.get("shared_axes", ()):
        if not -rank <= axis < rank:
            return Problem(
                "invalid-input", f"axis {axis} does not exist in an input of {rank} axes"
            )
    return None


def _work(_inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    return Work(elementwise_ops=FUNCTIONS[attributes["function"]] * product(output))


KINDS = (
    Kind(
        "activation",
        "activation",
        "A function of each element, one operation each; softmax three, log_softmax four. PReLU"
        " (He et al. 2015) learns a slope per element (keras), channel (caffe) or layer (pytorch).",
        same_shape,
        "function",
        (
            Field("function", Type.CHOICE, "its name", choices=tuple(FUNCTIONS)),
            Field("alpha", Type.NUMBER, "slope or scale of leaky_relu, elu and their kin", None),
            Field(
                "slopes",
                Type.CHOICE,
                "what a prelu has one slope for",
                None,
                ("element", "channel", "layer"),
            ),
            Field("shared_axes", Type.ORDER, "axes along which a prelu's slopes are equal", None),
        ),
        _weights,
        _work,
        _fault,
        _complete,
    ),
    Kind(
        "dropout",
        "activation",
        "Dropout (Srivastava et al. 2014): drops a share of the elements in training, nothing at"
        " inference.",
        same_shape,
        "rate",
        (Field("rate", Type.RATE, "share that is dropped"),),
    ),
)
