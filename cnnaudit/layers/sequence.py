"""Layers of sequences: a feature map of ``(steps, features)`` is read step by step."""

from functools import partial

from cnnaudit.errors import Problem
from cnnaudit.layers.geometry import Windows, everything
from cnnaudit.layers.kind import (
    Attributes,
    Field,
    Kind,
    Shape,
    Shapes,
    Type,
    Weight,
    Work,
)
from cnnaudit.text import shape_text

_UNITS = Field("units", Type.WHOLE, "size of the state")
_BIAS = Field("bias", Type.FLAG, "learned addends", True)
_SEQUENCES = Field("sequences", Type.FLAG, "the state of every step, not only the last", False)
_RESET_AFTER = Field(
    "reset_after", Type.FLAG, "the reset gate works on the product, which has its own bias", True
)

#: Dot products per unit and step: one, or one for each gate and the candidate.
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def _embedding_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*inputs[0], attributes["size"])


def _embedding_weights(_inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    return (Weight("embeddings", (attributes["vocabulary"], attributes["size"])),)


def _fault(inputs: Shapes, _attributes: Attributes) -> Problem | None:
    if len(inputs[0]) == 2:
        return None
    return Problem(
        "invalid-input",
        f"a recurrent layer reads steps × features, and its input is {shape_text(inputs[0])}",
    )


def _output(inputs: Shapes, attributes: Attributes) -> Shape:
    units = attributes["units"]
    return (inputs[0][0], units) if attributes["sequences"] else (units,)


def _windows(entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    if attributes["sequences"]:
        return "a state sees all steps before it"
    return tuple(map(everything, entering[:-1]))


def _weights(gates: int, inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    units = attributes["units"]
    width = gates * units
    kernels = (
        Weight("kernel", (inputs[0][-1], width)),
        Weight("recurrent_kernel", (units, width)),
    )
    if not attributes["bias"]:
        return kernels
    biases = (2, width) if attributes.get("reset_after") else (width,)
    return (*kernels, Weight("bias", biases))


def _work(gates: int, inputs: Shapes, attributes: Attributes, _output: Shape) -> Work:
    steps, features = inputs[0]
    width = gates * attributes["units"]
    macs = steps * width * (features + attributes["units"])
    return Work(macs=macs, bias_adds=steps * width * attributes["bias"])


def _recurrent(name: str, doc: str, *extra: Field) -> Kind:
    gates = GATES[name]
    return Kind(
        name,
        "recurrent",
        f"{doc} MACs: steps × {gates} × units × (features + units); what happens to single elements"
        " is not counted.",
        _output,
        "units",
        (_UNITS, _SEQUENCES, _BIAS, *extra),
        partial(_weights, gates),
        partial(_work, gates),
        _fault,
        windows=_windows,
    )


KINDS = (
    Kind(
        "embedding",
        "embedding",
        "A learned vector for each word of a vocabulary; looking it up computes nothing.",
        _embedding_output,
        "size",
        (
            Field("size", Type.WHOLE, "length of the vectors"),
            Field("vocabulary", Type.WHOLE, "how many words there are"),
        ),
        _embedding_weights,
    ),
    _recurrent("rnn", "Simple recurrent layer (Elman 1990)."),
    _recurrent("lstm", "Long short-term memory (Hochreiter & Schmidhuber 1997), four gates."),
    _recurrent("gru", "Gated recurrent unit (Cho et al. 2014), three gates.", _RESET_AFTER),
)
