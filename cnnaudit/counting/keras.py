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
    Item,
    Preset,
    Use,
    free,
    rows,
    through,
)
from cnnaudit.layers.kind import product


def _grouped(use: Use) -> bool:
    return use.kind == "conv" and use.attributes["groups"] > 1


def _seen_macs(use: Use) -> int:
    """A grouped convolution is compiled into a function that the profiler does not look into."""
    return 0 if _grouped(use) else use.macs


def _transposed(use: Use) -> int:
    """Outputs × kernel × inputs over the strides, for a plain multiple of them the MACs."""
    if use.rank == 3:
        return 0
    kernel = next(weight.size for weight in use.weights if weight.name == "kernel")
    return 2 * use.positions * kernel // product(use.attributes["stride"])


def _window(use: Use) -> int:
    """Outputs × kernel of a windowed pool; TensorFlow's 3-D pools are not registered."""
    kernel = use.attributes["kernel"]
    return 0 if kernel == "global" or use.rank == 3 else use.elements * product(kernel)


def _whole(use: Use) -> int:
    """A global average is a mean: an operation per element read."""
    return use.entering if use.attributes["kernel"] == "global" else 0


def _merged(use: Use) -> int:
    return (len(use.inputs) - 1) * use.elements


def _has(flag: str, count: int, use: Use) -> int:
    return count if use.attributes[flag] else 0


def _channels(use: Use) -> int:
    return use.output[-1]


def _standardised(use: Use) -> int:
    """How many sets of elements a layer norm or a group norm standardises."""
    if use.kind == "group_norm":
        groups: int = use.attributes["groups"]
        return groups
    axis = use.attributes["axis"]
    axes = {a % len(use.output) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return product(tuple(n for i, n in enumerate(use.output) if i not in axes))


def _without_scale(use: Use) -> int:
    return 0 if use.attributes["scale"] else _standardised(use)


_WINDOWS = Item("outputs × window of pools", 1, _window)
_SETS = (
    Item("elements that are standardised", 6, lambda use: use.elements),
    Item("sets that are standardised", 4, _standardised),
    Item("sets that are standardised without a factor", 1, _without_scale),
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
        **free(("lrn", "concat", *MOVES)),
        **rows(CONVS[:3], MACS._replace(measure=_seen_macs).twice(), BIAS),
        "conv_transpose": (Item("operations of transposed convolutions", 1, _transposed), BIAS),
        "dense": (MACS.twice(), BIAS),
        "max_pool": (_WINDOWS,),
        "avg_pool": (_WINDOWS, Item("elements read by global averages", 1, _whole)),
        "batch_norm": (
            Item("elements of batch norms", 2, lambda use: use.elements),
            Item("channels of batch norms", 5, _channels),
            Item("factors of batch norms", 1, lambda use: _has("scale", _channels(use), use)),
        ),
        "layer_norm": (
            *_SETS,
            Item("scaled elements", 2, lambda use: _has("scale", use.elements, use)),
            Item("shifted elements", 1, lambda use: _has("center", use.elements, use)),
        ),
        "group_norm": (
            *_SETS,
            Item("factors of group norms", 2, lambda use: _has("scale", _channels(use), use)),
            Item("addends of group norms", 1, lambda use: _has("center", _channels(use), use)),
        ),
        "activation": (
            *through(_FUNCTIONS),
            Item("slopes of prelus", 1, lambda use: use.learned),
        ),
        "upsample": (
            Item(
                "axes of nearest upsampling",
                1,
                lambda use: use.rank if use.attributes["mode"] == "nearest" else 0,
            ),
        ),
        **rows(
            ("add", "subtract", "multiply", "divide", "maximum", "minimum"),
            Item("elements of two inputs combined", 1, _merged),
        ),
        "scale": (Item("elements times a factor", 1, lambda use: use.elements),),
        "rescale": (Item("elements times a factor, plus an offset", 2, lambda use: use.elements),),
    },
    "Keras prints no FLOPs itself. Wrong for convolutions with groups, of which only the bias is"
    " seen, and for 3-D pools and transposed convolutions; relu, sigmoid and tanh count for"
    " nothing. Keras 2 fused its batch norms, and this number lacks them there.",
)

PRESETS = (KERAS,)
