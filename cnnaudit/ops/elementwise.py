"""Operations that keep the shape: factors by channel, shuffled channels, the identity."""

from math import prod

from cnnaudit.errors import Problem
from cnnaudit.ops.formula import Formulas, per_element
from cnnaudit.ops.op import (
    Attributes,
    Cost,
    Field,
    FieldType,
    Op,
    Shape,
    Shapes,
    Weight,
    same_shape,
    saves_input_if_trained,
    saves_nothing,
)


def _validate_shuffle(inputs: Shapes, attributes: Attributes) -> Problem | None:
    groups, channels = attributes["groups"], inputs[0][-1]
    if channels % groups == 0:
        return None
    return Problem("invalid-input", f"{channels} channels cannot be divided into {groups} groups")


def _scale_weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    return (Weight("gamma", (inputs[0][-1],)),) if attributes["learned"] else ()


def _scale_cost(_inputs: Shapes, _attributes: Attributes, output: Shape) -> Cost:
    return Cost(elementwise_ops=prod(output))


def _scale_formulas(_inputs: Shapes, _attributes: Attributes, output: Shape) -> Formulas:
    return Formulas(elementwise_ops=per_element(1, output))


def _rescale_steps(attributes: Attributes) -> int:
    """Operations on each element: a factor of 1 and an offset of 0 do nothing."""
    steps: int = (attributes["factor"] != 1) + (attributes["offset"] != 0)
    return steps


def _rescale_cost(_inputs: Shapes, attributes: Attributes, output: Shape) -> Cost:
    return Cost(elementwise_ops=_rescale_steps(attributes) * prod(output))


def _rescale_formulas(_inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    return Formulas(elementwise_ops=per_element(_rescale_steps(attributes), output))


def _always_identity(_attributes: Attributes, _training: bool) -> bool:
    return True


OPERATIONS = (
    Op(
        name="channel_shuffle",
        family="shape",
        doc="Channels dealt out across groups (Zhang et al. 2017, ShuffleNet).",
        principal="groups",
        fields=(Field("groups", FieldType.WHOLE, "groups of channels"),),
        validate=_validate_shuffle,
        output_shape=same_shape,
        traits=frozenset({"moves values"}),
        saved=saves_nothing,
    ),
    Op(
        name="scale",
        family="shape",
        doc="One factor per channel, learned (layer scale, Touvron et al. 2021) or fixed: one"
        " operation per element.",
        principal="init",
        fields=(
            Field("init", FieldType.NUMBER, "first value of the factor", 1),
            Field("learned", FieldType.FLAG, "false for a constant", True),
        ),
        output_shape=same_shape,
        weights=_scale_weights,
        cost=_scale_cost,
        traits=frozenset({"per-channel affine"}),
        in_place=True,
        saved=saves_input_if_trained,
        formulas=_scale_formulas,
        symbols={"weights": "c", "elementwise_ops": "e"},
    ),
    Op(
        name="rescale",
        family="shape",
        doc="A constant factor, then a constant addend: one operation per element for each of them"
        " that does something.",
        principal="factor",
        fields=(
            Field("factor", FieldType.NUMBER, "what every element is multiplied by", 1),
            Field("offset", FieldType.NUMBER, "what is added then", 0),
        ),
        output_shape=same_shape,
        cost=_rescale_cost,
        traits=frozenset({"per-channel affine"}),
        in_place=True,
        saved=saves_nothing,
        formulas=_rescale_formulas,
        symbols={"elementwise_ops": "a·e"},
    ),
    Op(
        name="identity",
        family="shape",
        doc="What enters, unchanged at inference: noise, augmentation, regularisation in training.",
        output_shape=same_shape,
        traits=frozenset({"identity at inference"}),
        is_identity=_always_identity,
        saved=saves_nothing,
    ),
)
