"""The activation functions as formulas of one number, for expectations over a distribution."""

from collections.abc import Callable
from functools import partial
from math import erf, exp, log1p, sqrt, tanh
from typing import TypeAlias

ActivationFunction: TypeAlias = Callable[[float], float]

#: Exponents beyond this only say "very large", and must not overflow.
_LARGEST = 300.0

#: The constants that make a SELU's output keep mean 0 and variance 1 (Klambauer et al. 2017).
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

#: The slope of a leaky ReLU where none is written: the framework's default.
_LEAKY = {"keras": 0.3, "pytorch": 0.01, "caffe": 0.0, "darknet": 0.1}
#: The slope with which a PReLU starts: Keras with zeros, the others as He et al. 2015, section 2.1.
_PRELU = {"keras": 0.0}


def _exp(x: float) -> float:
    return exp(min(x, _LARGEST))


def _sigmoid(x: float) -> float:
    return 1 / (1 + _exp(-x))


def _softplus(x: float) -> float:
    return x if x > _LARGEST else log1p(exp(x))


def _clipped(low: float, high: float, x: float) -> float:
    return min(max(x, low), high)


def _gate(x: float) -> float:
    """relu6(x + 3) / 6 (Howard et al. 2019, MobileNetV3, section 5.2)."""
    return _clipped(0, 6, x + 3) / 6


def _leaky(slope: float, x: float) -> float:
    return x if x > 0 else slope * x


def _elu(scale: float, alpha: float, x: float) -> float:
    return scale * (x if x > 0 else alpha * (exp(x) - 1))


def _celu(alpha: float, x: float) -> float:
    return x if x > 0 else alpha * (exp(x / alpha) - 1)


def _swish(x: float) -> float:
    return x * _sigmoid(x)


_PLAIN: dict[str, ActivationFunction] = {
    "linear": lambda x: x,
    "relu": lambda x: max(x, 0.0),
    "relu6": partial(_clipped, 0, 6),
    "selu": partial(_elu, _SELU_SCALE, _SELU_ALPHA),
    "gelu": lambda x: x * (1 + erf(x / sqrt(2))) / 2,
    "sigmoid": _sigmoid,
    "hard_sigmoid": _gate,
    "log_sigmoid": lambda x: -_softplus(-x),
    "tanh": tanh,
    "hard_tanh": partial(_clipped, -1, 1),
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "swish": _swish,
    "silu": _swish,
    "hard_swish": lambda x: x * _gate(x),
    "mish": lambda x: x * tanh(_softplus(x)),
    "exponential": _exp,
}


def activation_function(
    name: str, alpha: float | None, framework: str
) -> ActivationFunction | None:
    """The activation function of that name; None where it is not one of each element alone."""
    if name == "leaky_relu":
        return partial(_leaky, _LEAKY[framework] if alpha is None else alpha)
    if name == "prelu":
        return partial(_leaky, _PRELU.get(framework, 0.25) if alpha is None else alpha)
    if name == "elu":
        return partial(_elu, 1.0, 1.0 if alpha is None else alpha)
    if name == "celu":
        return partial(_celu, alpha or 1.0)
    return _PLAIN.get(name)


def derivative(of: ActivationFunction, x: float) -> float:
    """The derivative, as a central difference over 10⁻⁴ of the argument's own size or of 1."""
    step = 1e-4 * max(1.0, abs(x))
    return (of(x + step) - of(x - step)) / (2 * step)
