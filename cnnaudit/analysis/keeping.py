"""What each operation keeps from the forward pass for the backward pass.

The rules are those of PyTorch 2.13 on a CPU (tools/autograd/derivatives.yaml: which of ``self``,
``result`` and further outputs a derivative reads), measured with ``saved_tensors_hooks``. Which of
them share memory is not decided here. In place or not makes no difference: an operation that keeps
its output overwrites an input that nobody keeps, and one that keeps its input must copy it first.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from cnnaudit.layers.kind import Attributes, Shape, Shapes, product
from cnnaudit.layers.windows import spatial


class Site(NamedTuple):
    """A node as a rule sees it.

    Shapes are those of one image, channels last; ``trains`` says whether the node's own weights
    learn, ``gradients`` for which inputs a gradient is wanted.
    """

    inputs: Shapes
    attributes: Attributes
    output: Shape
    trains: bool
    gradients: tuple[bool, ...]


class Kept(NamedTuple):
    """What a node keeps: some inputs, its output, and tensors of its own.

    ``values``, ``indices`` and ``statistics`` are numbers of one image: activations, positions, and
    means or deviations. ``fixed`` are statistics of a whole batch, however large.
    """

    inputs: tuple[int, ...] = ()
    output: bool = False
    values: int = 0
    indices: int = 0
    statistics: int = 0
    fixed: int = 0


Rule = Callable[[Site], Kept]

NOTHING = Kept()
_INPUT = Kept(inputs=(0,))
_OUTPUT = Kept(output=True)


def _nothing(_site: Site) -> Kept:
    return NOTHING


def _input(_site: Site) -> Kept:
    return _INPUT


def _all_inputs(site: Site) -> Kept:
    return Kept(inputs=tuple(range(len(site.inputs))))


def _input_if_trained(site: Site) -> Kept:
    """The gradient of a matrix product by its input needs the weights only (mm, addmm, mul)."""
    return _INPUT if site.trains else NOTHING


def _separable(site: Site) -> Kept:
    """Two convolutions, each with its input."""
    between = site.inputs[0][-1] * site.attributes["multiplier"]
    return Kept(inputs=(0,), values=product(spatial(site.output)) * between)


# Activations -------------------------------------------------------------------------------------

#: Functions whose derivative is a function of their output; the others keep their input.
_BY_OUTPUT = frozenset({"relu", "sigmoid", "tanh", "softmax", "log_softmax", "exponential"})
#: A second tensor of the same size: exp(-|x|), 1 + |x|.
_WITH_BUFFER = frozenset({"log_sigmoid", "softsign"})


def _activation(site: Site) -> Kept:
    function = site.attributes["function"]
    if function == "linear":
        return NOTHING
    if function in _BY_OUTPUT:
        return _OUTPUT
    return Kept(inputs=(0,), values=product(site.output) * (function in _WITH_BUFFER))


def _dropout(site: Site) -> Kept:
    """The mask, in the type of the activations; a GPU keeps it in one byte an element."""
    return Kept(values=product(site.output)) if site.attributes["rate"] else NOTHING


# Normalisation -----------------------------------------------------------------------------------


def _batch_norm(site: Site) -> Kept:
    return Kept(inputs=(0,), fixed=2 * site.inputs[0][-1])


def _layer_norm(site: Site) -> Kept:
    shape, axis = site.inputs[0], site.attributes["axis"]
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    groups = product(tuple(size for a, size in enumerate(shape) if a not in axes))
    return Kept(inputs=(0,), statistics=2 * groups)


def _group_norm(site: Site) -> Kept:
    return Kept(inputs=(0,), statistics=2 * site.attributes["groups"])


def _rms_norm(site: Site) -> Kept:
    found = _layer_norm(site)
    return found._replace(statistics=found.statistics // 2)


def _lrn(site: Site) -> Kept:
    """The squares with channels padded for the window, the scaled sums, and the divisors."""
    positions, channels = product(spatial(site.output)), site.output[-1]
    padded = channels + site.attributes["size"] - 1
    return Kept(inputs=(0,), values=positions * (padded + 2 * channels))


# Pooling -----------------------------------------------------------------------------------------


def _max_pool(site: Site) -> Kept:
    return Kept(inputs=(0,), indices=product(site.output))


def _avg_pool(site: Site) -> Kept:
    """The input, which only says how large it was; a mean over everything keeps nothing."""
    return NOTHING if site.attributes["kernel"] == "global" else _INPUT


def _adaptive_pool(site: Site) -> Kept:
    if site.attributes["mode"] == "max":
        return _max_pool(site)
    return NOTHING if set(site.attributes["size"]) == {1} else _INPUT


# Merges ------------------------------------------------------------------------------------------


def _multiply(site: Site) -> Kept:
    """Each factor that another one's gradient needs; from the third factor on, partial products."""
    wanted = sum(site.gradients)
    kept = (i for i, own in enumerate(site.gradients) if wanted - own)
    return Kept(tuple(kept), values=max(len(site.inputs) - 2, 0) * product(site.output))


# Other -------------------------------------------------------------------------------------------


def _recurrent(gates: int, states: int, site: Site) -> Kept:
    """Gates and states of every step (backpropagation through time); not measured."""
    steps = site.inputs[0][0]
    return Kept(inputs=(0,), values=steps * site.attributes["units"] * (gates + states))


def _pad(site: Site) -> Kept:
    return NOTHING if site.attributes["mode"] == "zeros" else _INPUT


#: By the name of the operation. One that is not listed keeps its inputs: most derivatives need no
#: more, and a rule that is missing must not make a network look small.
RULES: Mapping[str, Rule] = {
    "conv": _input,
    "depthwise_conv": _input,
    "separable_conv": _separable,
    "conv_transpose": _input,
    "max_pool": _max_pool,
    "avg_pool": _avg_pool,
    "adaptive_pool": _adaptive_pool,
    "dense": _input_if_trained,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "group_norm": _group_norm,
    "lrn": _lrn,
    "activation": _activation,
    "dropout": _dropout,
    "add": _nothing,
    "subtract": _nothing,
    "average": _nothing,
    "multiply": _multiply,
    "concat": _nothing,
    "flatten": _nothing,
    "reshape": _nothing,
    "permute": _nothing,
    "pad": _pad,
    "crop": _nothing,
    "upsample": _nothing,
    "resize": _nothing,
    "slice": _nothing,
    "channel_shuffle": _nothing,
    "scale": _input_if_trained,
    "rescale": _nothing,
    "standardize": _nothing,
    "identity": _nothing,
    # operations of imported models
    "rms_norm": _rms_norm,
    "divide": _all_inputs,
    "maximum": _all_inputs,
    "minimum": _all_inputs,
    "embedding": _input,
    "rnn": partial(_recurrent, 0, 1),
    "lstm": partial(_recurrent, 4, 2),
    "gru": partial(_recurrent, 3, 1),
}


def kept(kind: str, site: Site) -> Kept:
    """What a node of that kind keeps, where the backward pass comes by it at all."""
    if () in (*site.inputs, site.output):
        return _all_inputs(site)  # after a layer that nobody knows, sizes are unknown as well
    return RULES.get(kind, _all_inputs)(site)
