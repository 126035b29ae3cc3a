"""The variance of initial weights, by initialiser and framework.

A uniform and a normal variant of a scheme have the same variance, which is all that matters here.
Sources: LeCun et al. 1998 ("Efficient BackProp", section 4.6) 1/fan-in; Glorot & Bengio 2010
(eq. 12 and 16) 2/(fan-in + fan-out); He et al. 2015 (eq. 10) 2/fan-in; Saxe et al. 2014 (section 3)
for orthogonal matrices.
"""

from math import prod
from typing import NamedTuple

from cnnaudit.graph.graph import Initialiser
from cnnaudit.ops.op import Shape


class InitialWeights(NamedTuple):
    """Variance and mean of a kernel's initial weights, and the variance of the layer's bias."""

    variance: float
    mean: float = 0.0
    bias_variance: float = 0.0


#: The default deviation of ``normal`` and half-range of ``uniform``; 1 in the other frameworks.
_DEFAULT_SCALE = {"keras": 0.05}


def fans(shape: Shape, framework: str, depthwise: bool) -> tuple[int, int]:
    """Return fan-in and fan-out of a kernel (kernel…, inputs, outputs), as the framework does.

    The fan-in of a depthwise kernel (kernel…, channels, multiplier) includes all channels in Keras
    (``compute_fans``), although each output sums only one: such layers start with small weights.
    The other frameworks count the window alone.
    """
    window = prod(shape[:-2])
    if depthwise and framework != "keras":
        return window, window * shape[-2] * shape[-1]
    return window * shape[-2], window * shape[-1]


def initial_weights(
    init: Initialiser | None, shape: Shape, framework: str, *, depthwise: bool = False
) -> InitialWeights | None:
    """Return the distribution of a kernel's initial weights; ``init`` None is the default.

    Returns None if there is no ``init`` and the framework's default is unknown or useless.
    """
    fan_in, fan_out = fans(shape, framework, depthwise)
    if init is None:
        return _framework_default(framework, fan_in, fan_out, dense=len(shape) == 2)
    scale = None if init.scale is None else float(init.scale)
    scheme = init.name.partition("_")[0]
    if scheme in ("zeros", "ones", "constant"):
        value = {"zeros": 0.0, "ones": 1.0}.get(scheme, 0.0 if scale is None else scale)
        return InitialWeights(0.0, value)
    if scheme in ("normal", "uniform"):
        width = _DEFAULT_SCALE.get(framework, 1.0) if scale is None else scale
        return InitialWeights(width**2 / (1 if scheme == "normal" else 3))
    variance = {
        "glorot": 2 / (fan_in + fan_out),
        "xavier": 2 / (fan_in + fan_out),
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        # Orthonormal rows or columns, whichever are fewer: the mean square is 1 / the longer side.
        "orthogonal": 1 / max(prod(shape[:-1]), shape[-1]),
    }[scheme]
    gain = 1.0 if scale is None else scale
    return InitialWeights(variance * gain**2)


def _framework_default(
    framework: str, fan_in: int, fan_out: int, *, dense: bool
) -> InitialWeights | None:
    """Return the default initialisation of a framework.

    Keras: Glorot uniform, biases 0. PyTorch: Kaiming uniform with a = √5, which is a variance of
    1/(3·fan-in), and biases of the same (``_ConvNd.reset_parameters``). Darknet: He normal for
    convolutions, uniform in ±√(2/inputs) for dense layers. Caffe's default is zeros, which is never
    intended: None.
    """
    if framework == "keras":
        return InitialWeights(2 / (fan_in + fan_out))
    if framework == "pytorch":
        return InitialWeights(1 / (3 * fan_in), bias_variance=1 / (3 * fan_in))
    if framework == "darknet":
        return InitialWeights(2 / fan_in / (3 if dense else 1))
    return None
