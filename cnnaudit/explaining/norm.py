"""How normalisations explain themselves."""

from cnnaudit.explaining.formula import Effort, Explainer, Learned, each, times
from cnnaudit.layers.kind import Attributes, Shape, Shapes


def _axes(shape: Shape, attributes: Attributes) -> Shape:
    """The sizes of the axes that have weights of their own."""
    axis = attributes["axis"]
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(shape[a] for a in sorted({a % len(shape) for a in axes}))


def _affine(attributes: Attributes, shape: Shape) -> str:
    """A factor and an addend for each."""
    count = attributes["scale"] + attributes["center"]
    return times(count, *shape) if count else ""


def _batch_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    channels = (inputs[0][attributes.get("axis", -1)],)
    return Learned(_affine(attributes, channels), times(2, *channels))


def _pair_effort(_inputs: Shapes, _attributes: Attributes, output: Shape) -> Effort:
    """At inference a factor and an addend."""
    return Effort(elementwise_ops=each(2, output))


def _layer_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    return Learned(_affine(attributes, _axes(inputs[0], attributes)))


def _group_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    return Learned(_affine(attributes, (inputs[0][-1],)))


def _standard_effort(_inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    """Mean, difference, square, its mean, division; then factor and addend."""
    affine = attributes["scale"] + attributes["center"]
    return Effort(elementwise_ops=f"(5 + {affine})·{times(*output)}")


def _rms_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    return Learned(times(*_axes(inputs[0], attributes)) if attributes["scale"] else "")


def _rms_effort(_inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    """Square, its mean, division; then the factor."""
    return Effort(elementwise_ops=f"(3 + {int(attributes['scale'])})·{times(*output)}")


def _standardize_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    """A mean and a variance each, and how much data they come from."""
    if not attributes["measured"]:
        return Learned()
    kept = () if attributes["overall"] else _axes(inputs[0], attributes)
    return Learned(statistics=f"2·{times(*kept)} + 1")


def _lrn_effort(_inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    """The neighbours' sum; square, factor, addend, power and division less one addition."""
    return Effort(elementwise_ops=f"({attributes['size']} + 4)·{times(*output)}")


EXPLAINERS = {
    "batch_norm": Explainer(weights=_batch_weights, effort=_pair_effort),
    "layer_norm": Explainer(weights=_layer_weights, effort=_standard_effort),
    "group_norm": Explainer(weights=_group_weights, effort=_standard_effort),
    "rms_norm": Explainer(weights=_rms_weights, effort=_rms_effort),
    "standardize": Explainer(weights=_standardize_weights, effort=_pair_effort),
    "lrn": Explainer(effort=_lrn_effort),
}
