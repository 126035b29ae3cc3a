"""Written layers: short and long forms, modifiers, defaults, names, and what is refused."""

import pytest

from cnnaudit.calculator import Audit
from tests.reading import complaint, complaints, names, place, pointed_at, shapes
from tests.support import audit_text, chain


def numbers(audit: Audit) -> list[tuple[object, ...]]:
    """What a network is, whatever its layers are called."""
    return [
        (row.node.op, row.node.attributes, row.node.output_shape, row.params, row.flops)
        for row in audit.rows
    ]


def same(one: str, other: str, more: str = "") -> bool:
    """Whether two layers mean the same, behind an input of 8x8x4."""
    first, second = (audit_text(chain(layer, input="8x8x4", more=more)) for layer in (one, other))
    return numbers(first) == numbers(second) and len(first.rows) > 1


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("{conv: 6, kernel: 3}", "{op: conv, filters: 6, kernel: 3}"),
        ("{conv: 6, kernel: 3}", "{kernel: 3, op: conv, filters: 6}"),
        ("{conv: 6, kernel: 1x3}", "{conv: 6, kernel: [1, 3]}"),
        ("{conv: 6, kernel: 3, padding: 1}", "{conv: 6, kernel: 3, padding: [[1, 1], [1, 1]]}"),
        ("{max_pool: 2}", "{op: max_pool, kernel: 2}"),
        ("{max_pool: global}", "{op: max_pool, kernel: global}"),
        ("{adaptive_pool: 2}", "{op: adaptive_pool, size: [2, 2]}"),
        ("{depthwise_conv: 3}", "{op: depthwise_conv, kernel: 3}"),
        ("{layer_norm: -1}", "layer_norm"),
        ("{lrn: 5}", "{op: lrn, size: 5}"),
        ("{pad: 1}", "{op: pad, amounts: 1}"),
        ("{upsample: 2}", "{op: upsample, factor: 2}"),
        ("flatten", "{flatten: true}"),
        ("flatten", "{flatten: }"),
        ("flatten", "{op: flatten}"),
        ("{reshape: 16x16}", "{op: reshape, shape: [16, 16]}"),
        ("{slice: [0, 2]}", "{op: slice, range: [0, 2]}"),
        ("relu", "{activation: relu}"),
        ("relu", "{op: activation, function: relu}"),
        ("{activation: relu}", "{activation: {function: relu}}"),
        ("{dropout: 0.5}", "{op: dropout, rate: 0.5}"),
        ("{dropout: 0.5}", "{dropout: {rate: 1/2}}"),
        ("batch_norm", "{batch_norm: true}"),
        ("{batch_norm: {scale: false}}", "{batch_norm: true, scale: false}"),
        ("{batch_norm: {scale: false}}", "{op: batch_norm, scale: false}"),
        ("{conv: 6, kernel: 3, activation: relu}", "{activation: relu, kernel: 3, conv: 6}"),
        ("{op: conv, filters: 6, kernel: 3, activation: relu}", "{conv: 6, kernel: 3, "
         "activation: {function: relu}}"),
        ("{conv: 6, kernel: 3}", "{conv: 6, kernel: 3, activation: none, batch_norm: false, "
         "dropout: null}"),
        ("{conv: 6, kernel: 3, activation: linear}", "{conv: 6, kernel: 3, activation: none}"),
        ("{b: [6, 3]}", "{b: {c: 6, k: 3}}"),
        ("{b: [6, 3]}", "{op: b, c: 6, k: 3}"),
        ("{b: 6, k: 1}", "{b: 6}"),
        ("{b: 6}", "{b: , c: 6}"),
    ],
)  # fmt: skip
def test_two_ways_to_write_the_same(short: str, long: str) -> None:
    block = "blocks: {b: {params: [c, k: 1], layers: [{conv: c, kernel: k}]}}"
    assert same(short, long, more=block)


def test_modifiers_come_in_one_order_however_they_are_written() -> None:
    layer = "{dropout: 0.5, conv: 4, activation: relu, kernel: 3, batch_norm: 1 == 1}"
    audit = audit_text(chain(layer))
    kinds = [row.node.op for row in audit.rows]
    assert kinds == ["input", "conv", "batch_norm", "activation", "dropout"]
    assert names(audit) == ["conv1", "conv1.batch_norm", "conv1.activation", "conv1.dropout"]


def test_modifiers_alone_are_a_layer() -> None:
    audit = audit_text(chain("{batch_norm: true, activation: relu}", "{name: d, dropout: 0.5}"))
    assert [row.node.op for row in audit.rows[1:]] == ["batch_norm", "activation", "dropout"]
    assert names(audit) == ["batch_norm1", "batch_norm1.activation", "d"]


# Defaults -----------------------------------------------------------------------------------------


def test_defaults_stand_on_every_layer_of_an_operation() -> None:
    more = "defaults: {conv: {kernel: 3, padding: same, activation: relu}}"
    audit = audit_text(chain("{conv: 4}", "{conv: 5, kernel: 1, activation: none}", more=more))
    assert names(audit) == ["conv1", "conv1.activation", "conv2"]
    assert shapes(audit)["conv2"] == (32, 32, 5)
    assert audit.graph.nodes[-1].attributes["kernel"] == (1, 1)


def test_defaults_of_a_modifier_hold_wherever_it_stands() -> None:
    more = "defaults: {batch_norm: {scale: false}}"
    audit = audit_text(chain("{conv: 4, kernel: 1, batch_norm: true}", "batch_norm", more=more))
    found = [row.node.attributes["scale"] for row in audit.rows if row.node.op == "batch_norm"]
    assert found == [False, False]


def test_defaults_may_turn_a_modifier_on_and_a_layer_off_again() -> None:
    more = "defaults: {conv: {kernel: 1, batch_norm: {scale: false}}}"
    audit = audit_text(chain("{conv: 4}", "{conv: 4, batch_norm: false}", more=more))
    assert names(audit) == ["conv1", "conv1.batch_norm", "conv2"]


def test_defaults_reach_into_blocks() -> None:
    more = """
defaults: {conv: {kernel: 3}}
blocks: {b: {layers: [{conv: 4}]}}
"""
    assert shapes(audit_text(chain("b", more=more)))["b1.conv1"] == (30, 30, 4)


@pytest.mark.parametrize(
    ("defaults", "message", "help"),
    [
        ("{cnov: {kernel: 3}}", "no operation 'cnov'", "did you mean 'conv'?"),
        ("{conv: {kernal: 3}}", "no attribute 'kernal'", "did you mean 'kernel'?"),
        ("{conv: 3}", "mapping", None),
        ("[conv]", "mapping", None),
    ],
)
def test_wrong_defaults(defaults: str, message: str, help: str | None) -> None:
    found = complaint(chain("flatten", more=f"defaults: {defaults}"))
    assert message in found.message
    assert found.help == help


# Names --------------------------------------------------------------------------------------------


def test_the_unnamed_are_counted_per_operation_around_the_named() -> None:
    audit = audit_text(
        chain(
            "{conv: 4, kernel: 1}",
            "relu",
            "{name: conv2, conv: 4, kernel: 1}",
            "{conv: 4, kernel: 1}",
            "{name: x, conv: 4, kernel: 1}",
            "relu",
            "{conv: 4, kernel: 1}",
        )
    )
    assert names(audit) == ["conv1", "relu1", "conv2", "conv3", "x", "relu2", "conv4"]


@pytest.mark.parametrize(
    "name", ["a.b", "a*", "a?", "a@b", "'[a'", "'a,b'", "in", "input", "''", "~"]
)
def test_names_with_another_meaning_are_refused(name: str) -> None:
    found = complaint(chain(f"{{name: {name}, activation: relu}}"))
    assert found.code == "CA906"
    assert "name" in found.message


@pytest.mark.parametrize("name", ["3a", "conv 1", "größe", "a/b", "a-b_c", "'1'"])
def test_other_names_are_fine(name: str) -> None:
    assert names(audit_text(chain(f"{{name: {name}, activation: relu}}"))) == [name.strip("'")]


def test_a_name_stands_once_in_a_list() -> None:
    found = complaints(chain("{name: a, lrn: 5}", "flatten", "{name: a, dropout: 0.1}"))[0]
    assert place(found) == ("CA103", 7, 5)
    assert found.notes == ("first used in line 5",)


def test_lists_have_their_own_names() -> None:
    more = "blocks: {b: {layers: [{name: a, lrn: 5}]}}"
    assert names(audit_text(chain("{name: a, lrn: 5}", "b", "b", more=more))) == [
        "a",
        "b1.a",
        "b2.a",
    ]


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "code", "points_at", "help"),
    [
        ("{cnov: 64, kernel: 3}", "CA905", "cnov", "did you mean 'conv'?"),
        ("{Conv2D: 64, kernel: 3}", "CA905", "Conv2D", "write `- {conv: 64, kernel: 3}`"),
        ("maxpool", "CA905", "maxpool", "write `- {max_pool: 2}`"),
        ("{op: maxpool, kernel: 2}", "CA905", "maxpool", "write `- {max_pool: 2}`"),
        ("Relu", "CA905", "Relu", "write `- relu`"),
        ("{conv: 64, kernal: 3}", "CA905", "kernal", "did you mean 'kernel'?"),
        ("{conv: 64, kernel: 3, strides: 2}", "CA905", "strides", "write `stride: 2`"),
        ("{conv: 64, kernel: 3, nmae: a}", "CA905", "nmae", "did you mean 'name'?"),
        ("{conv: 64, kernel: 3, dropuot: 0.1}", "CA905", "dropuot", "did you mean 'dropout'?"),
        ("{dropout: {rat: 0.1}}", "CA905", "rat", "did you mean 'rate'?"),
        ("{max_pool: 2, rounding: cell}", "CA906", "cell", "did you mean 'ceil'?"),
        ("{conv: 4, kernel: 1, activation: rleu}", "CA906", "rleu", "did you mean 'relu'?"),
        ("{op: [conv]}", "CA906", "[conv]", None),
        ("{conv: 64, max_pool: 2}", "CA906", "max_pool", "write them as separate layers"),
        ("{flatten: 3}", "CA906", "3", None),
        ("{conv: [3], kernel: 1}", "CA906", "[3]", None),
        ("[relu]", "CA906", "[relu]", "write `- relu`"),
        ("{name: x}", "CA908", "{name: x}", "for example `- {conv: 64, kernel: 3}`"),
        ("{dense: 4, note: [a]}", "CA906", "[a]", None),
        ("{lrn: 5, from: [[a]]}", "CA906", "[a]", None),
        ("{lrn: 5, first: 3, repeat: 2}", "CA906", "3", None),
    ],
)
def test_a_layer_that_cannot_be_read(
    layer: str, code: str, points_at: str, help: str | None
) -> None:
    found = complaint(chain(layer))
    assert found.code == code
    assert pointed_at(found) == points_at
    assert found.help == help


@pytest.mark.parametrize(
    ("layer", "wanted"),
    [
        ("{conv: 4}", "kernel"),
        ("{kernel: 3, op: conv}", "filters"),
        ("conv", "filters"),
        ("dropout", "number"),
        ("{dense: }", "units"),
        ("max_pool", "kernel"),
    ],
)
def test_what_must_be_written(layer: str, wanted: str) -> None:
    found = complaint(chain("flatten" if "dense" in layer else "relu", layer))
    assert found.code in ("CA908", "CA906")
    assert wanted in found.message or "missing" in found.message


def test_one_broken_layer_does_not_hide_the_next() -> None:
    found = complaints(
        chain("{conv: 4, kernal: 3}", "{cnov: 4}", "{max_pool: -1}", "{name: in, lrn: 5}")
    )
    assert [one.region.line for one in found if one.region] == [5, 6, 7, 8]


@pytest.mark.parametrize("text", ["{a: [relu]}", "relu", "3"])
def test_layers_are_a_list(text: str) -> None:
    found = complaint(f"cnnaudit: 1\ninput: 8x8x3\nlayers: {text}\n")
    assert place(found) == ("CA906", 3, 9)
    assert "list of layers" in found.message


# Branches and heads, as written -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "code", "message"),
    [
        ("{branches: {a: [relu]}}", "CA908", "merge"),
        ("{branches: {a: [relu]}, merge: sum}", "CA906", "not 'sum'"),
        ("{branches: {a: [relu]}, merge: [add]}", "CA906", "add"),
        ("{branches: [[relu]], merge: add}", "CA906", "mapping"),
        ("{branches: {}, merge: add}", "CA906", "mapping"),
        ("{branches: {a: relu, b: }, merge: add}", "CA906", "list of layers"),
        ("{branches: {a.b: [relu], c: }, merge: add}", "CA906", "name"),
        ("{branches: {a: [relu]}, merge: add, axis: 1}", "CA905", "axis"),
        ("{head: x}", "CA908", "layers"),
        ("{head: x, layers: [relu], auxilary: true}", "CA905", "auxilary"),
        ("{head: x, layers: [relu], auxiliary: perhaps}", "CA906", "true or false"),
        ("{head: [x], layers: [relu]}", "CA906", "name"),
    ],
)
def test_branches_and_heads_that_cannot_be_read(layer: str, code: str, message: str) -> None:
    found = complaint(chain(layer, "relu"))
    assert found.code == code
    assert message in found.message


def test_a_null_list_is_empty() -> None:
    audit = audit_text(chain("{branches: {a: , b: [relu]}, merge: add}"))
    assert names(audit) == ["b.relu1", "add1"]
