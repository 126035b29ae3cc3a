"""How merges explain themselves."""

from cnnaudit.explaining.formula import Account, Effort, Explainer, Formula, each, times
from cnnaudit.layers.axes import axis_names
from cnnaudit.layers.kind import Attributes, Shape, Shapes
from cnnaudit.layers.table import KINDS


def _concat_output(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    axis = attributes["axis"] % len(output)
    name = (*axis_names(len(output) - 1), "channels")[axis]
    expression = " + ".join(str(shape[axis]) for shape in inputs)
    return Account((Formula("output", expression, output[axis], name),))


def _others(inputs: Shapes, _attributes: Attributes, output: Shape) -> Effort:
    """One operation less than there are inputs."""
    return Effort(elementwise_ops=f"({len(inputs)} − 1)·{times(*output)}")


def _mean(inputs: Shapes, _attributes: Attributes, output: Shape) -> Effort:
    return Effort(elementwise_ops=each(len(inputs), output))


_MERGES = [name for name, kind in KINDS.items() if kind.merges]

EXPLAINERS = {
    **{name: Explainer(effort=_others) for name in _MERGES},
    "concat": Explainer(_concat_output),
    "average": Explainer(effort=_mean),
}
