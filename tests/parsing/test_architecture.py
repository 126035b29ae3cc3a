"""The top level of a file: every key, what it means, and what is refused."""

from fractions import Fraction

import pytest

from tests.reading import complaint, complaints, names, place, pointed_at, shapes
from tests.support import audit_text, chain

NET = "cnnaudit: 1\ninput: 8x8x3\nlayers: [flatten]\n"


def test_the_smallest_file() -> None:
    audit = audit_text("cnnaudit: 1\ninput: 784\nlayers: [{dense: 10}]")
    assert audit.graph.name == "net"
    assert audit.graph.framework == "keras"
    assert not audit.graph.framework_named
    assert audit.totals.params == 7850


def test_texts() -> None:
    text = f"{NET}name: Net\ndescription: >\n  two\n  lines\nsource: a paper\nframework: caffe\n"
    graph = audit_text(text).graph
    assert (graph.name, graph.description, graph.origin) == ("Net", "two lines", "a paper")
    assert graph.framework == "caffe"
    assert graph.framework_named


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("227x227x3", (227, 227, 3)),
        ("[227, 227, 3]", (227, 227, 3)),
        ("784", (784,)),
        ("16000x1", (16000, 1)),
        ("16x112x112x3", (16, 112, 112, 3)),
        ("[side, side, 3]", (9, 9, 3)),
        ("[side // 2, 2*side, 1 + 2]", (4, 18, 3)),
    ],
)
def test_inputs(written: str, shape: tuple[int, ...]) -> None:
    audit = audit_text(f"cnnaudit: 1\ninput: {written}\nvars: {{side: 9}}\nlayers: [flatten]")
    assert [node.output_shape for node in audit.graph.inputs] == [shape]


def test_several_inputs_are_named() -> None:
    text = "cnnaudit: 1\ninput: {left: 8x8x3, right: 8x8x2}\nlayers: [{concat: [left, right]}]"
    assert shapes(audit_text(text)) == {
        "left": (8, 8, 3),
        "right": (8, 8, 2),
        "concat1": (8, 8, 5),
    }


@pytest.mark.parametrize(
    "written",
    ["", "0x5x3", "[]", "-1", "28x28x", "8x8x3.5", "[8, 8, 3.5]", "big", "{a.b: 8}", "{a: }"],
)
def test_wrong_inputs(written: str) -> None:
    found = complaint(f"cnnaudit: 1\ninput: {written}\nlayers: [flatten]")
    assert place(found)[1] == 2


def test_an_input_has_no_open_size() -> None:
    assert "open size" in complaint(chain("flatten", input="[-1, 3]")).message


def test_inputs_are_bounded() -> None:
    def file(count: int) -> str:
        inputs = ", ".join(f"i{n}: 1x1x1" for n in range(count))
        return f"cnnaudit: 1\ninput: {{{inputs}}}\nlayers: [{{concat: [i0, i99]}}]"

    assert len(audit_text(file(100)).graph.inputs) == 100
    found = complaint(file(101))
    assert (found.name, place(found)[1]) == ("over-limit", 2)


# Keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "help"),
    [
        ("layres: 1", "did you mean 'layers'?"),
        ("Name: x", "write `name: x`"),
        ("frameork: keras", "did you mean 'framework'?"),
        ("default: {}", "write `defaults:`"),
        ("zzz: 1", "the keys are cnnaudit, name, "),
    ],
)
def test_unknown_keys(key: str, help: str) -> None:
    found = complaint(NET + key)
    assert place(found) == ("CA905", 4, 1)
    assert (found.help or "").startswith(help)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("cnnaudit: 1\nlayers: [flatten]", "input"),
        ("cnnaudit: 1\ninput: 8x8x3", "layers"),
    ],
)
def test_missing_keys(text: str, missing: str) -> None:
    found = complaint(text)
    assert found.code == "CA908"
    assert missing in found.message
    assert found.help


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("- a\n- b\n", "not a mapping"),
        ("text", "not a mapping"),
        ("layers: []", "cnnaudit"),
        ("Cnnaudit: 1", "cnnaudit"),
    ],
)
def test_what_is_no_architecture(text: str, message: str) -> None:
    found = complaint(text)
    assert found.code == "CA904"
    assert message in found.message
    assert found.help == "start with `cnnaudit: 1`"


@pytest.mark.parametrize("version", ["2", "1.0", "true", "[1]", ""])
def test_another_version(version: str) -> None:
    found = complaint(f"cnnaudit: {version}\ninput: 8\nlayers: [{{dense: 1}}]")
    assert place(found) == ("CA906", 1, 11 if version else 10)
    assert found.help == "write `cnnaudit: 1`"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("name: [a]", "CA906"),
        ("framework: tensorflow", "CA906"),
        ("framework: [keras]", "CA906"),
        ("classes: 0", "CA906"),
        ("classes: 10.5", "CA206"),
        ("classes: many", "CA909"),
        ("classes:", "CA906"),
        ("vars: 5", "CA906"),
        ("vars: {2a: 1}", "CA906"),
        ("vars: {in_channels: 1}", "CA906"),
        ("vars: {min: 1}", "CA906"),
        ("vars: {a: }", "CA906"),
        ("vars: {a: {b: 1}}", "CA906"),
        ("vars: {a: 010}", "CA909"),
        ("blocks: [a]", "CA906"),
        ("blocks: {conv: {layers: []}}", "CA906"),
        ("blocks: {relu: {layers: []}}", "CA906"),
        ("blocks: {a: 5}", "CA906"),
        ("blocks: {a: {}}", "CA908"),
        ("blocks: {a: {layers: 5}}", "CA906"),
        ("blocks: {a: {params: 5, layers: []}}", "CA906"),
        ("blocks: {a: {params: [in_channels], layers: []}}", "CA906"),
        ("blocks: {a: {params: [a b], layers: []}}", "CA906"),
        ("blocks: {a: {parms: [], layers: []}}", "CA905"),
        ("variants: 5", "CA906"),
        ("variants: {n: 5}", "CA906"),
        ("variants: {n: {depth: 5}}", "CA905"),
        ("changes: [{remove: a}]", "CA908"),
        ("extends: [a.yaml]\nx: 1", "CA905"),
        ("training: 5", "CA906"),
        ("training: {batchsize: 5}", "CA905"),
        ("training: {batch_size: 0}", "CA906"),
        ("training: {optimizer: sgdd}", "CA906"),
        ("training: {optimizer: {type: sgdd}}", "CA906"),
        ("training: {optimizer: {learning_rate: 1}}", "CA905"),
        ("training: {dataset: {size: 1}}", "CA905"),
        ("training: {precision: fp64}", "CA906"),
        ("expect: 5", "CA906"),
        ("expect: {parms: 5}", "CA905"),
        ("expect: {params: many}", "CA909"),
        ("expect: {output: 0}", "CA906"),
    ],
)
def test_wrong_values_at_the_top(key: str, code: str) -> None:
    found = complaints(NET + key)
    assert code in [one.code for one in found]
    assert all(one.region and one.region.line >= 4 for one in found)


# Variables ----------------------------------------------------------------------------------------


def test_variables_may_use_each_other_in_any_order() -> None:
    audit = audit_text(
        chain("{dense: c}", input="8", more="vars: {c: a + b, a: 2 * b, b: classes}\nclasses: 5")
    )
    assert audit.graph.nodes[-1].output_shape == (15,)


def test_variables_are_exact() -> None:
    more = "vars: {width: 29/1000}"
    audit = audit_text(chain("{dense: round_even(96*width)}", input="8", more=more))
    assert audit.graph.nodes[-1].output_shape == (4,)
    found = complaint(chain("{dense: 4096*width}", input="8", more=more))
    assert found.code == "CA206"
    assert found.message == "118.784 is not a whole number"
    assert found.help == "use floor(), ceil() or round_even()"


def test_variables_hold_words_flags_and_lists() -> None:
    audit = audit_text(
        chain(
            "{conv: 4, kernel: sizes, padding: pad, activation: act, batch_norm: norm}",
            more="vars: {sizes: [1, 3], pad: same, act: tanh, norm: false}",
        )
    )
    conv, act = audit.graph.nodes[1:]
    assert conv.attributes["kernel"] == (1, 3)
    assert conv.output_shape == (32, 32, 4)
    assert act.attributes["function"] == "tanh"


@pytest.mark.parametrize("vars", ["{a: a}", "{a: b, b: c + 1, c: 2 * a}"])
def test_variables_in_a_circle(vars: str) -> None:
    found = complaint(chain("{dense: 3}", input="8", more=f"vars: {vars}"))
    assert found.code == "CA909"
    assert "circle" in found.message


def test_a_variable_that_has_failed_is_reported_once() -> None:
    text = chain("{dense: a}", "{dense: a}", "{dense: b}", input="8", more="vars: {a: 1/0, b: a}")
    found = complaint(text)
    assert "division by zero" in found.message
    assert pointed_at(found) == "1/0"


def test_variants_are_sets_of_variables() -> None:
    more = "vars: {w: 8, d: 1}\nvariants: {n: {w: 4}, l: {w: 16, d: 2}}"
    assert audit_text(chain("{dense: w, repeat: d}", input="8", more=more)).totals.params == 72


def test_a_variant_suggests_the_variable() -> None:
    found = complaint(f"{NET}vars: {{width: 1}}\nvariants: {{n: {{widht: 2}}}}")
    assert found.code == "CA905"
    assert found.help == "did you mean 'width'?"


# Blocks -------------------------------------------------------------------------------------------


def test_parameters_and_their_defaults() -> None:
    more = """
vars: {side: 3}
blocks:
  b:
    params: [c, k: side, twice: 2*c]
    layers: [{conv: c, kernel: k}, {conv: twice, kernel: 1}]
"""
    audit = audit_text(chain("{b: 4}", "{b: [5, 1]}", "{b: {c: 6, twice: 7}}", more=more))
    assert [node.output_shape for node in audit.graph.nodes[1:]] == [
        (30, 30, 4),
        (30, 30, 8),
        (30, 30, 5),
        (30, 30, 10),
        (28, 28, 6),
        (28, 28, 7),
    ]


def test_parameters_may_be_words_and_switches() -> None:
    more = (
        "blocks: {b: {params: [act: relu, bn: true], "
        "layers: [{conv: 4, kernel: 1, activation: act, batch_norm: bn}]}}"
    )
    audit = audit_text(chain("b", "{b: [none, false]}", more=more))
    assert names(audit) == [
        "b1.conv1", "b1.conv1.batch_norm", "b1.conv1.activation", "b2.conv1",
    ]  # fmt: skip


def test_an_argument_is_seen_from_where_it_is_written() -> None:
    more = """
blocks:
  inner: {params: [c], layers: [{dense: c}]}
  outer: {params: [c], layers: [{inner: 2*c}, {inner: c}]}
"""
    audit = audit_text(chain("{outer: 3}", input="8", more=more))
    assert [node.output_shape for node in audit.graph.nodes[1:]] == [(6,), (3,)]


def test_arguments_do_not_see_each_other() -> None:
    more = """
blocks:
  inner: {params: [c, k], layers: [{conv: c, kernel: k}]}
  outer: {params: [c, k], layers: [{inner: [k, c]}]}
"""
    audit = audit_text(chain("{outer: [5, 3]}", more=more))
    assert audit.graph.nodes[-1].output_shape == (28, 28, 3)


@pytest.mark.parametrize(
    ("layer", "code", "message", "help"),
    [
        ("b", "CA908", "'c'", None),
        ("{b: [1, 2, 3]}", "CA906", "parameters: c, k", None),
        ("{b: 1, kk: 2}", "CA905", "'kk'", "did you mean 'k'?"),
        ("{b: {chan: 2, c: 1}}", "CA905", "'chan'", "its parameters are c and k"),
        ("{b: 1, repaet: 2}", "CA905", "'repaet'", "did you mean 'repeat'?"),
        ("{b: 1, c: 2}", "CA907", "twice", None),
        ("{b: {c: {d: 1}}}", "CA906", "mapping", None),
        ("bb", "CA905", "'bb'", "did you mean 'b'?"),
    ],
)
def test_wrong_arguments(layer: str, code: str, message: str, help: str | None) -> None:
    more = "blocks: {b: {params: [c, k: 1], layers: [{conv: c, kernel: k}]}}"
    found = complaint(chain(layer, more=more))
    assert found.code == code
    assert message in found.message
    assert (found.help or "").startswith(help or "") and bool(found.help) == bool(help)


# Training and claims ------------------------------------------------------------------------------


def test_training_is_read_and_changes_nothing() -> None:
    text = f"""{NET}training:
  batch_size: 2 * 64
  epochs: 90
  optimizer: {{type: sgd, lr: 1e-2, momentum: 0.9, weight_decay: 5e-4}}
  loss: crossentropy
  precision: fp16
  dataset: {{images: 1281167, classes: 1000}}
"""
    audit = audit_text(text)
    assert audit.graph.training == {
        "batch_size": 128,
        "epochs": 90,
        "optimizer.type": "sgd",
        "optimizer.lr": Fraction(1, 100),
        "optimizer.momentum": Fraction(9, 10),
        "optimizer.weight_decay": Fraction(1, 2000),
        "loss": "crossentropy",
        "precision": "fp16",
        "dataset.images": 1281167,
        "dataset.classes": 1000,
    }
    assert audit.totals == audit_text(NET).totals


def test_an_optimizer_may_be_a_word() -> None:
    training = audit_text(f"{NET}training: {{optimizer: adam}}").graph.training
    assert training == {"optimizer.type": "adam"}


def test_claims_are_read_and_not_judged() -> None:
    expect = audit_text(f"{NET}expect: {{params: 5, output: 192, max_macs: 1e9}}").graph.expect
    assert expect["params"] == 5
    assert expect["max_macs"] == 10**9


# All at once --------------------------------------------------------------------------------------


def test_everything_wrong_is_reported_at_once_in_the_order_of_the_file() -> None:
    text = """cnnaudit: 1
framewrok: keras
input: 8x8x3
classes: 010
vars: {w: 1/0}
layers:
  - {conv: 4, kernal: 3}
  - {name: a, conv: 4, kernel: 9}
  - {from: in, dense: 5}
  - {from: b, lrn: 5}
  - {from: in, dense: w}
"""
    assert [place(found) for found in complaints(text)] == [
        ("CA905", 2, 1),
        ("CA909", 4, 10),
        ("CA909", 5, 11),
        ("CA905", 7, 15),
        ("CA201", 9, 5),
        ("CA101", 10, 12),
    ]
