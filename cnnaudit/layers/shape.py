"""Operations that move values without computing: their order, place and number change."""

from math import gcd

from cnnaudit.errors import Problem
from cnnaudit.layers.geometry import MAX_PERIOD, ONE, Windows, everything, resampling, shifted
from cnnaudit.layers.kind import (
    Attributes,
    Field,
    Kind,
    Shape,
    Shapes,
    Type,
    Weight,
    Work,
    product,
    same_shape,
)
from cnnaudit.layers.windows import spatial
from cnnaudit.text import shape_text


def _flatten_output(inputs: Shapes, _attributes: Attributes) -> Shape:
    return (product(inputs[0]),)


def _reshape_output(inputs: Shapes, attributes: Attributes) -> Shape:
    shape: Shape = attributes["shape"]
    known = product(tuple(size for size in shape if size != -1))
    return tuple(product(inputs[0]) // known if size == -1 else size for size in shape)


def _flatten_windows(entering: Shape, _attributes: Attributes, _output: Shape) -> Windows:
    return tuple(map(everything, spatial(entering)))


def _reshape_windows(entering: Shape, attributes: Attributes, output: Shape) -> Windows:
    """Known where positions stay as they are, and where they become one."""
    if product(spatial(output)) == 1:
        return _flatten_windows(entering, attributes, output)
    sizes = spatial(entering)
    if len(output) > len(sizes) and output[: len(sizes)] == sizes:
        return (ONE,) * len(sizes)
    return "a reshape mixes positions"


def _reshape_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    shape, size = attributes["shape"], product(inputs[0])
    known = product(tuple(n for n in shape if n != -1))
    open_axes = shape.count(-1)
    if open_axes <= 1 and (size % known == 0 if open_axes else size == known):
        return None
    return Problem(
        "invalid-input",
        f"{size:,} values ({shape_text(inputs[0])}) cannot be reshaped to {shape_text(shape)}",
        "the sizes must multiply to the same number; one of them may be -1",
    )


def _permute_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return tuple(inputs[0][axis] for axis in attributes["order"])


def _permute_windows(entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    order = attributes["order"]
    channels = len(entering) - 1
    if order[-1] != channels:
        return "a permutation exchanges positions and channels"
    return tuple(ONE._replace(axis=order.index(axis)) for axis in range(channels))


def _permute_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    rank = len(inputs[0])
    if sorted(attributes["order"]) == list(range(rank)):
        return None
    return Problem(
        "invalid-input",
        f"an order of {rank} axes names each of 0 to {rank - 1} once",
        f"[{', '.join(map(str, range(rank)))}] changes nothing",
    )


def _amounts_fault(inputs: Shapes, _attributes: Attributes) -> Problem | None:
    if len(inputs[0]) >= 2:
        return None
    return Problem("invalid-input", "a vector has no border", "put it before `flatten`")


def _pad_output(inputs: Shapes, attributes: Attributes) -> Shape:
    sizes = zip(spatial(inputs[0]), attributes["amounts"], strict=True)
    return (*(n + before + after for n, (before, after) in sizes), inputs[0][-1])


def _pad_windows(_entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    """As if filled with zeros: a border that mirrors sees no cell that its neighbours do not."""
    return tuple(shifted(-before) for before, _ in attributes["amounts"])


def _crop_windows(_entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    return tuple(shifted(before) for before, _ in attributes["amounts"])


def _crop_output(inputs: Shapes, attributes: Attributes) -> Shape:
    sizes = zip(spatial(inputs[0]), attributes["amounts"], strict=True)
    return (*(n - before - after for n, (before, after) in sizes), inputs[0][-1])


def _crop_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    problem = _amounts_fault(inputs, attributes)
    if problem or all(n > 0 for n in _crop_output(inputs, attributes)):
        return problem
    return Problem("invalid-input", f"nothing is left of {shape_text(spatial(inputs[0]))}")


def _upsample_output(inputs: Shapes, attributes: Attributes) -> Shape:
    sizes = zip(spatial(inputs[0]), attributes["factor"], strict=True)
    return (*(n * factor for n, factor in sizes), inputs[0][-1])


def _resampled_windows(entering: Shape, attributes: Attributes, output: Shape) -> Windows:
    sizes = list(zip(spatial(entering), spatial(output), strict=True))
    if any(count // gcd(size, count) > MAX_PERIOD for size, count in sizes):
        return "its pattern of windows is too long to follow"
    return tuple(resampling(size, count, attributes["mode"]) for size, count in sizes)


def _upsample_work(inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    """Nearest copies; linear weighs 2 neighbours an axis, cubic 4."""
    neighbours = {"nearest": 0, "linear": 2, "cubic": 4}[attributes["mode"]]
    reads = neighbours ** (len(inputs[0]) - 1)
    return Work(elementwise_ops=max(2 * reads - 1, 0) * product(output))


def _map_fault(inputs: Shapes, _attributes: Attributes) -> Problem | None:
    if len(inputs[0]) >= 2:
        return None
    return Problem("invalid-input", "a vector has no height or width", "put it before `flatten`")


def _slice_bounds(inputs: Shapes, attributes: Attributes) -> tuple[int, int, int]:
    """Axis, first position and the one behind the last; a negative bound counts from the end."""
    shape, (start, stop) = inputs[0], attributes["range"]
    axis = attributes["axis"] % len(shape)
    size = shape[axis]
    return axis, start + size * (start < 0), stop + size * (stop < 0)


def _slice_output(inputs: Shapes, attributes: Attributes) -> Shape:
    axis, start, stop = _slice_bounds(inputs, attributes)
    return (*inputs[0][:axis], stop - start, *inputs[0][axis + 1 :])


def _slice_windows(entering: Shape, attributes: Attributes, _output: Shape) -> Windows:
    axis, start, _stop = _slice_bounds((entering,), attributes)
    return tuple(shifted(start) if axis == n else ONE for n in range(len(entering) - 1))


def _slice_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
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


def _shuffle_fault(inputs: Shapes, attributes: Attributes) -> Problem | None:
    groups, channels = attributes["groups"], inputs[0][-1]
    if channels % groups == 0:
        return None
    return Problem("invalid-input", f"{channels} channels cannot be divided into {groups} groups")


def _scale_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    return (Weight("gamma", (inputs[0][-1],)),) if attributes["learned"] else ()


def _scale_work(_inputs: Shapes, _attributes: Attributes, output: Shape) -> Work:
    return Work(elementwise_ops=product(output))


def _rescale_work(_inputs: Shapes, attributes: Attributes, output: Shape) -> Work:
    steps = (attributes["factor"] != 1) + (attributes["offset"] != 0)
    return Work(elementwise_ops=steps * product(output))


def _resize_output(inputs: Shapes, attributes: Attributes) -> Shape:
    return (*attributes["size"], inputs[0][-1])


_AMOUNTS = Field("amounts", Type.AMOUNTS, "cells on each side")

KINDS = (
    Kind(
        "flatten",
        "shape",
        "All values as one vector.",
        _flatten_output,
        windows=_flatten_windows,
    ),
    Kind(
        "reshape",
        "shape",
        "The same values in other sizes.",
        _reshape_output,
        "shape",
        (Field("shape", Type.SHAPE, "new sizes; one of them may be -1"),),
        fault=_reshape_fault,
        windows=_reshape_windows,
    ),
    Kind(
        "permute",
        "shape",
        "The axes in another order.",
        _permute_output,
        "order",
        (Field("order", Type.ORDER, "old positions of the new axes, from 0"),),
        fault=_permute_fault,
        windows=_permute_windows,
    ),
    Kind(
        "pad",
        "shape",
        "Cells added around a feature map.",
        _pad_output,
        "amounts",
        (
            _AMOUNTS,
            Field(
                "mode",
                Type.CHOICE,
                "what the cells hold",
                "zeros",
                ("zeros", "reflect", "replicate"),
            ),
        ),
        fault=_amounts_fault,
        windows=_pad_windows,
    ),
    Kind(
        "crop",
        "shape",
        "Cells taken away from the border of a feature map.",
        _crop_output,
        "amounts",
        (_AMOUNTS,),
        fault=_crop_fault,
        windows=_crop_windows,
    ),
    Kind(
        "upsample",
        "shape",
        "A larger feature map: nearest copies; linear weighs 2 neighbours an axis, cubic 4"
        " (2 × neighbours − 1 operations per element).",
        _upsample_output,
        "factor",
        (
            Field("factor", Type.AXES, "how many times larger"),
            Field(
                "mode",
                Type.CHOICE,
                "how new values come about",
                "nearest",
                ("nearest", "linear", "cubic"),
            ),
        ),
        work=_upsample_work,
        fault=_map_fault,
        windows=_resampled_windows,
    ),
    Kind(
        "resize",
        "shape",
        "A feature map brought to a given size, by the same rules and counts as `upsample`.",
        _resize_output,
        "size",
        (
            Field("size", Type.AXES, "output size"),
            Field(
                "mode",
                Type.CHOICE,
                "how new values come about",
                "linear",
                ("nearest", "linear", "cubic"),
            ),
        ),
        work=_upsample_work,
        fault=_map_fault,
        windows=_resampled_windows,
    ),
    Kind(
        "slice",
        "shape",
        "A stretch of one axis, the channels unless another is written.",
        _slice_output,
        "range",
        (
            Field("range", Type.RANGE, "first position and the one behind the last"),
            Field("axis", Type.AXIS, "axis that is cut", -1),
        ),
        fault=_slice_fault,
        windows=_slice_windows,
    ),
    Kind(
        "channel_shuffle",
        "shape",
        "Channels dealt out across groups (Zhang et al. 2017, ShuffleNet).",
        same_shape,
        "groups",
        (Field("groups", Type.WHOLE, "groups of channels"),),
        fault=_shuffle_fault,
    ),
    Kind(
        "scale",
        "shape",
        "One factor per channel, learned (layer scale, Touvron et al. 2021) or fixed: one operation"
        " per element.",
        same_shape,
        "init",
        (
            Field("init", Type.NUMBER, "first value of the factor", 1),
            Field("learned", Type.FLAG, "false for a constant", True),
        ),
        weights=_scale_weights,
        work=_scale_work,
    ),
    Kind(
        "rescale",
        "shape",
        "A constant factor, then a constant addend: one operation per element for each of them that"
        " does something.",
        same_shape,
        "factor",
        (
            Field("factor", Type.NUMBER, "what every element is multiplied by", 1),
            Field("offset", Type.NUMBER, "what is added then", 0),
        ),
        work=_rescale_work,
    ),
    Kind(
        "identity",
        "shape",
        "What enters, unchanged at inference: noise, augmentation, regularisation in training.",
        same_shape,
    ),
)
