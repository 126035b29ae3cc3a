"""The table of operations: complete, documented, and every line of it works."""

from typing import get_args

import pytest

from cnnaudit.ops.op import REQUIRED, Field, FieldType, Trait
from cnnaudit.ops.registry import (
    ACTIVATIONS,
    MERGES,
    MODIFIERS,
    OPS,
    UNKNOWN_OP,
    has_trait,
    op_named,
    ops_with,
)
from cnnaudit.parsing.field_types import coerce

from .networks import audited

#: The operations that the format promises.
PROMISED = (
    *("conv", "depthwise_conv", "separable_conv", "conv_transpose"),
    *("max_pool", "avg_pool", "adaptive_pool"),
    "dense",
    *("batch_norm", "layer_norm", "group_norm", "lrn"),
    *("activation", "dropout"),
    *("flatten", "reshape", "permute", "pad", "crop", "upsample"),
    *("add", "multiply", "concat"),
    *("slice", "channel_shuffle", "scale"),
)

#: The shortest useful layer of each operation, on a feature map of 8x8x4.
EXAMPLES = {
    "conv": "{conv: 8, kernel: 3}",
    "depthwise_conv": "{depthwise_conv: 3}",
    "separable_conv": "{separable_conv: 8, kernel: 3}",
    "conv_transpose": "{conv_transpose: 8, kernel: 2, stride: 2}",
    "max_pool": "{max_pool: 2}",
    "avg_pool": "{avg_pool: global}",
    "adaptive_pool": "{adaptive_pool: 3}",
    "dense": "{dense: 10, pointwise: true}",
    "batch_norm": "batch_norm",
    "layer_norm": "{layer_norm: -1}",
    "group_norm": "{group_norm: 2}",
    "lrn": "{lrn: 5}",
    "activation": "{activation: relu}",
    "dropout": "{dropout: 0.5}",
    "flatten": "flatten",
    "reshape": "{reshape: [16, -1]}",
    "permute": "{permute: [2, 0, 1]}",
    "pad": "{pad: 1}",
    "crop": "{crop: 1}",
    "upsample": "{upsample: 2}",
    "add": "{add: [input, input]}",
    "multiply": "{multiply: [input, input]}",
    "concat": "{concat: [input, input]}",
    "slice": "{slice: [0, 2]}",
    "channel_shuffle": "{channel_shuffle: 2}",
    "scale": "{scale: 1}",
    "rms_norm": "{rms_norm: -1}",
    "standardize": "standardize",
    "subtract": "{subtract: [input, input]}",
    "divide": "{divide: [input, input]}",
    "average": "{average: [input, input]}",
    "maximum": "{maximum: [input, input]}",
    "minimum": "{minimum: [input, input]}",
    "resize": "{resize: 5}",
    "rescale": "{rescale: 1/255, offset: -1}",
    "identity": "identity",
    "embedding": "{embedding: 16, vocabulary: 100}",
    "rnn": "{rnn: 5}",
    "lstm": "{lstm: 5}",
    "gru": "{gru: 5}",
}

FIELDS = [
    pytest.param(field, id=f"{kind.name}.{field.name}")
    for kind in OPS.values()
    for field in kind.fields
]


def test_every_promised_operation_exists() -> None:
    assert set(PROMISED) <= set(OPS)


def test_every_operation_has_an_example() -> None:
    assert set(EXAMPLES) == set(OPS)


@pytest.mark.parametrize("op", OPS)
def test_the_example_audits(op: str) -> None:
    sequence = OPS[op].family == "recurrent"
    result = audited(EXAMPLES[op], input="8x4" if sequence else "8x8x4")
    (node,) = result.graph.nodes[1:]
    assert node.op == op
    assert all(size > 0 for size in node.output_shape)
    row = result.rows[-1]
    for number in (row.params, row.buffers, row.macs, row.bias_adds, row.elementwise_ops):
        assert isinstance(number, int)
        assert number >= 0


@pytest.mark.parametrize("op", OPS)
def test_an_operation_is_found_under_its_own_name(op: str) -> None:
    assert OPS[op].name == op
    assert op_named(op) is OPS[op]


@pytest.mark.parametrize("op", OPS)
def test_an_operation_is_documented(op: str) -> None:
    doc = OPS[op].doc
    assert doc[:1].isupper()
    assert doc.endswith(".")
    assert "  " not in doc


@pytest.mark.parametrize("op", OPS)
def test_the_principal_argument_is_a_field(op: str) -> None:
    kind = OPS[op]
    names = [field.name for field in kind.fields]
    assert len(set(names)) == len(names)
    assert kind.principal is None or kind.principal in names


@pytest.mark.parametrize("op", OPS)
def test_what_must_be_written_can_be_written_under_the_operations_key(op: str) -> None:
    """An operation without a principal argument is a bare word: nothing of it is required."""
    kind = OPS[op]
    required = [field.name for field in kind.fields if field.default is REQUIRED]
    if kind.principal is None:
        assert required == []
    else:
        assert kind.field(kind.principal) is not None


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_documented(field: Field) -> None:
    assert field.doc
    assert field.doc == field.doc.strip()


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_has_choices_where_it_is_one(field: Field) -> None:
    assert bool(field.choices) is (field.type is FieldType.CHOICE)
    assert len(set(field.choices)) == len(field.choices)


@pytest.mark.parametrize("field", FIELDS)
def test_the_default_of_a_field_fits_its_type(field: Field) -> None:
    """None stands for "not written"; the operation says what that means."""
    if field.default is REQUIRED or field.default is None:
        return
    if field.type is FieldType.CHOICE:
        assert field.default in field.choices
    for axes in (1, 2, 3):
        assert coerce(field.type, field.default, axes, field.choices) is not None


def test_no_operation_is_called_like_a_function_or_a_key_of_a_layer() -> None:
    keys = {"name", "from", "repeat", "first", "when", "trainable", "share", "init", "expect"}
    assert not set(OPS) & {*ACTIVATIONS, *keys, "op", "note", "branches", "merge", "head"}


def test_modifiers_and_merges_are_operations() -> None:
    assert MODIFIERS == ("batch_norm", "activation", "dropout")
    assert set(MODIFIERS) <= set(OPS)
    arithmetic = ("subtract", "divide", "average", "maximum", "minimum")
    assert ("add", "multiply", "concat", *arithmetic, "none") == MERGES
    assert "linear" in ACTIVATIONS
    assert "relu" in ACTIVATIONS


def test_what_enters_is_a_kind_that_no_layer_can_name() -> None:
    assert op_named("input").name == "input"
    assert "input" not in OPS


# Traits -------------------------------------------------------------------------------------------


def test_kinds_with_several_traits_are_those_with_any_of_them() -> None:
    both = ops_with("reshapes", "identity at inference")
    assert both == {"flatten", "reshape", "permute", "dropout", "identity"}
    assert not has_trait(UNKNOWN_OP.name, *get_args(Trait))


def test_traits_are_those_of_operations_of_one_input() -> None:
    assert not any(OPS[name].merges for name in ops_with(*get_args(Trait)))


def test_what_reshapes_moves_values() -> None:
    assert ops_with("reshapes") < ops_with("moves values")


def test_what_moves_values_costs_and_learns_nothing() -> None:
    for name in ops_with("moves values", "identity at inference"):
        row = audited(EXAMPLES[name], input="8x8x4").rows[-1]
        assert (row.params, row.macs, row.bias_adds, row.elementwise_ops) == (0, 0, 0, 0), name


@pytest.mark.parametrize("op", sorted(ops_with("sliding window")))
def test_a_window_that_slides_has_its_fields(op: str) -> None:
    assert {"kernel", "stride", "padding"} <= {field.name for field in OPS[op].fields}


def test_views_only_move_values() -> None:
    views = {name for name, kind in OPS.items() if kind.storage != "own"}
    assert views == {"flatten", "reshape", "permute", "crop", "slice"}
    assert views < ops_with("moves values")
