"""The count of TensorFlow's profiler on the frozen graph of a Keras model.

Keras itself counts no FLOPs; the usual recipe (wrapped by keras-flops) freezes the model at batch 1
and runs ``tf.compat.v1.profiler`` with ``float_operation()``. The profiler sums what
``flops_registry.py`` lists for each TensorFlow operation; an operation that is not registered
counts as nothing, so the table follows from the TensorFlow operations that Keras emits for a layer.
Each row was measured.
"""

from math import prod

from cnnaudit.counting.preset import (
    BIAS,
    CONVS,
    MACS,
    MOVES,
    Countable,
    CountedNode,
    Measure,
    Preset,
    activation_elements,
    rows,
    uncounted,
)


def _registered_macs(node: CountedNode) -> int:
    """MACs, but 0 for grouped convolutions: the profiler skips the function they compile to."""
    is_grouped = node.op == "conv" and node.attributes["groups"] > 1
    return 0 if is_grouped else node.macs


def _transposed_operations(node: CountedNode) -> int:
    """Twice the output positions × weights of the kernel, over the strides.

    These are two operations a MAC if the output size is a multiple of the stride. 3-D transposed
    convolutions are not registered.
    """
    if node.spatial_rank == 3:
        return 0
    kernel = next(weight.size for weight in node.weights if weight.name == "kernel")
    return 2 * node.output_positions * kernel // prod(node.attributes["stride"])


def _window_elements(node: CountedNode) -> int:
    """Output elements × kernel of a windowed pool; 3-D pools are not registered."""
    kernel = node.attributes["kernel"]
    if kernel == "global" or node.spatial_rank == 3:
        return 0
    return node.output_elements * prod(kernel)


def _global_average(node: CountedNode) -> int:
    """An operation for each element read by a global average, which is a mean."""
    return node.input_elements if node.attributes["kernel"] == "global" else 0


def _merges(node: CountedNode) -> int:
    return (len(node.input_shapes) - 1) * node.output_elements


def _channels(node: CountedNode) -> int:
    return node.output_shape[-1]


def _elements(node: CountedNode) -> int:
    return node.output_elements


def _if_set(attribute: str, measure: Measure) -> Measure:
    """The measure of nodes with the attribute; 0 for others."""
    return lambda node: measure(node) if node.attributes[attribute] else 0


def _standardised_sets(node: CountedNode) -> int:
    """Number of sets of elements that a layer norm or group norm standardises."""
    if node.op == "group_norm":
        groups: int = node.attributes["groups"]
        return groups
    axis = node.attributes["axis"]
    rank = len(node.output_shape)
    normalised = {a % rank for a in (axis if isinstance(axis, tuple) else (axis,))}
    return prod(tuple(n for i, n in enumerate(node.output_shape) if i not in normalised))


def _unscaled_sets(node: CountedNode) -> int:
    return 0 if node.attributes["scale"] else _standardised_sets(node)


def _nearest_axes(node: CountedNode) -> int:
    return node.spatial_rank if node.attributes["mode"] == "nearest" else 0


_WINDOWS = Countable("outputs × window of pools", 1, _window_elements)
_STANDARDISATION = (
    Countable("elements that are standardised", 6, _elements),
    Countable("sets that are standardised", 4, _standardised_sets),
    Countable("sets that are standardised without a factor", 1, _unscaled_sets),
)

#: Operations per element; a function that is one unregistered operation counts as nothing.
_FUNCTIONS = {
    "celu": 5,
    "gelu": 4,
    "hard_sigmoid": 2,
    "log_sigmoid": 2,
    "hard_tanh": 2,
    "silu": 2,
    "swish": 2,
    "hard_swish": 3,
    "mish": 1,
    "softmax": 5,
    "prelu": 3,
}

KERAS = Preset(
    "keras",
    "TensorFlow's profiler on a Keras model",
    "TensorFlow 2.21.0, Keras 3.15.1",
    "FLOPs",
    {
        **uncounted(("lrn", "concat", *MOVES)),
        **rows(CONVS[:3], MACS._replace(measure=_registered_macs).as_flops(), BIAS),
        "conv_transpose": (
            Countable("operations of transposed convolutions", 1, _transposed_operations),
            BIAS,
        ),
        "dense": (MACS.as_flops(), BIAS),
        "max_pool": (_WINDOWS,),
        "avg_pool": (_WINDOWS, Countable("elements read by global averages", 1, _global_average)),
        "batch_norm": (
            Countable("elements of batch norms", 2, _elements),
            Countable("channels of batch norms", 5, _channels),
            Countable("factors of batch norms", 1, _if_set("scale", _channels)),
        ),
        "layer_norm": (
            *_STANDARDISATION,
            Countable("scaled elements", 2, _if_set("scale", _elements)),
            Countable("shifted elements", 1, _if_set("center", _elements)),
        ),
        "group_norm": (
            *_STANDARDISATION,
            Countable("factors of group norms", 2, _if_set("scale", _channels)),
            Countable("addends of group norms", 1, _if_set("center", _channels)),
        ),
        "activation": (
            *activation_elements(_FUNCTIONS),
            Countable("slopes of prelus", 1, lambda node: node.learned_weights),
        ),
        "upsample": (Countable("axes of nearest upsampling", 1, _nearest_axes),),
        **rows(
            ("add", "subtract", "multiply", "divide", "maximum", "minimum"),
            Countable("elements of two inputs combined", 1, _merges),
        ),
        "scale": (Countable("elements times a factor", 1, _elements),),
        "rescale": (Countable("elements times a factor, plus an offset", 2, _elements),),
    },
    "Keras prints no FLOPs itself. Wrong for convolutions with groups, of which only the bias is"
    " seen, and for 3-D pools and transposed convolutions; relu, sigmoid and tanh count for"
    " nothing. Keras 2 fused its batch norms, and this number lacks them there.",
)

PRESETS = (KERAS,)
