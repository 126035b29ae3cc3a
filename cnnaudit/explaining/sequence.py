"""How layers of sequences explain themselves."""

from cnnaudit.explaining.formula import Effort, Explainer, Learned, times
from cnnaudit.layers.kind import Attributes, Shape, Shapes
from cnnaudit.layers.sequence import GATES


def _embedding(_inputs: Shapes, attributes: Attributes) -> Learned:
    return Learned(times(attributes["vocabulary"], attributes["size"]))


def _recurrent(gates: int) -> Explainer:
    """Each gate reads the features of a step and the state before it."""

    def weights(inputs: Shapes, attributes: Attributes) -> Learned:
        units = attributes["units"]
        width = times(gates, units)
        kernels = f"({inputs[0][-1]} + {units})·{width}"
        if not attributes["bias"]:
            return Learned(kernels)
        return Learned(f"{kernels} + {'2·' if attributes.get('reset_after') else ''}{width}")

    def effort(inputs: Shapes, attributes: Attributes, _output: Shape) -> Effort:
        steps, features = inputs[0]
        width = times(steps, gates, attributes["units"])
        macs = f"{width}·({features} + {attributes['units']})"
        return Effort(macs, width if attributes["bias"] else "")

    return Explainer(weights=weights, effort=effort)


EXPLAINERS = {
    "embedding": Explainer(weights=_embedding),
    **{name: _recurrent(gates) for name, gates in GATES.items()},
}
