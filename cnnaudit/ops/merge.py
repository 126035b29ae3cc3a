"""Merges: several inputs become one."""

from functools import partial
from math import prod

from cnnaudit.errors import Problem
from cnnaudit.ops.formula import Formula, Formulas, axis_names, per_element, times
from cnnaudit.ops.frameworks import Framework
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
    saves_nothing,
)
from cnnaudit.ops.windows import ONE, Unknown, Windows, global_window


def _all_equal(shapes: Shapes) -> bool:
    """Whether all are the same; compared, not hashed, which arrays of variants cannot be."""
    return all(shape == shapes[0] for shape in shapes[1:])


def _validate_add(inputs: Shapes, attributes: Attributes) -> Problem | None:
    if attributes.get("broadcast"):
        return _validate_broadcast("added", inputs, attributes)
    if _all_equal(inputs):
        return None
    return Problem(
        "merge-mismatch",
        "these cannot be added: their shapes differ",
        "give the branches the same filters and the same total stride",
    )


def _add_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return _multiply_output(inputs, attributes) if attributes.get("broadcast") else inputs[0]


def _fill_defaults(attributes: Attributes, _framework: Framework) -> Attributes:
    """Drop ``broadcast: false``, the default, from the attributes."""
    return {"broadcast": True} if attributes["broadcast"] else {}


def _aligned(inputs: Shapes, attributes: Attributes) -> Shapes:
    """The inputs with as many axes as the longest, sizes of 1 put before, if they broadcast."""
    rank = max(map(len, inputs))
    if not attributes.get("broadcast"):
        return inputs
    return tuple((1,) * (rank - len(shape)) + shape for shape in inputs)


def _broadcast(sizes: tuple[int, ...]) -> int | None:
    """The common size of one axis, 1 standing for any; None if there is none."""
    wide = [size for size in sizes if size != 1]
    return (wide[0] if wide else 1) if _all_equal(tuple((size,) for size in wide)) else None


def _multiply_output(inputs: Shapes, attributes: Attributes) -> Shape:
    inputs = _aligned(inputs, attributes)
    return tuple(_broadcast(sizes) or 0 for sizes in zip(*inputs, strict=True))


def _validate_broadcast(done: str, inputs: Shapes, attributes: Attributes) -> Problem | None:
    inputs = _aligned(inputs, attributes)
    ranks = {len(shape) for shape in inputs}
    if len(ranks) == 1 and all(_broadcast(sizes) for sizes in zip(*inputs, strict=True)):
        return None
    return Problem(
        "merge-mismatch",
        f"these cannot be {done}: their shapes differ in an axis where neither has size 1",
        "give the branches the same shape, or 1x1xC to one of them (a global pool keeps 1x1)",
    )


def _axis(attributes: Attributes, rank: int) -> int:
    axis: int = attributes["axis"]
    return axis % rank


def _validate_concat(inputs: Shapes, attributes: Attributes) -> Problem | None:
    ranks = {len(shape) for shape in inputs}
    rank = len(inputs[0])
    if len(ranks) > 1:
        return Problem(
            "merge-mismatch",
            "these cannot be concatenated: their numbers of axes differ",
            "flatten all of them, or none",
        )
    if not -rank <= attributes["axis"] < rank:
        return Problem(
            "invalid-input",
            f"axis {attributes['axis']} does not exist in an input of {rank} axes",
            "axes count from 0 without the batch; -1 is the channels",
        )
    axis = _axis(attributes, rank)
    if _all_equal(tuple(shape[:axis] + shape[axis + 1 :] for shape in inputs)):
        return None
    where = "their heights or widths differ" if axis == rank - 1 else "their other axes differ"
    return Problem(
        "merge-mismatch",
        f"these cannot be concatenated: {where}",
        "give the branches the same padding and total stride",
    )


def _concat_output(inputs: Shapes, attributes: Attributes) -> Shape:
    first, axis = inputs[0], _axis(attributes, len(inputs[0]))
    total = sum(shape[axis] for shape in inputs)
    return (*first[:axis], total, *first[axis + 1 :])


def _concat_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    axis = _axis(attributes, len(output))
    name = (*axis_names(len(output) - 1), "channels")[axis]
    expression = " + ".join(str(shape[axis]) for shape in inputs)
    return Formulas(output=(Formula("output", expression, output[axis], name),))


def _cost(inputs: Shapes, _attributes: Attributes, output: Shape) -> Cost:
    """One operation less than there are inputs."""
    return Cost(elementwise_ops=(len(inputs) - 1) * prod(output))


def _formulas(inputs: Shapes, _attributes: Attributes, output: Shape) -> Formulas:
    return Formulas(elementwise_ops=f"({len(inputs)} − 1)·{times(*output)}")


def _average_cost(inputs: Shapes, _attributes: Attributes, output: Shape) -> Cost:
    return Cost(elementwise_ops=len(inputs) * prod(output))


def _average_formulas(inputs: Shapes, _attributes: Attributes, output: Shape) -> Formulas:
    return Formulas(elementwise_ops=per_element(len(inputs), output))


def _windows(input_shape: Shape, _attributes: Attributes, output: Shape) -> Windows:
    """Position by position; a repeated axis is read from everywhere, axes align at their ends."""
    missing = len(output) - len(input_shape)
    return tuple(
        global_window(1) if size == 1 != wide else ONE._replace(axis=axis + missing)
        for axis, (size, wide) in enumerate(zip(input_shape[:-1], output[missing:-1], strict=True))
    )


def _concat_windows(input_shape: Shape, attributes: Attributes, output: Shape) -> Windows:
    if _axis(attributes, len(output)) != len(output) - 1:
        return Unknown("inputs are joined along an axis of positions")
    return (ONE,) * (len(input_shape) - 1)


def _multiply_saved(context: OpContext) -> SavedTensors:
    """Each factor that another one's gradient needs; from the third factor on, partial products."""
    wanted = sum(context.gradients)
    factors = (i for i, own in enumerate(context.gradients) if wanted - own)
    partial_products = max(len(context.inputs) - 2, 0) * prod(context.output)
    return SavedTensors(inputs=tuple(factors), values=partial_products)


_merge = partial(Op, family="merge", merges=True, windows=_windows)
_arithmetic = partial(
    _merge,
    fields=(
        Field("broadcast", FieldType.FLAG, "repeat axes that are missing or of size 1", False),
    ),
    fill_defaults=_fill_defaults,
    output_shape=_multiply_output,
    cost=_cost,
    formulas=_formulas,
    symbols={"elementwise_ops": "(i − 1)·e"},
)

OPERATIONS = (
    _arithmetic(
        name="add",
        doc="Sum of inputs of one shape: inputs − 1 operations per element.",
        validate=_validate_add,
        output_shape=_add_output,
        in_place=True,
        saved=saves_nothing,
    ),
    _arithmetic(
        name="multiply",
        doc="Product of inputs; an axis of size 1 is repeated. Inputs − 1 operations per element.",
        validate=partial(_validate_broadcast, "multiplied"),
        in_place=True,
        saved=_multiply_saved,
    ),
    _merge(
        name="concat",
        doc="Inputs one behind the other along an axis, the channels unless another is written.",
        fields=(Field("axis", FieldType.AXIS, "axis that grows", -1),),
        validate=_validate_concat,
        output_shape=_concat_output,
        windows=_concat_windows,
        saved=saves_nothing,
        formulas=_concat_formulas,
    ),
    _arithmetic(
        name="subtract",
        doc="The first input less the others: inputs − 1 operations.",
        validate=partial(_validate_broadcast, "subtracted"),
        in_place=True,
        saved=saves_nothing,
    ),
    _arithmetic(
        name="divide",
        doc="The first input divided by the others: inputs − 1 operations.",
        validate=partial(_validate_broadcast, "divided"),
    ),
    _arithmetic(
        name="average",
        doc="Mean of inputs, element by element: one operation per input and element.",
        validate=partial(_validate_broadcast, "averaged"),
        cost=_average_cost,
        in_place=True,
        saved=saves_nothing,
        formulas=_average_formulas,
        symbols={"elementwise_ops": "i·e"},
    ),
    _arithmetic(
        name="maximum",
        doc="The largest of the inputs at each element: inputs − 1 operations.",
        validate=partial(_validate_broadcast, "compared"),
    ),
    _arithmetic(
        name="minimum",
        doc="The least of the inputs at each element: inputs − 1 operations.",
        validate=partial(_validate_broadcast, "compared"),
    ),
)
