"""What Keras users print: TensorFlow's profiler on the frozen graph of the model.

Keras itself counts no FLOPs; the recipe everyone shares (and keras-flops wraps) freezes the model
at batch 1 and runs ``tf.compat.v1.profiler`` with ``float_operation()``. It adds up what
``flops_registry.py`` knows of each TensorFlow operation; an operation that is not registered counts
for nothing, so the table follows from what Keras makes of a layer. Each row was measured.
"""

from cnnaudit.counting.preset import (
    BIAS,
    CONVS,
    MACS,
    MOVES,
    Countable,
    CountedNode,
    Preset,
    activation_elements,
    rows,
    uncounted,
)
from cnnaudit.layers.kind import product


def _grouped(use: CountedNode) -> bool:
    return use.kind == "conv" and use.attributes["groups"] > 1


def _seen_macs(use: CountedNode) -> int:
    """A grouped convolution is compiled into a function that the profiler does not look into."""
    return 0 if _grouped(use) else use.macs


def _transposed(use: CountedNode) -> int:
    """Outputs × kernel × inputs over the strides, for a plain multiple of them the MACs."""
    if use.spatial_rank == 3:
        return 0
    kernel = next(weight.size for weight in use.weights if weight.name == "kernel")
    return 2 * use.output_positions * kernel // product(use.attributes["stride"])


def _window(use: CountedNode) -> int:
    """Outputs × kernel of a windowed pool; TensorFlow's 3-D pools are not registered."""
    kernel = use.attributes["kernel"]
    return (
        0 if kernel == "global" or use.spatial_rank == 3 else use.output_elements * product(kernel)
    )


def _whole(use: CountedNode) -> int:
    """A global average is a mean: an operation per element read."""
    return use.input_elements if use.attributes["kernel"] == "global" else 0


def _merged(use: CountedNode) -> int:
    return (len(use.input_shapes) - 1) * use.output_elements


def _has(flag: str, count: int, use: CountedNode) -> int:
    return count if use.attributes[flag] else 0


def _channels(use: CountedNode) -> int:
    return use.output_shape[-1]


def _standardised(use: CountedNode) -> int:
    """How many sets of elements a layer norm or a group norm standardises."""
    if use.kind == "group_norm":
        groups: int = use.attributes["groups"]
        return groups
    axis = use.attributes["axis"]
    axes = {a % len(use.output_shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return product(tuple(n for i, n in enumerate(use.output_shape) if i not in axes))


def _without_scale(use: CountedNode) -> int:
    return 0 if use.attributes["scale"] else _standardised(use)


_WINDOWS = Countable("outputs × window of pools", 1, _window)
_SETS = (
    Countable("elements that are standardised", 6, lambda use: use.elements),
    Countable("sets that are standardised", 4, _standardised),
    Countable("sets that are standardised without a factor", 1, _without_scale),
)

#: Operations per element; a function that is one unregistered operation counts for nothing.
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
        **rows(CONVS[:3], MACS._replace(measure=_seen_macs).as_flops(), BIAS),
        "conv_transpose": (
            Countable("operations of transposed convolutions", 1, _transposed),
            BIAS,
        ),
        "dense": (MACS.as_flops(), BIAS),
        "max_pool": (_WINDOWS,),
        "avg_pool": (_WINDOWS, Countable("elements read by global averages", 1, _whole)),
        "batch_norm": (
            Countable("elements of batch norms", 2, lambda use: use.elements),
            Countable("channels of batch norms", 5, _channels),
            Countable("factors of batch norms", 1, lambda use: _has("scale", _channels(use), use)),
        ),
        "layer_norm": (
            *_SETS,
            Countable("scaled elements", 2, lambda use: _has("scale", use.elements, use)),
            Countable("shifted elements", 1, lambda use: _has("center", use.elements, use)),
        ),
        "group_norm": (
            *_SETS,
            Countable("factors of group norms", 2, lambda use: _has("scale", _channels(use), use)),
            Countable("addends of group norms", 1, lambda use: _has("center", _channels(use), use)),
        ),
        "activation": (
            *activation_elements(_FUNCTIONS),
            Countable("slopes of prelus", 1, lambda use: use.learned),
        ),
        "upsample": (
            Countable(
                "axes of nearest upsampling",
                1,
                lambda use: use.rank if use.attributes["mode"] == "nearest" else 0,
            ),
        ),
        **rows(
            ("add", "subtract", "multiply", "divide", "maximum", "minimum"),
            Countable("elements of two inputs combined", 1, _merged),
        ),
        "scale": (Countable("elements times a factor", 1, lambda use: use.elements),),
        "rescale": (
            Countable("elements times a factor, plus an offset", 2, lambda use: use.elements),
        ),
    },
    "Keras prints no FLOPs itself. Wrong for convolutions with groups, of which only the bias is"
    " seen, and for 3-D pools and transposed convolutions; relu, sigmoid and tanh count for"
    " nothing. Keras 2 fused its batch norms, and this number lacks them there.",
)

PRESETS = (KERAS,)
