"""Bare operations in the graph of a model: ``x + 3``, ``ops.relu6(x)``, ``x * y``.

Keras 3 writes them as nodes of a class each, Keras 2 as ``TFOpLambda`` with a function's name.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from cnnaudit.importers.graph_builder import UnsupportedError
from cnnaudit.importers.keras.activation import function_rule
from cnnaudit.importers.keras.call import (
    KerasCall,
    KerasNode,
    LayerRule,
    Operand,
    Rules,
    Steps,
    call_input,
    is_number,
)
from cnnaudit.importers.keras.reshaping import merge_attributes, reshape_node


def _argument(call: KerasCall, position: int, *names: str, default: Any = None) -> Any:
    """An argument of an operation, by position or by name, or from its settings."""
    if position < len(call.arguments):
        return call.arguments[position]
    for name in names:
        if name in call.keywords:
            return call.keywords[name]
    return call.config.get(*names, default=default)


def _binary(op: str, call: KerasCall) -> Steps:
    """A merge of two tensors; of a tensor and a number, a factor and an addend."""
    a, b = _argument(call, 0, "x1", "x"), _argument(call, 1, "x2", "y")
    if isinstance(a, Operand) and isinstance(b, Operand):
        reads = (call_input(a.position), call_input(b.position))
        shapes = (call.shapes[a.position], call.shapes[b.position])
        return (KerasNode(op, merge_attributes(op, shapes), "", reads),)
    if isinstance(a, Operand) and is_number(b):
        return (KerasNode("rescale", _WITH_NUMBER[op](b)),)
    if is_number(a) and isinstance(b, Operand) and op in _NUMBER_FIRST:
        return (KerasNode("rescale", _NUMBER_FIRST[op](a)),)
    raise UnsupportedError("it works on a constant that is no number")


def _quotient(number: Any) -> dict[str, Any]:
    if number == 0:
        raise UnsupportedError("it divides by 0")
    return {"factor": Fraction(1) / number}


_Values = Callable[[Any], dict[str, Any]]
#: A tensor and a number, ``x + 3``, as a factor and an addend.
_WITH_NUMBER: dict[str, _Values] = {
    "add": lambda number: {"offset": number},
    "subtract": lambda number: {"offset": -number},
    "multiply": lambda number: {"factor": number},
    "divide": _quotient,
}
#: A number and a tensor, ``3 - x``.
_NUMBER_FIRST: dict[str, _Values] = {
    "add": _WITH_NUMBER["add"],
    "multiply": _WITH_NUMBER["multiply"],
    "subtract": lambda number: {"factor": -1, "offset": number},
}


def _extreme(op: str, call: KerasCall) -> Steps:
    """Of two tensors a merge; of a tensor and 0 a ReLU; of a tensor and a number a threshold."""
    a, b = _argument(call, 0, "x1", "x"), _argument(call, 1, "x2", "y")
    if isinstance(a, Operand) and isinstance(b, Operand):
        return _binary(op, call)
    number = b if isinstance(a, Operand) else a
    if not is_number(number):
        raise UnsupportedError("it works on a constant that is no number")
    relu = op == "maximum" and number == 0
    return (KerasNode("activation", {"function": "relu" if relu else "threshold"}),)


def _negative(_call: KerasCall) -> Steps:
    return (KerasNode("rescale", {"factor": -1}),)


def _axes_of(call: KerasCall, value: Any) -> tuple[int, ...]:
    """Axes as positions from 0, including the last one."""
    return tuple(axis % len(call.shape) for axis in call.axes(value))


def _reduce(op: str, call: KerasCall) -> Steps:
    """The mean or maximum over all positions of a feature map, as a global pool."""
    axis = _argument(call, 1, "axis")
    keep_dims = _argument(call, 2, "keepdims", default=False)
    spatial = tuple(range(len(call.shape) - 1))
    if axis is None or not spatial or tuple(sorted(_axes_of(call, axis))) != spatial:
        raise UnsupportedError("it works over other axes than those of a feature map")
    return (KerasNode(op, {"kernel": "global", "keep_dims": keep_dims}),)


def _concatenate(call: KerasCall) -> Steps:
    axis = _argument(call, 1, "axis", default=0)
    return (KerasNode("concat", {"axis": call.axis(axis)}),)


def _reshape(call: KerasCall) -> Steps:
    """A reshape to a shape with the batch first, which must not be split."""
    shape = _argument(call, 1, "newshape", "shape")
    if not isinstance(shape, tuple) or len(shape) < 2:
        raise UnsupportedError(f"its target shape is {shape}")
    sizes = tuple(-1 if size is None else size for size in shape[1:])
    if shape[0] not in (None, -1) or (shape[0] == -1 and -1 in sizes):
        raise UnsupportedError("it reshapes the batch")
    return (reshape_node(sizes, call.config_channels_first),)


def _transpose(call: KerasCall) -> Steps:
    axes = _argument(call, 1, "axes", "perm")
    if call.channels_first or not isinstance(axes, tuple) or not axes or axes[0] != 0:
        raise UnsupportedError("it moves the batch, or its axes are not known")
    if not all(isinstance(axis, int) for axis in axes):
        raise UnsupportedError("its axes are not known")
    return (KerasNode("permute", {"order": tuple(axis - 1 for axis in axes[1:])}),)


def _squeeze(call: KerasCall) -> Steps:
    axis = _argument(call, 1, "axis")
    if axis is None or call.channels_first:
        raise UnsupportedError("it drops axes that are not named")
    dropped = _axes_of(call, axis)
    shape = tuple(size for position, size in enumerate(call.shape) if position not in dropped)
    return (reshape_node(shape, False),)


def _expand(call: KerasCall) -> Steps:
    axis = _argument(call, 1, "axis")
    rank = len(call.shape) + 2
    if (
        call.channels_first
        or not isinstance(axis, int)
        or not -rank <= axis < rank
        or axis % rank == 0
    ):
        raise UnsupportedError("its new axis is not known")
    position = axis % rank - 1
    return (reshape_node((*call.shape[:position], 1, *call.shape[position:]), False),)


#: Functions of one tensor, by their name in Keras 3 and in TensorFlow.
_FUNCTIONS = {
    "Relu": ("relu", "nn.relu"),
    "Relu6": ("relu6", "nn.relu6"),
    "LeakyRelu": ("leaky_relu", "nn.leaky_relu"),
    "Elu": ("elu", "nn.elu"),
    "Selu": ("selu", "nn.selu"),
    "Gelu": ("gelu", "nn.gelu"),
    "Silu": ("silu", "nn.silu", "nn.swish"),
    "Sigmoid": ("sigmoid", "math.sigmoid", "sigmoid", "nn.sigmoid"),
    "HardSigmoid": ("hard_sigmoid",),
    "HardSilu": ("hard_swish",),
    "HardTanh": ("hard_tanh",),
    "Tanh": ("tanh", "math.tanh", "tanh", "nn.tanh"),
    "Softplus": ("softplus", "math.softplus", "nn.softplus"),
    "Softsign": ("softsign", "nn.softsign"),
    "Softmax": ("softmax", "nn.softmax"),
    "LogSoftmax": ("log_softmax", "nn.log_softmax"),
    "LogSigmoid": ("log_sigmoid", "math.log_sigmoid"),
    "Exp": ("exponential", "math.exp"),
}

_ADD, _SUBTRACT = LayerRule(partial(_binary, "add")), LayerRule(partial(_binary, "subtract"))
_MULTIPLY, _DIVIDE = LayerRule(partial(_binary, "multiply")), LayerRule(partial(_binary, "divide"))
_MAXIMUM, _MINIMUM = (
    LayerRule(partial(_extreme, "maximum")),
    LayerRule(partial(_extreme, "minimum")),
)
_MEAN, _MAX = LayerRule(partial(_reduce, "avg_pool")), LayerRule(partial(_reduce, "max_pool"))
_NEGATIVE, _IDENTITY = LayerRule(_negative), LayerRule(lambda _call: (KerasNode("identity"),))

#: Operations of Keras 3, by their class.
OPERATIONS: Rules = {
    **{name: function_rule(words[0]) for name, words in _FUNCTIONS.items()},
    "Add": _ADD,
    "Subtract": _SUBTRACT,
    "Multiply": _MULTIPLY,
    "Divide": _DIVIDE,
    "TrueDivide": _DIVIDE,
    "Maximum": _MAXIMUM,
    "Minimum": _MINIMUM,
    "Negative": _NEGATIVE,
    "Mean": _MEAN,
    "Max": _MAX,
    "Concatenate": LayerRule(_concatenate),
    "Reshape": LayerRule(_reshape),
    "Transpose": LayerRule(_transpose),
    "Squeeze": LayerRule(_squeeze),
    "ExpandDims": LayerRule(_expand),
    "Cast": _IDENTITY,
    "StopGradient": _IDENTITY,
}

#: Functions of TensorFlow, as Keras 2 names them.
FUNCTIONS: Rules = {
    **{word: function_rule(words[0]) for words in _FUNCTIONS.values() for word in words[1:]},
    **dict.fromkeys(("__operators__.add", "math.add", "add"), _ADD),
    **dict.fromkeys(("math.subtract", "subtract", "__operators__.sub"), _SUBTRACT),
    **dict.fromkeys(("math.multiply", "multiply", "__operators__.mul"), _MULTIPLY),
    **dict.fromkeys(("math.truediv", "math.divide", "realdiv"), _DIVIDE),
    **dict.fromkeys(("math.maximum", "maximum"), _MAXIMUM),
    **dict.fromkeys(("math.minimum", "minimum"), _MINIMUM),
    **dict.fromkeys(("math.negative", "__operators__.neg"), _NEGATIVE),
    **dict.fromkeys(("math.reduce_mean", "reduce_mean"), _MEAN),
    **dict.fromkeys(("math.reduce_max", "reduce_max"), _MAX),
    **dict.fromkeys(("cast", "identity", "stop_gradient"), _IDENTITY),
    "concat": LayerRule(_concatenate),
    "reshape": LayerRule(_reshape),
    "transpose": LayerRule(_transpose),
    "squeeze": LayerRule(_squeeze),
    "expand_dims": LayerRule(_expand),
}
