"""How each op changes the distribution of values and the mean square of gradients."""

from collections.abc import Callable
from itertools import accumulate
from math import prod
from typing import NamedTuple, TypeAlias

from cnnaudit.analysis.signal.activation_functions import activation_function, derivative
from cnnaudit.analysis.signal.distribution import (
    MAX_MEAN_SQUARE,
    Distribution,
    maximum,
    normal,
    transform,
)
from cnnaudit.analysis.signal.initialisers import InitialWeights, initial_weights
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.ops.op import Shapes
from cnnaudit.ops.registry import op_named

#: The constant that normalisations add to a variance before they divide by it.
_EPSILON = 1e-5


class Propagated(NamedTuple):
    """The distribution of a node's output, and its gains on the gradient's mean square.

    ``gradient_gains`` has, for each input, the gradient's mean square there over that at the
    output. ``is_symmetric`` is true if all units hold the same value, because their constant
    weights are equal. ``gradient_shares`` is the number of positions that each gradient is divided
    among in equal parts. A distribution or gain of None is unknown.
    """

    distribution: Distribution | None
    gradient_gains: tuple[float | None, ...]
    is_symmetric: bool = False
    gradient_shares: int = 1

    @property
    def total_gradient_gains(self) -> tuple[float | None, ...]:
        """The gains if equal parts add up again, as they do in sums over positions."""
        return tuple(
            None if gain is None else gain * self.gradient_shares for gain in self.gradient_gains
        )


class _Context(NamedTuple):
    """A node in its graph."""

    graph: Graph
    node: Node

    @property
    def input_shapes(self) -> Shapes:
        return self.node.input_shapes

    @property
    def ratio(self) -> float:
        """Output elements per element of the first input."""
        return prod(self.node.output_shape) / prod(self.input_shapes[0])


#: The rule of an op with one input, whose distribution and symmetry are given; None is unknown.
_Rule: TypeAlias = Callable[[_Context, Distribution, bool], Propagated | None]
_MergeRule: TypeAlias = Callable[[_Context, list[Distribution]], Propagated]


def propagate(
    graph: Graph, node: Node, inputs: tuple[Distribution | None, ...], is_symmetric: bool
) -> Propagated:
    """Propagate the distributions of a node's inputs to its output.

    ``is_symmetric`` tells whether all units of an input hold the same value. The result is unknown
    if an input is, or if the op has no rule.
    """
    context = _Context(graph, node)
    distributions = [distribution for distribution in inputs if distribution is not None]
    propagated = None
    if len(distributions) == len(inputs):
        rule, merge_rule = _RULES.get(node.op), _MERGE_RULES.get(node.op)
        if rule is not None:
            propagated = rule(context, distributions[0], is_symmetric)
        elif merge_rule is not None:
            propagated = merge_rule(context, distributions)
    return propagated or Propagated(None, (None,) * len(inputs))


# Layers with weights ------------------------------------------------------------------------------


def _weighted(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated | None:
    """One kernel: n MACs per output element, m per input (He et al. 2015, eq. 6 and 13)."""
    node = context.node
    macs = op_named(node.op).cost(context.input_shapes, node.attributes, node.output_shape).macs
    kernels = _initial_kernels(context)
    if kernels is None:
        return None
    kernel = kernels[0]
    bias_variance = kernel.bias_variance if node.attributes["bias"] else 0.0
    return _weighted_sums(
        values,
        is_symmetric,
        kernel._replace(bias_variance=bias_variance),
        macs_per_output=macs / prod(node.output_shape),
        macs_per_input=macs / prod(context.input_shapes[0]),
    )


def _separable(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated | None:
    """A depthwise kernel, then one across channels; the bias belongs to the second."""
    kernels = _initial_kernels(context)
    if kernels is None:
        return None
    depthwise, pointwise = kernels
    attributes, input_shape = context.node.attributes, context.input_shapes[0]
    window, channels = prod(attributes["kernel"]), input_shape[-1]
    positions = prod(context.node.output_shape[:-1]) / prod(input_shape[:-1])
    multiplier, filters = attributes["multiplier"], attributes["filters"]
    depthwise_sums = _weighted_sums(
        values,
        is_symmetric,
        depthwise._replace(bias_variance=0.0),
        macs_per_output=window,
        macs_per_input=positions * window * multiplier,
    )
    assert depthwise_sums.distribution is not None
    bias_variance = pointwise.bias_variance if attributes["bias"] else 0.0
    pointwise_sums = _weighted_sums(
        depthwise_sums.distribution,
        depthwise_sums.is_symmetric,
        pointwise._replace(bias_variance=bias_variance),
        macs_per_output=channels * multiplier,
        macs_per_input=filters,
    )
    gains = [sums.gradient_gains[0] or 0.0 for sums in (depthwise_sums, pointwise_sums)]
    return pointwise_sums._replace(gradient_gains=(prod(gains),))


def _initial_kernels(context: _Context) -> list[InitialWeights] | None:
    """Return the initial weights of a node's kernels, or of the node that it shares them with.

    Returns None if one of them is unknown.
    """
    node, graph = context.node, context.graph
    owner = node if node.shared is None else graph.nodes[node.shared]
    kernels = []
    for weight in op_named(node.op).weights(context.input_shapes, node.attributes):
        if not weight.name.endswith("kernel"):
            continue
        depthwise = weight.name == "depthwise_kernel"
        kernel = initial_weights(owner.init, weight.shape, graph.framework, depthwise=depthwise)
        if kernel is None:
            return None
        kernels.append(kernel)
    return kernels


def _weighted_sums(
    values: Distribution,
    is_symmetric: bool,
    weights: InitialWeights,
    macs_per_output: float,
    macs_per_input: float,
) -> Propagated:
    """Sums of ``macs_per_output`` products; weights of equal value make all sums equal."""
    if weights.mean == 0:
        variance = macs_per_output * weights.variance * values.mean_square + weights.bias_variance
        gain = macs_per_input * weights.variance
        is_zero = weights.variance == 0 and not weights.bias_variance
        return Propagated(normal(0, variance), (gain,), is_symmetric=is_zero)
    weight = weights.mean
    # Equal values add up coherently: the variance of their sum grows with the square of the number.
    coherence = macs_per_output if is_symmetric else 1.0
    variance = min(weight**2 * macs_per_output * coherence * values.variance, MAX_MEAN_SQUARE)
    distribution = normal(weight * macs_per_output * values.mean, variance)
    return Propagated(distribution, (weight**2 * macs_per_input,), is_symmetric=True)


# Elementwise ops, windows, and ops that move values -----------------------------------------------


def _activation(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated | None:
    """E[f(x)²] forward and E[f'(x)²] backward: 1/2 each for a ReLU (He et al. 2015)."""
    attributes = context.node.attributes
    alpha = attributes.get("alpha")
    function = activation_function(
        attributes["function"], None if alpha is None else float(alpha), context.graph.framework
    )
    if function is None:
        return None
    gain = values.expectation(lambda x: derivative(function, x) ** 2)
    return Propagated(transform(values, function), (gain,), is_symmetric)


def _normalised(_context: _Context, values: Distribution, _is_symmetric: bool) -> Propagated:
    """(x − mean) / deviation, and gradients divided by the deviation (Ioffe & Szegedy 2015)."""
    scale = values.variance + _EPSILON
    return Propagated(normal(0, values.variance / scale), (1 / scale,))


#: Default constants of local response normalisation: Krizhevsky et al. 2012, section 3.3.
_LRN_DEFAULTS = {"k": 2.0, "alpha": 1e-4, "beta": 0.75}


def _lrn(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated:
    """Division by (k + α·Σx²)^β, with the sum over ``size`` channels at its expectation."""
    attributes = context.node.attributes
    k, alpha, beta = (
        float(default if attributes[name] is None else attributes[name])
        for name, default in _LRN_DEFAULTS.items()
    )
    factor = (k + alpha * attributes["size"] * values.mean_square) ** -beta
    return _scaled(factor, values, is_symmetric)


def _scaled(factor: float, values: Distribution, is_symmetric: bool) -> Propagated:
    return Propagated(transform(values, lambda x: factor * x), (factor**2,), is_symmetric)


def _scale(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated:
    return _scaled(float(context.node.attributes["init"]), values, is_symmetric)


def _window_size(context: _Context) -> int:
    """Positions in a pool's window; the rounded average if windows differ in size."""
    kernel = context.node.attributes.get("kernel", "adaptive")
    if isinstance(kernel, str):
        return max(round(1 / context.ratio), 1)
    return prod(kernel)


def _max_pool(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated:
    """The maximum of independent values; each output sends its gradient to one position."""
    return Propagated(maximum(values, _window_size(context)), (context.ratio,), is_symmetric)


def _avg_pool(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated:
    """The mean of independent values; each gradient is divided among all positions."""
    window = _window_size(context)
    distribution = normal(values.mean, values.variance / window)
    return Propagated(distribution, (context.ratio / window,), is_symmetric, gradient_shares=window)


def _adaptive_pool(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated:
    pool = _max_pool if context.node.attributes["mode"] == "max" else _avg_pool
    return pool(context, values, is_symmetric)


def _unchanged(_context: _Context, values: Distribution, is_symmetric: bool) -> Propagated:
    return Propagated(values, (1.0,), is_symmetric)


def _resized(context: _Context, values: Distribution, is_symmetric: bool) -> Propagated:
    """The same values in another number: on average a gradient counts once for each copy."""
    return Propagated(values, (context.ratio,), is_symmetric)


_RULES: dict[str, _Rule] = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose", "dense"), _weighted),
    "separable_conv": _separable,
    "activation": _activation,
    **dict.fromkeys(("batch_norm", "layer_norm", "group_norm"), _normalised),
    "lrn": _lrn,
    "scale": _scale,
    "max_pool": _max_pool,
    "avg_pool": _avg_pool,
    "adaptive_pool": _adaptive_pool,
    **dict.fromkeys(
        ("dropout", "flatten", "reshape", "permute", "channel_shuffle", "pad", "identity"),
        _unchanged,
    ),
    **dict.fromkeys(("crop", "slice", "upsample", "resize"), _resized),
}


# Merges -------------------------------------------------------------------------------------------


def _add(_context: _Context, inputs: list[Distribution]) -> Propagated:
    """Means and variances add up, as if branches were independent; gradients go to each input."""
    mean = sum(values.mean for values in inputs)
    variance = min(sum(values.variance for values in inputs), MAX_MEAN_SQUARE)
    return Propagated(normal(mean, variance), (1.0,) * len(inputs))


def _multiply(context: _Context, inputs: list[Distribution]) -> Propagated:
    """Mean squares multiply; the gradient of each input is multiplied by the other inputs.

    An input that is broadcast gets the gradients of all its copies.
    """
    mean = mean_square = 1.0
    for values in inputs:
        mean, mean_square = mean * values.mean, _clipped_product(mean_square, values.mean_square)
    squares = [values.mean_square for values in inputs]
    prefixes = accumulate(squares[:-1], _clipped_product, initial=1.0)
    suffixes = list(accumulate(reversed(squares[1:]), _clipped_product, initial=1.0))[::-1]
    gains = []
    for shape, prefix, suffix in zip(context.input_shapes, prefixes, suffixes, strict=True):
        copies = prod(context.node.output_shape) / prod(shape)
        gains.append(_clipped_product(copies, _clipped_product(prefix, suffix)))
    return Propagated(normal(mean, max(mean_square - mean**2, 0.0)), tuple(gains))


def _clipped_product(a: float, b: float) -> float:
    return min(a * b, MAX_MEAN_SQUARE)


def _concat(context: _Context, inputs: list[Distribution]) -> Propagated:
    """A mixture: mean and mean square are those of the inputs, weighted by their sizes."""
    sizes = [prod(shape) for shape in context.input_shapes]
    total = sum(sizes)
    weighted = list(zip(sizes, inputs, strict=True))
    mean = sum(size / total * values.mean for size, values in weighted)
    mean_square = sum(size / total * values.mean_square for size, values in weighted)
    return Propagated(normal(mean, max(mean_square - mean**2, 0.0)), (1.0,) * len(inputs))


_MERGE_RULES: dict[str, _MergeRule] = {
    "add": _add,
    "multiply": _multiply,
    "concat": _concat,
}
