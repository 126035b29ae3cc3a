"""How first weights are drawn, as variances.

Zero-mean schemes are told apart by their variance only: a uniform and a normal variant have the
same. Sources: LeCun et al. 1998 ("Efficient BackProp", section 4.6) 1/fan-in; Glorot & Bengio 2010
(eq. 12 and 16) 2/(fan-in + fan-out); He et al. 2015 (eq. 10) 2/fan-in; Saxe et al. 2014 (section 3)
for orthogonal matrices.
"""

from typing import NamedTuple

from cnnaudit.graph.nodes import Initialiser
from cnnaudit.layers.kind import Shape, product


class InitialWeights(NamedTuple):
    """Weights of mean ``constant`` and of a variance; and the variance of the bias beside them."""

    variance: float
    mean: float = 0.0
    bias_variance: float = 0.0


#: The deviation of ``normal``, and half the range of ``uniform``, where none is written.
_UNSCALED = {"keras": 0.05}


def fans(shape: Shape, framework: str, depthwise: bool) -> tuple[int, int]:
    """Fan-in and fan-out of a kernel (kernel…, inputs, outputs), as the framework counts them.

    Of a depthwise kernel (kernel…, channels, multiplier) Keras takes the channels for fan-in
    (``compute_fans``), although each output sums one of them: such layers start out small. The
    others count what is summed.
    """
    window = product(shape[:-2])
    if depthwise and framework != "keras":
        return window, window * shape[-2] * shape[-1]
    return window * shape[-2], window * shape[-1]


def initial_weights(
    init: Initialiser | None, shape: Shape, framework: str, *, depthwise: bool = False
) -> InitialWeights | None:
    """How a kernel of this shape starts; None where neither file nor framework says so usefully."""
    fan_in, fan_out = fans(shape, framework, depthwise)
    if init is None:
        return _default(framework, fan_in, fan_out, dense=len(shape) == 2)
    scale = None if init.scale is None else float(init.scale)
    scheme = init.name.partition("_")[0]
    if scheme in ("zeros", "ones", "constant"):
        value = {"zeros": 0.0, "ones": 1.0}.get(scheme, 0.0 if scale is None else scale)
        return InitialWeights(0.0, value)
    if scheme in ("normal", "uniform"):
        width = _UNSCALED.get(framework, 1.0) if scale is None else scale
        return InitialWeights(width**2 / (1 if scheme == "normal" else 3))
    variance = {
        "glorot": 2 / (fan_in + fan_out),
        "xavier": 2 / (fan_in + fan_out),
        "he": 2 / fan_in,
        "lecun": 1 / fan_in,
        # Orthonormal rows or columns, whichever are fewer: entries of mean square 1 / the longer.
        "orthogonal": 1 / max(product(shape[:-1]), shape[-1]),
    }[scheme]
    gain = 1.0 if scale is None else scale
    return InitialWeights(variance * gain**2)


def _default(framework: str, fan_in: int, fan_out: int, *, dense: bool) -> InitialWeights | None:
    """What the framework does where nothing is written.

    Keras: Glorot uniform, biases 0. PyTorch: Kaiming uniform with a = √5, which is a variance of
    1/(3·fan-in), and biases of the same (``_ConvNd.reset_parameters``). Darknet: He normal for
    convolutions, uniform in ±√(2/inputs) for dense layers. Caffe fills with zeros unless told
    otherwise, which no one means.
    """
    if framework == "keras":
        return InitialWeights(2 / (fan_in + fan_out))
    if framework == "pytorch":
        return InitialWeights(1 / (3 * fan_in), bias_variance=1 / (3 * fan_in))
    if framework == "darknet":
        return InitialWeights(2 / fan_in / (3 if dense else 1))
    return None
