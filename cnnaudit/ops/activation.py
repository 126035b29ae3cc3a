"""Activations and dropout: operations on each element."""

from math import prod

from cnnaudit.errors import Problem
from cnnaudit.formatting import decimal
from cnnaudit.ops.formula import Formulas, per_element
from cnnaudit.ops.frameworks import Framework
from cnnaudit.ops.op import (
    Attributes,
    Cost,
    Field,
    FieldType,
    Op,
    OpContext,
    SavedTensors,
    Shape,
    Shapes,
    Weight,
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


#: Functions whose derivative is a function of their output; the others keep their input.
_DERIVATIVE_OF_OUTPUT = frozenset(
    {"relu", "sigmoid", "tanh", "softmax", "log_softmax", "exponential"}
)
#: Functions that keep a second tensor of the same size: exp(-|x|), 1 + |x|.
_WITH_BUFFER = frozenset({"log_sigmoid", "softsign"})


def _fill_defaults(attributes: Attributes, framework: Framework) -> Attributes:
    """Slopes matter to a PReLU only; their number is the framework's choice."""
    function, slopes = attributes["function"], attributes["slopes"]
    filled = {"function": function}
    if attributes["alpha"] is not None:
        filled["alpha"] = attributes["alpha"]
    if function == "prelu" and attributes["shared_axes"] is not None:
        filled["shared_axes"] = attributes["shared_axes"]
    elif function == "prelu":
        filled["slopes"] = slopes or framework.prelu_slopes
    return filled


def _validate(inputs: Shapes, attributes: Attributes) -> Problem | None:
    rank = len(inputs[0])
    for axis in attributes.get("shared_axes", ()):
        if not -rank <= axis < rank:
            return Problem(
                "invalid-input", f"axis {axis} does not exist in an input of {rank} axes"
            )
    return None


def _weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    """A slope for each element, channel or layer, or for all but the shared axes."""
    if attributes["function"] != "prelu":
        return ()
    shape = inputs[0]
    if "slopes" in attributes:
        shapes = {"element": shape, "channel": (shape[-1],), "layer": (1,)}
        return (Weight("alpha", shapes[attributes["slopes"]]),)
    shared = {axis % len(shape) for axis in attributes["shared_axes"]}
    alpha = tuple(1 if axis in shared else size for axis, size in enumerate(shape))
    return (Weight("alpha", alpha),)


def _cost(_inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    return Cost(elementwise_ops=FUNCTIONS[attributes["function"]] * prod(output))


def _formulas(_inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    return Formulas(elementwise_ops=per_element(FUNCTIONS[attributes["function"]], output))


def _is_linear(attributes: Attributes, _training: bool) -> bool:
    return bool(attributes["function"] == "linear")


def _saved(context: OpContext) -> SavedTensors:
    function = context.attributes["function"]
    if function == "linear":
        return SavedTensors()
    if function in _DERIVATIVE_OF_OUTPUT:
        return SavedTensors(output=True)
    buffer = prod(context.output) * (function in _WITH_BUFFER)
    return SavedTensors(inputs=(0,), values=buffer)


def _dropout_formulas(_inputs: Shapes, attributes: Attributes, _output: Shape) -> Formulas:
    rate = decimal(attributes["rate"])
    return Formulas(notes=(f"In training a share of {rate} is dropped; at inference nothing.",))


def _drops_nothing(attributes: Attributes, training: bool) -> bool:
    return not training or not attributes["rate"]


def _dropout_saved(context: OpContext) -> SavedTensors:
    """The mask, in the type of the activations; a GPU keeps it in one byte an element."""
    return SavedTensors(values=prod(context.output) if context.attributes["rate"] else 0)


OPERATIONS = (
    Op(
        name="activation",
        family="activation",
        doc="A function of each element, one operation each; softmax three, log_softmax four."
        " PReLU (He et al. 2015) learns a slope per element (keras), channel (caffe) or layer"
        " (pytorch).",
        principal="function",
        fields=(
            Field("function", FieldType.CHOICE, "its name", choices=tuple(FUNCTIONS)),
            Field(
                "alpha", FieldType.NUMBER, "slope or scale of leaky_relu, elu and their kin", None
            ),
            Field(
                "slopes",
                FieldType.CHOICE,
                "what a prelu has one slope for",
                None,
                ("element", "channel", "layer"),
            ),
            Field(
                "shared_axes", FieldType.ORDER, "axes along which a prelu's slopes are equal", None
            ),
        ),
        fill_defaults=_fill_defaults,
        validate=_validate,
        output_shape=same_shape,
        weights=_weights,
        cost=_cost,
        traits=frozenset({"elementwise"}),
        is_identity=_is_linear,
        in_place=True,
        saved=_saved,
        formulas=_formulas,
        symbols={"elementwise_ops": "a·e"},
    ),
    Op(
        name="dropout",
        family="activation",
        doc="Dropout (Srivastava et al. 2014): drops a share of the elements in training, nothing"
        " at inference.",
        principal="rate",
        fields=(Field("rate", FieldType.RATE, "share that is dropped"),),
        output_shape=same_shape,
        traits=frozenset({"identity at inference"}),
        is_identity=_drops_nothing,
        saved=_dropout_saved,
        formulas=_dropout_formulas,
    ),
)
