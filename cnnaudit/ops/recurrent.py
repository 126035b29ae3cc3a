"""Layers of sequences: a feature map of ``(steps, features)`` is read step by step."""

from functools import partial

from cnnaudit.errors import Problem
from cnnaudit.formatting import shape_text
from cnnaudit.ops.conv_arithmetic import spatial
from cnnaudit.ops.formula import Formulas, times
from cnnaudit.ops.op import (
    Attributes,
    Cost,
    Field,
    FieldType,
    Op,
    OpContext,
    SavedTensors,
    Shape,
    Shapes,
    Weight,
    saves_input,
)
from cnnaudit.ops.windows import Unknown, Windows, global_window

_UNITS = Field("units", FieldType.WHOLE, "size of the state")
_BIAS = Field("bias", FieldType.FLAG, "learned addends", True)
_SEQUENCES = Field("sequences", FieldType.FLAG, "the state of every step, not only the last", False)
_RESET_AFTER = Field(
    "reset_after",
    FieldType.FLAG,
    "the reset gate works on the product, which has its own bias",
    True,
)


def _embedding_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*inputs[0], attributes["size"])


def _embedding_weights(_inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    return (Weight("embeddings", (attributes["vocabulary"], attributes["size"])),)


def _validate(inputs: Shapes, _attributes: Attributes) -> Problem | None:
    if len(inputs[0]) == 2:
        return None
    return Problem(
        "invalid-input",
        f"a recurrent layer reads steps × features, and its input is {shape_text(inputs[0])}",
    )


def _output(inputs: Shapes, attributes: Attributes) -> Shape:
    units = attributes["units"]
    return (inputs[0][0], units) if attributes["sequences"] else (units,)


def _windows(input_shape: Shape, attributes: Attributes, _output: Shape) -> Windows:
    if attributes["sequences"]:
        return Unknown("a state sees all steps before it")
    return tuple(map(global_window, spatial(input_shape)))


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


def _cost(gates: int, inputs: Shapes, attributes: Attributes, _output: Shape) -> Cost:
    steps, features = inputs[0]
    width = gates * attributes["units"]
    macs = steps * width * (features + attributes["units"])
    return Cost(macs=macs, bias_adds=steps * width * attributes["bias"])


def _formulas(gates: int, inputs: Shapes, attributes: Attributes, _output: Shape) -> Formulas:
    """Each gate reads the features of a step and the state before it."""
    (steps, features), units = inputs[0], attributes["units"]
    width, all_steps = times(gates, units), times(steps, gates, units)
    weights, macs = f"({features} + {units})·{width}", f"{all_steps}·({features} + {units})"
    if not attributes["bias"]:
        return Formulas(weights=weights, macs=macs)
    biases = f"{'2·' if attributes.get('reset_after') else ''}{width}"
    return Formulas(weights=f"{weights} + {biases}", macs=macs, bias_adds=all_steps)


def _saved(tensors: int, context: OpContext) -> SavedTensors:
    """Gates and states of every step (backpropagation through time); not measured."""
    steps = context.inputs[0][0]
    return SavedTensors(inputs=(0,), values=steps * context.attributes["units"] * tensors)


def _recurrent(name: str, doc: str, *extra: Field, gates: int, saved: int) -> Op:
    """A recurrent layer of ``gates`` dot products per unit and step, the candidate included.

    ``saved`` are the gates and states of a step that backward reads.
    """
    return Op(
        name=name,
        family="recurrent",
        doc=f"{doc} MACs: steps × {gates} × units × (features + units); what happens to single"
        " elements is not counted.",
        principal="units",
        fields=(_UNITS, _SEQUENCES, _BIAS, *extra),
        validate=_validate,
        output_shape=_output,
        weights=partial(_weights, gates),
        cost=partial(_cost, gates),
        windows=_windows,
        saved=partial(_saved, saved),
        formulas=partial(_formulas, gates),
        symbols={
            "weights": "(c + u)·z·u + b·z·u",
            "macs": "t·z·u·(c + u)",
            "bias_adds": "t·z·u",
        },
    )


OPERATIONS = (
    Op(
        name="embedding",
        family="embedding",
        doc="A learned vector for each word of a vocabulary; looking it up computes nothing.",
        principal="size",
        fields=(
            Field("size", FieldType.WHOLE, "length of the vectors"),
            Field("vocabulary", FieldType.WHOLE, "how many words there are"),
        ),
        output_shape=_embedding_output,
        weights=_embedding_weights,
        symbols={"weights": "v·u"},
        saved=saves_input,
    ),
    _recurrent("rnn", "Simple recurrent layer (Elman 1990).", gates=1, saved=1),
    _recurrent(
        "lstm",
        "Long short-term memory (Hochreiter & Schmidhuber 1997), four gates.",
        gates=4,
        saved=6,
    ),
    _recurrent(
        "gru",
        "Gated recurrent unit (Cho et al. 2014), three gates.",
        _RESET_AFTER,
        gates=3,
        saved=4,
    ),
)
