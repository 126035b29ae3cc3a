"""Feature maps brought to another resolution, by copies or by interpolation."""

from math import gcd, prod

from cnnaudit.errors import Problem
from cnnaudit.ops.conv_arithmetic import spatial
from cnnaudit.ops.formula import Formulas, size_formulas, times
from cnnaudit.ops.op import (
    Attributes,
    Cost,
    Field,
    FieldType,
    Op,
    Shape,
    Shapes,
    saves_nothing,
)
from cnnaudit.ops.windows import MAX_PERIOD, Unknown, Windows, interpolated_window

#: Cells that a new value is weighed from along each axis; 0 for a copy.
_NEIGHBOURS = {"nearest": 0, "linear": 2, "cubic": 4}


def _validate(inputs: Shapes, _attributes: Attributes) -> Problem | None:
    if len(inputs[0]) >= 2:
        return None
    return Problem("invalid-input", "a vector has no height or width", "put it before `flatten`")


def _upsample_output(inputs: Shapes, attributes: Attributes) -> Shape:
    sizes = zip(spatial(inputs[0]), attributes["factor"], strict=True)
    return (*(n * factor for n, factor in sizes), inputs[0][-1])


def _resize_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*attributes["size"], inputs[0][-1])


def _windows(input_shape: Shape, attributes: Attributes, output: Shape) -> Windows:
    sizes = list(zip(spatial(input_shape), spatial(output), strict=True))
    if any(count // gcd(size, count) > MAX_PERIOD for size, count in sizes):
        return Unknown("its pattern of windows is too long to follow")
    return tuple(interpolated_window(size, count, attributes["mode"]) for size, count in sizes)


def _cost(inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    """A product for each neighbour and the additions between them; copies cost nothing."""
    reads = _NEIGHBOURS[attributes["mode"]] ** (len(inputs[0]) - 1)
    return Cost(elementwise_ops=max(2 * reads - 1, 0) * prod(output))


def _cost_formula(attributes: Attributes, output: Shape) -> str:
    neighbours = _NEIGHBOURS[attributes["mode"]]
    reads = times(*(neighbours,) * (len(output) - 1))
    return f"(2·{reads} − 1)·{times(*output)}" if neighbours else ""


def _upsample_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    pairs = zip(spatial(inputs[0]), attributes["factor"], strict=True)
    sizes = size_formulas(output, [times(*pair) for pair in pairs], "n·r")
    return Formulas(output=sizes, elementwise_ops=_cost_formula(attributes, output))


def _resize_formulas(_inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    sizes = size_formulas(output, map(str, attributes["size"]))
    return Formulas(output=sizes, elementwise_ops=_cost_formula(attributes, output))


_SYMBOLS = {"elementwise_ops": "(2·w − 1)·e"}


def _mode(default: str) -> Field:
    return Field("mode", FieldType.CHOICE, "how new values come about", default, tuple(_NEIGHBOURS))


OPERATIONS = (
    Op(
        name="upsample",
        family="shape",
        doc="A larger feature map: nearest copies; linear weighs 2 neighbours an axis, cubic 4"
        " (2 × neighbours − 1 operations per element).",
        principal="factor",
        fields=(Field("factor", FieldType.AXES, "how many times larger"), _mode("nearest")),
        validate=_validate,
        output_shape=_upsample_output,
        cost=_cost,
        windows=_windows,
        saved=saves_nothing,
        formulas=_upsample_formulas,
        symbols=_SYMBOLS,
    ),
    Op(
        name="resize",
        family="shape",
        doc="A feature map brought to a given size, by the same rules and counts as `upsample`.",
        principal="size",
        fields=(Field("size", FieldType.AXES, "output size"), _mode("linear")),
        validate=_validate,
        output_shape=_resize_output,
        cost=_cost,
        windows=_windows,
        saved=saves_nothing,
        formulas=_resize_formulas,
        symbols=_SYMBOLS,
    ),
)
