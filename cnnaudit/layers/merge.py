"""Merges: several inputs become one."""

from functools import partial

from cnnaudit.errors import Problem
from cnnaudit.layers.frameworks import Framework
from cnnaudit.layers.geometry import ONE, Windows, everything
from cnnaudit.layers.kind import Attributes, Field, Kind, Shape, Shapes, Type, Work, product


def _alike(shapes: Shapes) -> bool:
    """Whether all are the same; compared, not hashed, which arrays of variants cannot be."""
    return all(shape == shapes[0] for shape in shapes[1:])


def _add_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    if attributes.get("broadcast"):
        return _broadcast_fault("added", inputs, attributes)
    if _alike(inputs):
        return None
    return Problem(
        "merge-mismatch",
        "these cannot be added: their shapes differ",
        "give the branches the same filters and the same total stride",
    )


def _add_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return _multiply_output(inputs, attributes) if attributes.get("broadcast") else inputs[0]


def _complete(attributes: Attributes, _framework: Framework) -> Attributes:
    """That shapes must fit goes without saying."""
    return {"broadcast": True} if attributes["broadcast"] else {}


def _aligned(inputs: Shapes, attributes: Attributes) -> Shapes:
    """The inputs with as many axes as the longest, sizes of 1 put before, where that is asked."""
    rank = max(map(len, inputs))
    if not attributes.get("broadcast"):
        return inputs
    return tuple((1,) * (rank - len(shape)) + shape for shape in inputs)


def _broadcast(sizes: tuple[int, ...]) -> int | None:
    """The common size of one axis where 1 stands for any; None where there is none."""
    wide = [size for size in sizes if size != 1]
    return (wide[0] if wide else 1) if _alike(tuple((size,) for size in wide)) else None


def _multiply_output(inputs: Shapes, attributes: Attributes) -> Shape:
    inputs = _aligned(inputs, attributes)
    return tuple(_broadcast(sizes) or 0 for sizes in zip(*inputs, strict=True))


def _broadcast_fault(done: str, inputs: Shapes, attributes: Attributes) -> Problem | None:
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


def _concat_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
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
    if _alike(tuple(shape[:axis] + shape[axis + 1 :] for shape in inputs)):
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


def _each(inputs: Shapes, _attributes: Attributes, output: Shape) -> Work:
    return Work(elementwise_ops=(len(inputs) - 1) * product(output))


def _average_work(inputs: Shapes, _attributes: Attributes, output: Shape) -> Work:
    return Work(elementwise_ops=len(inputs) * product(output))


def _windows(entering: Shape, _attributes: Attributes, output: Shape) -> Windows:
    """Position by position; an axis that is repeated is seen from everywhere, axes align behind."""
    missing = len(output) - len(entering)
    return tuple(
        everything(1) if size == 1 != wide else ONE._replace(axis=axis + missing)
        for axis, (size, wide) in enumerate(zip(entering[:-1], output[missing:-1], strict=True))
    )


def _concat_windows(entering: Shape, attributes: Attributes, output: Shape) -> Windows:
    if _axis(attributes, len(output)) != len(output) - 1:
        return "inputs are joined along an axis of positions"
    return (ONE,) * (len(entering) - 1)


_BROADCAST = Field("broadcast", Type.FLAG, "repeat axes that are missing or of size 1", False)

_merge = partial(Kind, family="merge", merges=True, windows=_windows)
_arithmetic = partial(
    _merge,
    output=_multiply_output,
    fields=(_BROADCAST,),
    work=_each,
    fault=partial(_broadcast_fault, "multiplied"),
    complete=_complete,
)

KINDS = (
    _arithmetic(
        "add",
        doc="Sum of inputs of one shape: inputs − 1 operations per element.",
        output=_add_output,
        fault=_add_fault,
    ),
    _arithmetic(
        "multiply",
        doc="Product of inputs; an axis of size 1 is repeated. Inputs − 1 operations per element.",
    ),
    _merge(
        "concat",
        doc="Inputs one behind the other along an axis, the channels unless another is written.",
        output=_concat_output,
        fields=(Field("axis", Type.AXIS, "axis that grows", -1),),
        fault=_concat_fault,
        windows=_concat_windows,
    ),
    _arithmetic(
        "subtract",
        fault=partial(_broadcast_fault, "subtracted"),
        doc="The first input less the others: inputs − 1 operations.",
    ),
    _arithmetic(
        "divide",
        fault=partial(_broadcast_fault, "divided"),
        doc="The first input divided by the others: inputs − 1 operations.",
    ),
    _arithmetic(
        "average",
        doc="Mean of inputs, element by element: one operation per input and element.",
        work=_average_work,
        fault=partial(_broadcast_fault, "averaged"),
    ),
    _arithmetic(
        "maximum",
        fault=partial(_broadcast_fault, "compared"),
        doc="The largest of the inputs at each element: inputs − 1 operations.",
    ),
    _arithmetic(
        "minimum",
        fault=partial(_broadcast_fault, "compared"),
        doc="The least of the inputs at each element: inputs − 1 operations.",
    ),
)
