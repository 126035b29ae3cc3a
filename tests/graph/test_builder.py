"""A document is written out: full names, repetitions, branches, heads, and what each reads."""

from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.calculator import Audit
from cnnaudit.graph.graph import Layer, Section, layers_of
from tests.reading import complaint, complaints, inputs, names, place, pointed_at, shapes
from tests.support import audit_text, chain

INCEPTION = """
blocks:
  inception:
    params: [c1, r3, c3]
    layers:
      - branches:
          1x1: [{conv: c1, kernel: 1}]
          3x3: [{name: reduce, conv: r3, kernel: 1}, {conv: c3, kernel: 3, padding: same}]
          pool: [{max_pool: 3, stride: 1, padding: same}]
        merge: concat
"""
RESIDUAL = """
blocks:
  residual:
    params: [c, stride: 1]
    layers:
      - branches:
          main: [{conv: c, kernel: 3, stride: stride, padding: same},
                 {conv: c, kernel: 3, padding: same}]
          skip: [{conv: c, kernel: 1, stride: stride,
                  when: stride != 1 or in_channels != c}]
        merge: add
        activation: relu
"""


# Full names ---------------------------------------------------------------------------------------


def test_the_names_of_a_block_begin_with_the_layers_own() -> None:
    audit = audit_text(chain("{name: 3a, inception: [4, 2, 6]}", more=INCEPTION))
    assert names(audit) == [
        "3a.1x1.conv1",
        "3a.3x3.reduce",
        "3a.3x3.conv1",
        "3a.pool.max_pool1",
        "3a.concat1",
    ]
    assert shapes(audit)["3a.concat1"] == (32, 32, 13)


def test_repetitions_count_from_one() -> None:
    audit = audit_text(
        chain("{name: conv4, residual: 8, repeat: 2, first: {stride: 2}}", more=RESIDUAL)
    )
    assert names(audit) == [
        "conv4.1.main.conv1",
        "conv4.1.main.conv2",
        "conv4.1.skip.conv1",
        "conv4.1.add1",
        "conv4.1.add1.activation",
        "conv4.2.main.conv1",
        "conv4.2.main.conv2",
        "conv4.2.add1",
        "conv4.2.add1.activation",
    ]
    assert inputs(audit, "conv4.2.add1") == ["conv4.2.main.conv2", "conv4.1.add1.activation"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # The only branches of a list need no prefix of their own.
        (["{branches: {a: [flatten]}, merge: none}"], ["a.flatten1"]),
        (
            ["{branches: {a: [relu], b: []}, merge: add}"] * 2,
            ["add1.a.relu1", "add1", "add2.a.relu1", "add2"],
        ),
        (["{name: x, branches: {a: [relu], b: []}, merge: add}"], ["x.a.relu1", "x"]),
    ],
)
def test_the_names_of_branches(written: list[str], expected: list[str]) -> None:
    assert names(audit_text(chain(*written))) == expected


def test_two_paths_to_the_same_name_are_reported() -> None:
    text = chain("{name: a, branches: {relu1: [relu], b: []}, merge: add}", "{name: a, lrn: 5}")
    assert "CA103" in [found.code for found in complaints(text)]


# Repetitions --------------------------------------------------------------------------------------


def test_i_counts_from_zero() -> None:
    audit = audit_text(chain("{conv: 4*(i + 1), kernel: 1, repeat: 3}"))
    assert [node.output_shape[-1] for node in audit.graph.nodes[1:]] == [4, 8, 12]


def test_first_holds_for_the_first_repetition_only() -> None:
    layer = "{conv: 4, kernel: 3, padding: same, repeat: 3, first: {stride: 2, activation: relu}}"
    audit = audit_text(chain(layer))
    assert names(audit) == ["conv1.1", "conv1.1.activation", "conv1.2", "conv1.3"]
    assert {node.output_shape for node in audit.graph.nodes[1:]} == {(16, 16, 4)}


def test_first_may_replace_the_principal_argument() -> None:
    audit = audit_text(chain("{conv: 4, kernel: 1, repeat: 2, first: {conv: 9}}"))
    assert [node.output_shape[-1] for node in audit.graph.nodes[1:]] == [9, 4]


def test_repeating_nothing() -> None:
    audit = audit_text(chain("{conv: 4, kernel: 1, repeat: 0}", "flatten"))
    assert names(audit) == ["flatten1"]
    assert inputs(audit, "flatten1") == ["input"]


def test_how_often_may_depend_on_the_input() -> None:
    assert len(names(audit_text(chain("{lrn: 5, repeat: in_channels + 1}")))) == 4


@pytest.mark.parametrize(
    ("repeat", "code"),
    [("-1", "CA906"), ("1.5", "CA906"), ("true", "CA906"), ("x", "CA909"), ("100001", "CA906")],
)
def test_wrong_repetitions(repeat: str, code: str) -> None:
    found = complaint(chain(f"{{lrn: 5, repeat: {repeat}}}"))
    assert found.code == code
    assert pointed_at(found) == repeat


# Conditions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("condition", "kept"), [("w > 3", True), ("w < 3", False)])
def test_when(condition: str, kept: bool) -> None:
    audit = audit_text(chain(f"{{lrn: 5, when: {condition}}}", "flatten", more="vars: {w: 4}"))
    assert ("lrn1" in names(audit)) is kept


def test_a_dropped_layer_is_not_checked() -> None:
    assert names(audit_text(chain("{conv: 4, kernel: 99, when: false}", "flatten"))) == ["flatten1"]


def test_what_reads_a_dropped_layer_reads_its_input() -> None:
    layers = ["{name: a, lrn: 5}", "{name: b, lrn: 5, when: false}", "{add: [b, a]}"]
    assert inputs(audit_text(chain(*layers)), "add1") == ["a", "a"]


def test_a_condition_is_true_or_false() -> None:
    assert complaint(chain("{lrn: 5, when: 1}")).code == "CA906"


# Reading from elsewhere ---------------------------------------------------------------------------


def test_from_reads_a_layer_of_the_same_list() -> None:
    audit = audit_text(
        chain("{name: a, lrn: 5}", "{name: b, lrn: 5}", "{name: c, from: a, lrn: 5}")
    )
    assert inputs(audit, "c") == ["a"]


def test_from_may_name_a_layer_further_down() -> None:
    audit = audit_text(
        chain("{name: a, from: b, flatten: }", "{name: b, from: in, conv: 4, kernel: 1}")
    )
    assert names(audit) == ["b", "a"]
    assert inputs(audit, "a") == ["b"]


def test_in_is_what_entered_the_list() -> None:
    more = "blocks: {b: {layers: [{lrn: 5}, {name: j, concat: [in, lrn1]}]}}"
    audit = audit_text(chain("{name: f, conv: 4, kernel: 1}", "{name: x, b: }", more=more))
    assert inputs(audit, "x.j") == ["f", "x.lrn1"]
    assert shapes(audit)["x.j"] == (32, 32, 8)


def test_input_and_in_are_the_same_at_the_top() -> None:
    audit = audit_text(chain("{name: a, lrn: 5}", "{name: b, add: [in, input, a]}"))
    assert inputs(audit, "b") == ["input", "input", "a"]


def test_a_branch_does_not_see_the_layers_outside() -> None:
    found = complaint(
        chain("{name: a, lrn: 5}", "{branches: {x: [{from: a, lrn: 5}], y: []}, merge: add}")
    )
    assert found.code == "CA101"
    assert "in this list" in found.message


def test_merges_read_a_list() -> None:
    audit = audit_text(
        chain("{name: a, conv: 4, kernel: 1}", "{name: b, from: in, conv: 5, kernel: 1}",
              "{name: c, concat: [a, b]}", "{op: concat, name: d, from: [c, a]}")
    )  # fmt: skip
    assert shapes(audit)["c"] == (32, 32, 9)
    assert shapes(audit)["d"] == (32, 32, 13)


@pytest.mark.parametrize(
    ("layers", "code", "at"),
    [
        (["{name: conv1, lrn: 5}", "{from: covn1, lrn: 5}"], "CA101", "covn1"),
        (["{add: [in, nothing]}"], "CA101", "nothing"),
        (["{name: a, lrn: 5}", "{from: [in, a], lrn: 5}"], "CA105", "{from: [in, a], lrn: 5}"),
        (["{branches: {a: [relu], b: [lrn]}, merge: none}", "flatten"], "CA105", "flatten"),
    ],
)
def test_what_cannot_be_read(layers: list[str], code: str, at: str) -> None:
    found = complaint(chain(*layers))
    assert found.code == code
    assert pointed_at(found) == at


def test_a_dangling_name_suggests_a_layer() -> None:
    found = complaint(chain("{name: conv1, lrn: 5}", "{from: covn1, lrn: 5}"))
    assert place(found) == ("CA101", 6, 12)
    assert found.help == "did you mean 'conv1'?"


def test_several_inputs_must_be_named() -> None:
    found = complaint("cnnaudit: 1\ninput: {a: 8x8x3, b: 8}\nlayers: [flatten]")
    assert found.code == "CA105"
    assert "a, b" in found.message


# Branches -----------------------------------------------------------------------------------------


def test_an_empty_branch_is_the_identity() -> None:
    audit = audit_text(chain("{branches: {main: [lrn], skip: []}, merge: add, activation: relu}"))
    assert inputs(audit, "add1") == ["main.lrn1", "input"]
    assert names(audit)[-1] == "add1.activation"


@pytest.mark.parametrize(
    ("merge", "shape"),
    [("add", (32, 32, 4)), ("multiply", (32, 32, 4)), ("concat", (32, 32, 8)),
     ("concat, axis: 0", (64, 32, 4))],
)  # fmt: skip
def test_merges(merge: str, shape: tuple[int, ...]) -> None:
    conv = "[{conv: 4, kernel: 1}]"
    written = f"{{branches: {{a: {conv}, b: {conv}}}, merge: {merge}}}"
    assert audit_text(chain(written)).graph.nodes[-1].output_shape == shape


def test_a_mismatch_names_every_branch_with_its_shape() -> None:
    written = "{branches: {main: [{conv: 4, kernel: 3}], skip: []}, merge: add}"
    found = complaint(chain(written))
    assert found.code == "CA203"
    assert found.notes == ("main: 30 × 30 × 4", "skip: 32 × 32 × 3")


def test_a_wrong_branch_does_not_hide_the_other() -> None:
    written = "{branches: {a: [{dense: 3}], b: [{conv: 3, kernel: 99}]}, merge: add}"
    assert [found.code for found in complaints(chain(written, "{cnov: 3}"))] == [
        "CA201",
        "CA202",
        "CA905",
    ]


# Heads --------------------------------------------------------------------------------------------


def test_a_head_stands_beside_the_line() -> None:
    audit = audit_text(
        chain(
            "{name: a, conv: 4, kernel: 1}",
            "{head: aux, auxiliary: true, layers: [flatten, {name: out, dense: 2}]}",
            "{name: b, conv: 5, kernel: 1}",
        )
    )
    assert inputs(audit, "b") == ["a"]
    assert names(audit) == ["a", "aux.flatten1", "aux.out", "b"]
    assert [row.node.auxiliary for row in audit.rows] == [False, False, True, True, False]
    assert audit.totals.params == 4 * 4 + 5 * 5
    assert audit.auxiliary.params == (32 * 32 * 4 + 1) * 2


def test_the_main_line_cannot_read_what_inference_leaves_out() -> None:
    """KeyError in the memory of a network whose main line goes on from an auxiliary head."""
    head = "{head: aux, auxiliary: %s, layers: [{name: x, conv: 4, kernel: 1}]}"
    for reading in ("{from: aux, flatten: true}", "{add: [in, aux]}"):
        found = complaint(chain("{conv: 4, kernel: 1}", head % "true", reading))
        assert found.code == "CA105"
        assert "'aux.x' is in an auxiliary head" in found.message
    again = "{head: aux2, from: aux, auxiliary: true, layers: [flatten]}"
    assert audit_text(chain(head % "true", again)).rows[-1].node.auxiliary
    assert audit_text(chain(head % "false", "{from: aux, flatten: true}"))


def test_a_head_may_read_from_any_layer_of_its_list() -> None:
    audit = audit_text(
        chain("{name: a, lrn: 5}", "{name: b, lrn: 5}", "{head: h, from: a, layers: [flatten]}")
    )
    assert inputs(audit, "h.flatten1") == ["a"]
    assert not audit.graph.nodes[-1].auxiliary


def test_a_list_may_end_with_a_head() -> None:
    more = "blocks: {b: {layers: [{name: a, lrn: 5}, {head: h, layers: [flatten]}]}}"
    audit = audit_text(chain("b", "{name: after, lrn: 5}", more=more))
    assert inputs(audit, "after") == ["b1.a"]
    assert inputs(audit, "b1.h.flatten1") == ["b1.a"]


# Frozen weights -----------------------------------------------------------------------------------


def test_trainable_holds_for_everything_inside() -> None:
    audit = audit_text(chain("{residual: 4, trainable: false}", "flatten", "{dense: 2}",
                             more=RESIDUAL))  # fmt: skip
    frozen = (9 * 3 * 4 + 4) + (9 * 4 * 4 + 4) + (3 * 4 + 4)
    assert audit.totals.non_trainable_params == frozen
    assert audit.totals.trainable_params == 32 * 32 * 4 * 2 + 2


def test_a_part_of_a_frozen_block_may_be_trained() -> None:
    more = "blocks: {b: {layers: [{dense: 2}, {dense: 2, trainable: true}]}}"
    totals = audit_text(chain("{b: , trainable: false}", input="2", more=more)).totals
    assert (totals.trainable_params, totals.non_trainable_params) == (6, 6)


# Expectations -------------------------------------------------------------------------------------


@pytest.mark.parametrize("expect", ["same", "32x32x4", "[32, 32, w]"])
def test_expectations_that_hold(expect: str) -> None:
    layer = f"{{conv: 4, kernel: 3, padding: same, expect: {expect}}}"
    assert audit_text(chain(layer, more="vars: {w: 4}")).totals.params


@pytest.mark.parametrize(("expect", "wanted"), [("same", "32 × 32"), ("32x32x4", "32 × 32 × 4")])
def test_expectations_that_do_not_hold(expect: str, wanted: str) -> None:
    found = complaint(chain(f"{{conv: 4, kernel: 3, expect: {expect}}}"))
    assert found.code == "CA204"
    assert pointed_at(found) == expect
    assert wanted in found.message
    assert "30 × 30 × 4" in found.message


def test_an_expectation_of_branches_and_repetitions() -> None:
    layers = ["{branches: {a: [], b: []}, merge: concat, expect: 32x32x6}",
              "{conv: 2, kernel: 3, repeat: 3, expect: 26x26x2}"]  # fmt: skip
    assert shapes(audit_text(chain(*layers)))["conv1.3"] == (26, 26, 2)


# Bounds -------------------------------------------------------------------------------------------


def test_blocks_nest_to_sixteen() -> None:
    def nested(depth: int) -> str:
        inner = "".join(
            f"  b{n}: {{layers: [{f'b{n + 1}' if n < depth else 'lrn'}]}}\n"
            for n in range(1, depth + 1)
        )
        return chain("b1", more=f"blocks:\n{inner}")

    assert len(names(audit_text(nested(16)))) == 1
    assert complaint(nested(17)).code == "CA107"


def test_a_block_that_uses_itself() -> None:
    found = complaint(chain("b", more="blocks: {b: {layers: [lrn, b]}}"))
    assert found.code == "CA107"
    assert "itself" in found.message


def test_a_hundred_thousand_layers() -> None:
    more = "blocks: {b: {layers: [{lrn: 5, repeat: 400}]}}"
    found = complaint(chain("{b: , repeat: 400}", more=more))
    assert found.code == "CA910"
    assert "100,000" in found.message


@pytest.mark.parametrize("layers", ["[]", "", "[linear]", "[{lrn: 5, when: false}]"])
def test_a_network_has_layers(layers: str) -> None:
    assert complaint(f"cnnaudit: 1\ninput: 8\nlayers: {layers}\n").code == "CA108"


# The outline --------------------------------------------------------------------------------------


def test_the_outline_holds_every_node_once() -> None:
    layers = ["{name: s, residual: 8, repeat: 2}", "{inception: [4, 2, 6]}"]
    head = "{head: h, layers: [flatten]}"
    more = RESIDUAL + INCEPTION.removeprefix("\nblocks:\n")
    graph = audit_text(chain(*layers, head, more=more)).graph
    found = [index for layer in layers_of(graph.outline) for index in layer.nodes]
    assert sorted(found) == list(range(1, len(graph.nodes)))
    assert all(graph.nodes[i].layer == layer.name for layer in layers_of(graph.outline)
               for i in layer.nodes)  # fmt: skip
    kinds = [part.kind for part in graph.outline.children if isinstance(part, Section)]
    assert kinds == ["repeat", "block", "head"]
    assert not any(isinstance(part, Layer) for part in graph.outline.children)


# The law: a block is what it would be if it were written out --------------------------------------

#: Layers of a block with the parameters c and s; ``i`` counts its repetitions.
TEMPLATES: list[dict[str, Any]] = [
    {"conv": "c", "kernel": 3, "padding": "same", "stride": "s", "activation": "relu"},
    {"conv": "2*c", "kernel": "1 + 2*(s // 2)", "padding": "half", "batch_norm": True},
    {"conv": "c + i", "kernel": 1, "bias": "s == 1"},
    {"batch_norm": True, "activation": "relu", "dropout": "1/(c + 1)"},
    {"depthwise_conv": 3, "padding": "same", "multiplier": "s", "when": "i > 0"},
    {"max_pool": 2, "stride": "s", "padding": "same", "when": "s != 1"},
    {
        "branches": {
            "main": [{"conv": "c", "kernel": 3, "stride": "s", "padding": "same"}],
            "skip": [{"conv": "c", "kernel": 1, "stride": "s"}],
        },
        "merge": "add",
        "activation": "relu",
    },
    {"branches": {"a": [{"lrn": 5}], "b": []}, "merge": "concat"},
    {"inner": "c + s"},
]
INNER: list[dict[str, Any]] = [
    {"conv": "c", "kernel": 1},
    {"separable_conv": "2*c", "kernel": 3, "padding": "same"},
]
#: Values under these keys are words, whatever they look like.
WORDS = {"activation", "padding", "merge"}


class Use(NamedTuple):
    """A block used: its parameters, how often, and the stride of the first time."""

    c: int
    s: int
    repeat: int | None
    first: int | None

    def layer(self) -> dict[str, Any]:
        written: dict[str, Any] = {"outer": [self.c, self.s]}
        if self.repeat is not None:
            written["repeat"] = self.repeat
            if self.first is not None:
                written["first"] = {"s": self.first}
        return written

    def turns(self) -> list[dict[str, int]]:
        """The parameters of every repetition; without one, nothing counts and ``i`` is 0."""
        times = 1 if self.repeat is None else self.repeat
        first = self.s if self.first is None or self.repeat is None else self.first
        return [{"c": self.c, "s": self.s if i else first, "i": i} for i in range(times)]


def number(text: Any, known: dict[str, int]) -> Any:
    return eval(text, {}, dict(known)) if isinstance(text, str) else text


def written_out(templates: list[dict[str, Any]], known: dict[str, int]) -> list[dict[str, Any]]:
    """Layers with every parameter in its place."""
    result: list[dict[str, Any]] = []
    for template in templates:
        layer = dict(template)
        if not number(layer.pop("when", True), known):
            continue
        if "inner" in layer:
            result += written_out(INNER, {**known, "c": number(layer["inner"], known)})
            continue
        branches = layer.pop("branches", None)
        layer = {k: v if k in WORDS else number(v, known) for k, v in layer.items()}
        if branches:
            layer["branches"] = {name: written_out(b, known) for name, b in branches.items()}
        result.append(layer)
    return result


def network(layers: list[dict[str, Any]], blocks: dict[str, Any]) -> Audit:
    text = {"cnnaudit": 1, "input": "24x24x3", "blocks": blocks, "layers": layers}
    return audit_text(yaml.safe_dump(text, sort_keys=False))


def what_it_is(audit: Audit) -> list[tuple[object, ...]]:
    """Every node without its name."""
    return [
        (row.node.op, row.node.inputs, row.node.output_shape, row.params, row.macs, row.flops)
        for row in audit.rows
    ]


USES = st.builds(
    Use, st.integers(1, 6), st.integers(1, 2), st.none() | st.integers(1, 3),
    st.none() | st.integers(1, 2),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    templates=st.lists(st.sampled_from(TEMPLATES), min_size=1, max_size=4),
    uses=st.lists(USES, min_size=1, max_size=3),
)
def test_a_block_is_what_it_would_be_written_out(
    templates: list[dict[str, Any]], uses: list[Use]
) -> None:
    # `i` only counts inside a repetition.
    uses = [use._replace(repeat=1) if use.repeat is None else use for use in uses]
    blocks = {
        "outer": {"params": ["c", {"s": 1}], "layers": templates},
        "inner": {"params": ["c"], "layers": INNER},
    }
    short = [{"lrn": 5}, *(use.layer() for use in uses)]
    long: list[dict[str, Any]] = [{"lrn": 5}]
    for use in uses:
        for known in use.turns():
            long += written_out(templates, known)
    assert what_it_is(network(short, blocks)) == what_it_is(network(long, {}))


# Claims and training ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("expect: {params: word}", "expected a number, not 1x3"),
        ("expect: {max_macs: word}", "expected a number, not 1x3"),
        ("training: {batch_size: word}", "expected a whole number, 1 or more, not 1x3"),
        ("training: {batch_size: third}", "1/3 is not a whole number"),
        ("training: {optimizer: {momentum: word}}", "expected a number, not 1x3"),
        ("training: {dataset: {images: third}}", "1/3 is not a whole number"),
    ],
)
def test_a_claim_or_setting_takes_what_a_variable_holds_if_it_fits(line: str, says: str) -> None:
    more = "vars: {word: 1x3, third: 1/3}\n" + line
    found = complaint(chain("{dense: 10}", input="10", more=more))
    assert found.message == says
    fitting = more.replace("1x3", "64").replace("1/3", "64")
    assert audit_text(chain("{dense: 10}", input="10", more=fitting)).totals.params == 110
