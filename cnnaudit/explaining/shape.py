"""How layers that move values explain themselves."""

from cnnaudit.explaining.formula import (
    Account,
    Effort,
    Explainer,
    Formula,
    Learned,
    each,
    sized,
    times,
)
from cnnaudit.layers.axes import axis_names
from cnnaudit.layers.kind import Attributes, Shape, Shapes
from cnnaudit.layers.windows import spatial


def _flatten(inputs: Shapes, _attributes: Attributes, output: Shape) -> Account:
    return Account((Formula("output", times(*inputs[0]), output[0], "length"),))


def _reshape(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    """The open size is what is left for it."""
    names = (*axis_names(len(output) - 1), "channels")
    known = times(*(size for size in attributes["shape"] if size != -1))
    return Account(
        tuple(
            Formula("output", f"{times(*inputs[0])}/({known})", size, name)
            for written, size, name in zip(attributes["shape"], output, names, strict=True)
            if written == -1
        )
    )


def _pad(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    sides = zip(spatial(inputs[0]), attributes["amounts"], strict=True)
    return Account(sized(output, [f"{n} + {before} + {after}" for n, (before, after) in sides]))


def _crop(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    sides = zip(spatial(inputs[0]), attributes["amounts"], strict=True)
    return Account(sized(output, [f"{n} − {before} − {after}" for n, (before, after) in sides]))


def _upsample(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    pairs = zip(spatial(inputs[0]), attributes["factor"], strict=True)
    return Account(sized(output, [times(*pair) for pair in pairs]))


def _resize(_inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    return Account(sized(output, [str(size) for size in attributes["size"]]))


def _resampled(inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    """A product for each neighbour and the additions between them; copies cost nothing."""
    neighbours = {"nearest": 0, "linear": 2, "cubic": 4}[attributes["mode"]]
    if not neighbours:
        return Effort()
    reads = times(*(neighbours,) * (len(inputs[0]) - 1))
    return Effort(elementwise_ops=f"(2·{reads} − 1)·{times(*output)}")


def _slice(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    shape, (start, stop) = inputs[0], attributes["range"]
    axis = attributes["axis"] % len(shape)
    size = shape[axis]
    name = (*axis_names(len(shape) - 1), "channels")[axis]
    first, end = start + size * (start < 0), stop + size * (stop < 0)
    return Account((Formula("output", f"{end} − {first}", output[axis], name),))


def _scale_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    return Learned(str(inputs[0][-1]) if attributes["learned"] else "")


def _scale(_inputs: Shapes, _attributes: Attributes, output: Shape) -> Effort:
    return Effort(elementwise_ops=each(1, output))


def _rescale(_inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    steps = (attributes["factor"] != 1) + (attributes["offset"] != 0)
    return Effort(elementwise_ops=each(steps, output))


EXPLAINERS = {
    "flatten": Explainer(_flatten),
    "reshape": Explainer(_reshape),
    "permute": Explainer(),
    "pad": Explainer(_pad),
    "crop": Explainer(_crop),
    "upsample": Explainer(_upsample, effort=_resampled),
    "resize": Explainer(_resize, effort=_resampled),
    "slice": Explainer(_slice),
    "channel_shuffle": Explainer(),
    "scale": Explainer(weights=_scale_weights, effort=_scale),
    "rescale": Explainer(effort=_rescale),
    "identity": Explainer(),
}
