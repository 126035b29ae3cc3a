"""The activation functions as formulas of one number, for expectations over a distribution."""

from collections.abc import Callable
from functools import partial
from math import erf, exp, log1p, sqrt, tanh
from typing import TypeAlias

ActivationFunction: TypeAlias = Callable[[float], float]

#: Larger exponents are clipped, so that the result does not overflow.
_MAX_EXPONENT = 300.0

#: The constants that keep a SELU's output at mean 0 and variance 1 (Klambauer et al. 2017).
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

#: The default slope of a leaky ReLU in each framework.
_LEAKY_SLOPE = {"keras": 0.3, "pytorch": 0.01, "caffe": 0.0, "darknet": 0.1}
#: The initial slope of a PReLU: 0 in Keras, elsewhere 0.25 (He et al. 2015, section 2.1).
_PRELU_SLOPE = {"keras": 0.0}


def _exp(x: float) -> float:
    return exp(min(x, _MAX_EXPONENT))


def _sigmoid(x: float) -> float:
    return 1 / (1 + _exp(-x))


def _softplus(x: float) -> float:
    return x if x > _MAX_EXPONENT else log1p(exp(x))


def _clip(low: float, high: float, x: float) -> float:
    return min(max(x, low), high)


def _hard_sigmoid(x: float) -> float:
    """relu6(x + 3) / 6 (Howard et al. 2019, MobileNetV3, section 5.2)."""
    return _clip(0, 6, x + 3) / 6


def _leaky(slope: float, x: float) -> float:
    return x if x > 0 else slope * x


def _elu(scale: float, alpha: float, x: float) -> float:
    return scale * (x if x > 0 else alpha * (exp(x) - 1))


def _celu(alpha: float, x: float) -> float:
    return x if x > 0 else alpha * (exp(x / alpha) - 1)


def _swish(x: float) -> float:
    return x * _sigmoid(x)


_WITHOUT_PARAMETER: dict[str, ActivationFunction] = {
    "linear": lambda x: x,
    "relu": lambda x: max(x, 0.0),
    "relu6": partial(_clip, 0, 6),
    "selu": partial(_elu, _SELU_SCALE, _SELU_ALPHA),
    "gelu": lambda x: x * (1 + erf(x / sqrt(2))) / 2,
    "sigmoid": _sigmoid,
    "hard_sigmoid": _hard_sigmoid,
    "log_sigmoid": lambda x: -_softplus(-x),
    "tanh": tanh,
    "hard_tanh": partial(_clip, -1, 1),
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "swish": _swish,
    "silu": _swish,
    "hard_swish": lambda x: x * _hard_sigmoid(x),
    "mish": lambda x: x * tanh(_softplus(x)),
    "exponential": _exp,
}


def activation_function(
    name: str, alpha: float | None, framework: str
) -> ActivationFunction | None:
    """Return the activation function ``name``; ``alpha`` None means the framework's default.

    Returns None if the function is not elementwise, such as softmax.
    """
    if name == "leaky_relu":
        return partial(_leaky, _LEAKY_SLOPE[framework] if alpha is None else alpha)
    if name == "prelu":
        return partial(_leaky, _PRELU_SLOPE.get(framework, 0.25) if alpha is None else alpha)
    if name == "elu":
        return partial(_elu, 1.0, 1.0 if alpha is None else alpha)
    if name == "celu":
        return partial(_celu, alpha or 1.0)
    return _WITHOUT_PARAMETER.get(name)


def derivative(function: ActivationFunction, x: float) -> float:
    """Return the derivative at ``x``: a central difference over 10⁻⁴ · max(1, abs(x))."""
    step = 1e-4 * max(1.0, abs(x))
    return (function(x + step) - function(x - step)) / (2 * step)
