"""Operations that move values without computing: their order, place and number change."""

from math import prod

from cnnaudit.errors import Problem
from cnnaudit.formatting import shape_text
from cnnaudit.ops.conv_arithmetic import spatial
from cnnaudit.ops.formula import Formula, Formulas, axis_names, size_formulas, times
from cnnaudit.ops.op import (
    Attributes,
    Field,
    FieldType,
    Op,
    OpContext,
    SavedTensors,
    Shape,
    Shapes,
    Trait,
    saves_input,
    saves_nothing,
)
from cnnaudit.ops.windows import ONE, Unknown, Windows, global_window, offset_window

_MOVES: frozenset[Trait] = frozenset({"moves values"})
_RESHAPES: frozenset[Trait] = frozenset({"moves values", "reshapes"})

# The same values in other sizes ------------------------------------------------------------------


def _flatten_output(inputs: Shapes, _attributes: Attributes) -> Shape:
    return (prod(inputs[0]),)


def _flatten_formulas(inputs: Shapes, _attributes: Attributes, output: Shape) -> Formulas:
    return Formulas(output=(Formula("output", times(*inputs[0]), output[0], "length", "{n}·c"),))


def _flatten_windows(input_shape: Shape, _attributes: Attributes, _output: Shape) -> Windows:
    return tuple(map(global_window, spatial(input_shape)))


def _validate_reshape(inputs: Shapes, attributes: Attributes) -> Problem | None:
    shape, size = attributes["shape"], prod(inputs[0])
    written = prod(n for n in shape if n != -1)
    open_axes = shape.count(-1)
    if open_axes <= 1 and (size % written == 0 if open_axes else size == written):
        return None
    return Problem(
        "invalid-input",
        f"{size:,} values ({shape_text(inputs[0])}) cannot be reshaped to {shape_text(shape)}",
        "the sizes must multiply to the same number; one of them may be -1",
    )


def _reshape_output(inputs: Shapes, attributes: Attributes) -> Shape:
    shape: Shape = attributes["shape"]
    written = prod(size for size in shape if size != -1)
    return tuple(prod(inputs[0]) // written if size == -1 else size for size in shape)


def _reshape_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    """The open size is what the written ones leave for it."""
    names = (*axis_names(len(output) - 1), "channels")
    written = times(*(size for size in attributes["shape"] if size != -1))
    return Formulas(
        output=tuple(
            Formula("output", f"{times(*inputs[0])}/({written})", size, name)
            for given, size, name in zip(attributes["shape"], output, names, strict=True)
            if given == -1
        )
    )


def _reshape_windows(input_shape: Shape, attributes: Attributes, output: Shape) -> Windows:
    """Windows are stated if positions stay as they are, or become one."""
    if prod(spatial(output)) == 1:
        return _flatten_windows(input_shape, attributes, output)
    sizes = spatial(input_shape)
    if len(output) > len(sizes) and output[: len(sizes)] == sizes:
        return (ONE,) * len(sizes)
    return Unknown("a reshape mixes positions")


# The axes in another order -----------------------------------------------------------------------


def _validate_permute(inputs: Shapes, attributes: Attributes) -> Problem | None:
    rank = len(inputs[0])
    if sorted(attributes["order"]) == list(range(rank)):
        return None
    return Problem(
        "invalid-input",
        f"an order of {rank} axes names each of 0 to {rank - 1} once",
        f"[{', '.join(map(str, range(rank)))}] changes nothing",
    )


def _permute_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return tuple(inputs[0][axis] for axis in attributes["order"])


def _permute_windows(input_shape: Shape, attributes: Attributes, _output: Shape) -> Windows:
    order = attributes["order"]
    channels = len(input_shape) - 1
    if order[-1] != channels:
        return Unknown("a permutation exchanges positions and channels")
    return tuple(ONE._replace(axis=order.index(axis)) for axis in range(channels))


# The border of a map -----------------------------------------------------------------------------


def _validate_amounts(inputs: Shapes, _attributes: Attributes) -> Problem | None:
    if len(inputs[0]) >= 2:
        return None
    return Problem("invalid-input", "a vector has no border", "put it before `flatten`")


def _pad_output(inputs: Shapes, attributes: Attributes) -> Shape:
    sizes = zip(spatial(inputs[0]), attributes["amounts"], strict=True)
    return (*(n + before + after for n, (before, after) in sizes), inputs[0][-1])


def _pad_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    sides = zip(spatial(inputs[0]), attributes["amounts"], strict=True)
    sums = [f"{n} + {before} + {after}" for n, (before, after) in sides]
    return Formulas(output=size_formulas(output, sums, "n + p₁ + p₂"))


def _pad_windows(_entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    """As if filled with zeros: a mirrored border reads no cell that its neighbours do not."""
    return tuple(offset_window(-before) for before, _ in attributes["amounts"])


def _pad_saved(context: OpContext) -> SavedTensors:
    zeros = context.attributes["mode"] == "zeros"
    return saves_nothing(context) if zeros else saves_input(context)


def _validate_crop(inputs: Shapes, attributes: Attributes) -> Problem | None:
    problem = _validate_amounts(inputs, attributes)
    if problem or all(n > 0 for n in _crop_output(inputs, attributes)):
        return problem
    return Problem("invalid-input", f"nothing is left of {shape_text(spatial(inputs[0]))}")


def _crop_output(inputs: Shapes, attributes: Attributes) -> Shape:
    sizes = zip(spatial(inputs[0]), attributes["amounts"], strict=True)
    return (*(n - before - after for n, (before, after) in sizes), inputs[0][-1])


def _crop_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    sides = zip(spatial(inputs[0]), attributes["amounts"], strict=True)
    differences = [f"{n} − {before} − {after}" for n, (before, after) in sides]
    return Formulas(output=size_formulas(output, differences, "n − p₁ − p₂"))


def _crop_windows(_entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    return tuple(offset_window(before) for before, _ in attributes["amounts"])


# A stretch of one axis ---------------------------------------------------------------------------


def _slice_bounds(inputs: Shapes, attributes: Attributes) -> tuple[int, int, int]:
    """Axis, first position and the one after the last; a negative bound counts from the end."""
    shape, (start, stop) = inputs[0], attributes["range"]
    axis = attributes["axis"] % len(shape)
    size = shape[axis]
    return axis, start + size * (start < 0), stop + size * (stop < 0)


def _validate_slice(inputs: Shapes, attributes: Attributes) -> Problem | None:
    shape, rank = inputs[0], len(inputs[0])
    if not -rank <= attributes["axis"] < rank:
        return Problem("invalid-input", f"axis {attributes['axis']} does not exist")
    axis, start, stop = _slice_bounds(inputs, attributes)
    if 0 <= start < stop <= shape[axis]:
        return None
    written = list(attributes["range"])
    return Problem(
        "invalid-input",
        f"the range {written} is not inside an axis of size {shape[axis]}",
        "[start, stop] counts from 0, stop excluded; a negative bound counts from the end",
    )


def _slice_output(inputs: Shapes, attributes: Attributes) -> Shape:
    axis, start, stop = _slice_bounds(inputs, attributes)
    return (*inputs[0][:axis], stop - start, *inputs[0][axis + 1 :])


def _slice_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    axis, start, stop = _slice_bounds(inputs, attributes)
    name = (*axis_names(len(inputs[0]) - 1), "channels")[axis]
    return Formulas(output=(Formula("output", f"{stop} − {start}", output[axis], name),))


def _slice_windows(input_shape: Shape, attributes: Attributes, _output: Shape) -> Windows:
    axis, start, _stop = _slice_bounds((input_shape,), attributes)
    return tuple(offset_window(start) if axis == n else ONE for n in range(len(input_shape) - 1))


_AMOUNTS = Field("amounts", FieldType.AMOUNTS, "cells on each side")
_PAD_MODES = ("zeros", "reflect", "replicate")

OPERATIONS = (
    Op(
        name="flatten",
        family="shape",
        doc="All values as one vector.",
        output_shape=_flatten_output,
        windows=_flatten_windows,
        traits=_RESHAPES,
        storage="alias",
        saved=saves_nothing,
        formulas=_flatten_formulas,
    ),
    Op(
        name="reshape",
        family="shape",
        doc="The same values in other sizes.",
        principal="shape",
        fields=(Field("shape", FieldType.SHAPE, "new sizes; one of them may be -1"),),
        validate=_validate_reshape,
        output_shape=_reshape_output,
        windows=_reshape_windows,
        traits=_RESHAPES,
        storage="alias",
        saved=saves_nothing,
        formulas=_reshape_formulas,
    ),
    Op(
        name="permute",
        family="shape",
        doc="The axes in another order.",
        principal="order",
        fields=(Field("order", FieldType.ORDER, "old positions of the new axes, from 0"),),
        validate=_validate_permute,
        output_shape=_permute_output,
        windows=_permute_windows,
        traits=_RESHAPES,
        storage="view",
        saved=saves_nothing,
    ),
    Op(
        name="pad",
        family="shape",
        doc="Cells added around a feature map.",
        principal="amounts",
        fields=(
            _AMOUNTS,
            Field("mode", FieldType.CHOICE, "what the cells hold", "zeros", _PAD_MODES),
        ),
        validate=_validate_amounts,
        output_shape=_pad_output,
        windows=_pad_windows,
        traits=_MOVES,
        saved=_pad_saved,
        formulas=_pad_formulas,
    ),
    Op(
        name="crop",
        family="shape",
        doc="Cells taken away from the border of a feature map.",
        principal="amounts",
        fields=(_AMOUNTS,),
        validate=_validate_crop,
        output_shape=_crop_output,
        windows=_crop_windows,
        traits=_MOVES,
        storage="view",
        saved=saves_nothing,
        formulas=_crop_formulas,
    ),
)

SLICE = Op(
    name="slice",
    family="shape",
    doc="A stretch of one axis, the channels unless another is written.",
    principal="range",
    fields=(
        Field("range", FieldType.RANGE, "first position and the one behind the last"),
        Field("axis", FieldType.AXIS, "axis that is cut", -1),
    ),
    validate=_validate_slice,
    output_shape=_slice_output,
    windows=_slice_windows,
    traits=_MOVES,
    storage="view",
    saved=saves_nothing,
    formulas=_slice_formulas,
)
