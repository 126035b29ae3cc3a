"""Adapted networks: every kind of change, patterns, and changes that meet nothing."""

from pathlib import Path

import pytest

from cnnaudit.calculator import Audit
from cnnaudit.errors import AuditError, Diagnostic
from tests.reading import inputs, names, place, shapes, write
from tests.support import audit_text

BASE = """\
cnnaudit: 1
input: 16x16x3
vars: {w: 4}
defaults: {conv: {kernel: 3, padding: same}}
blocks:
  cell:
    params: [c, s: 1]
    layers:
      - branches:
          main: [{name: one, conv: c, stride: s}, {name: two, conv: c}]
          skip: [{conv: c, kernel: 1, stride: s}]
        merge: add
        activation: relu
layers:
  - {name: conv1, conv: w, activation: relu}
  - {name: norm1, lrn: 5}
  - {name: conv2, conv: 2*w, activation: relu}
  - {name: norm2, lrn: 5}
  - {name: stage, cell: 8, repeat: 2, first: {s: 2}}
  - {name: tap, from: norm1, conv: 2, kernel: 1}
  - {name: flat, from: stage, flatten: }
  - {name: out, dense: 10, activation: softmax}
"""


@pytest.fixture(autouse=True)
def _base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, base=BASE)


def text_of(*changes: str, more: str = "") -> str:
    listed = "".join(f"  - {change}\n" for change in changes)
    return f"cnnaudit: 1\nextends: base.yaml\n{more}changes:\n{listed}"


def adapted(*changes: str, more: str = "") -> Audit:
    return audit_text(text_of(*changes, more=more))


def faults(*changes: str) -> list[Diagnostic]:
    with pytest.raises(AuditError) as caught:
        adapted(*changes)
    return list(caught.value.diagnostics)


def fault(*changes: str) -> Diagnostic:
    (found,) = faults(*changes)
    return found


def test_no_changes() -> None:
    assert adapted("{set: conv1, to: {}}").totals == audit_text(BASE).totals
    write(Path.cwd(), net="")
    assert audit_text("cnnaudit: 1\nextends: base.yaml\nchanges: []").totals.params


# Each kind of change ------------------------------------------------------------------------------


def test_remove() -> None:
    net = adapted("{remove: norm2}")
    assert "norm2" not in names(net)
    assert inputs(net, "stage.1.main.one") == ["conv2.activation"]


def test_remove_takes_the_modifiers_along() -> None:
    assert not {"conv2", "conv2.activation"} & set(names(adapted("{remove: [conv2, norm2]}")))


def test_removing_what_is_read_elsewhere_is_an_error_in_the_base() -> None:
    found = fault("{remove: norm1}")
    assert (found.path, found.code) == ("base.yaml", "CA101")


def test_set_replaces_attributes_and_keeps_the_rest() -> None:
    net = adapted("{set: conv1, to: {stride: 2, activation: tanh}}")
    assert shapes(net)["conv1"] == (8, 8, 4)
    nodes = {node.name: node for node in net.graph.nodes}
    assert nodes["conv1"].attributes["kernel"] == (3, 3)
    assert nodes["conv1.activation"].attributes["function"] == "tanh"


@pytest.mark.parametrize("to", ["{conv: 9}", "{filters: 9}", "{conv: 2*w + 1}"])
def test_set_the_principal_argument(to: str) -> None:
    assert shapes(adapted(f"{{set: conv1, to: {to}}}"))["conv1"] == (16, 16, 9)


def test_set_the_arguments_of_a_block() -> None:
    net = adapted("{set: stage, to: {cell: 6, repeat: 3}}")
    assert shapes(net)["stage.3.main.two"] == (8, 8, 6)


def test_set_with_null_takes_away() -> None:
    assert "stage.1.add1" not in names(adapted("{set: stage, to: {repeat: null, first: null}}"))
    assert inputs(adapted("{set: tap, to: {from: null}}"), "tap") == ["stage.2.add1.activation"]


def test_what_a_change_does_not_name_of_the_first_repetition_stays() -> None:
    net = adapted("{set: stage, to: {first: {c: 6}}}")
    assert shapes(net)["stage.1.main.two"] == (8, 8, 6)
    assert shapes(adapted("{set: stage, to: {first: {s: null}}}"))["stage.2.add1"] == (16, 16, 8)


def test_set_a_modifier_off() -> None:
    assert "conv1.activation" not in names(adapted("{set: conv1, to: {activation: none}}"))


def test_replace() -> None:
    net = adapted("{replace: out, with: [{name: h, dense: 5}, {name: out, dense: 3}]}")
    assert names(net)[-2:] == ["h", "out"]
    assert shapes(net)["out"] == (3,)


def test_a_replacement_reads_what_the_replaced_layer_read() -> None:
    net = adapted("{replace: tap, with: [{name: tap, conv: 3, kernel: 1}, {name: t2, lrn: 5}]}")
    assert inputs(net, "tap") == ["norm1"]
    assert inputs(net, "t2") == ["tap"]


def test_insert_after_and_before() -> None:
    net = adapted(
        "{insert_after: conv2, layers: [{name: x, dropout: 0.5}]}",
        "{insert_before: conv2, layers: [{name: y, dropout: 0.5}]}",
    )
    assert inputs(net, "conv2") == ["y"]
    assert inputs(net, "x") == ["conv2.activation"]
    assert inputs(net, "norm2") == ["x"]


def test_inserted_layers_get_free_names() -> None:
    net = adapted("{insert_after: conv1, layers: [{conv: 4}, {conv: 4}]}")
    assert names(net)[:4] == ["conv1", "conv1.activation", "conv3", "conv4"]


def test_inserted_layers_may_use_blocks_and_variables() -> None:
    more = "blocks: {extra: {params: [c], layers: [{conv: c}]}}\nvars: {v: 7}\n"
    net = adapted("{insert_after: conv1, layers: [{name: e, extra: v + w}]}", more=more)
    assert shapes(net)["e.conv1"] == (16, 16, 11)


def test_freeze() -> None:
    net = adapted("{freeze: [conv1, stage]}")
    frozen = {row.node.name for row in net.rows if row.non_trainable_params}
    assert "conv1" in frozen
    assert "stage.2.main.two" in frozen
    assert "out" not in frozen
    assert net.totals.params == audit_text(BASE).totals.params


# Which layers -------------------------------------------------------------------------------------


def test_a_list_of_names() -> None:
    assert not {"norm1", "norm2"} & set(names(adapted("{remove: [norm1, norm2, tap]}")))


@pytest.mark.parametrize("pattern", ["'norm*'", "norm?", "'[n]orm*'", "'*orm[12]*'"])
def test_patterns(pattern: str) -> None:
    kept = names(adapted("{remove: tap}", f"{{remove: {pattern}}}"))
    assert not [name for name in kept if name.startswith("norm")]


def test_a_pattern_does_not_cross_a_dot() -> None:
    net = adapted('{freeze: "conv*"}')
    frozen = [row.node.name for row in net.rows if row.non_trainable_params]
    assert frozen == ["conv1", "conv2"]


def test_one_layer_of_one_repetition() -> None:
    net = adapted("{set: stage.2.main.two, to: {kernel: 1}}")
    kernels = {n.name: n.attributes["kernel"] for n in net.graph.nodes if n.op == "conv"}
    assert kernels["stage.1.main.two"] == (3, 3)
    assert kernels["stage.2.main.two"] == (1, 1)


def test_the_same_layer_of_all_repetitions() -> None:
    net = adapted('{insert_after: "stage.*.main.one", layers: [relu]}')
    assert [name for name in names(net) if name.endswith("relu1")] == [
        "stage.1.main.relu1",
        "stage.2.main.relu1",
    ]


def test_changes_apply_one_after_the_other() -> None:
    net = adapted(
        "{insert_after: conv1, layers: [{name: new, conv: 4}]}",
        "{set: new, to: {stride: 2}}",
        "{remove: norm2}",
    )
    assert shapes(net)["new"] == (8, 8, 4)


def test_changes_of_changes() -> None:
    write(Path.cwd(), mid=text_of("{remove: norm2}", "{set: conv1, to: {stride: 2}}"))
    net = audit_text("cnnaudit: 1\nextends: mid.yaml\nchanges: [{set: conv1, to: {conv: 5}}]")
    assert shapes(net)["conv1"] == (8, 8, 5)
    assert "norm2" not in names(net)


def test_own_layers_leave_the_changes_of_the_base_behind() -> None:
    write(Path.cwd(), mid=text_of("{remove: norm2}"))
    assert names(audit_text("cnnaudit: 1\nextends: mid.yaml\nlayers: [flatten]")) == ["flatten1"]


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "name", "help"),
    [
        ("{remove: norm3}", "norm3", "did you mean 'norm2'?"),
        ("{remove: [norm2, norm3]}", "norm3", "did you mean 'norm2'?"),
        ('{freeze: "zzz*"}', "zzz*", None),
        ("{set: stage.3.main.one, to: {stride: 1}}", "stage.3.main.one", "did you mean"),
        ("{set: conv1.activation, to: {}}", "conv1.activation", None),
        ("{replace: input, with: []}", "input", None),
    ],
)
def test_a_change_that_meets_nothing_is_an_error(change: str, name: str, help: str | None) -> None:
    found = fault(change)
    assert found.code == "CA104"
    assert found.region is not None
    assert found.region.line == 4
    assert f"'{name}' matches no layer" in found.message
    if help is not None:
        assert (found.help or "").startswith(help)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ("{set: conv1}", ["CA908"]),
        ("{replace: conv1}", ["CA908"]),
        ("{insert_after: conv1}", ["CA908"]),
        ("{remove: norm2, with: []}", ["CA905"]),
        ("{delete: norm2}", ["CA905"]),
        ("remove", ["CA905"]),
        ("{}", ["CA905"]),
        ("{remove: }", ["CA906"]),
        ("{remove: {a: 1}}", ["CA906"]),
        ("{set: conv1, to: 5}", ["CA906"]),
        ("{set: conv1, to: {strid: 5}}", ["CA905"]),
        ("{set: conv1, to: {stride: 0}}", ["CA906"]),
        ("{set: conv1, to: {dense: 5}}", ["CA905"]),
        ("{insert_after: conv1, layers: [{cnov: 3}]}", ["CA905"]),
        ("{insert_after: conv1, layers: 5}", ["CA906"]),
    ],
)
def test_wrong_changes(change: str, codes: list[str]) -> None:
    found = faults(change)
    assert [one.code for one in found] == codes
    assert all(one.path == "net.yaml" and one.region and one.region.line == 4 for one in found)


def test_a_misspelt_change_suggests_the_right_one() -> None:
    assert fault("{insert_afer: conv1, layers: []}").help == "did you mean 'insert_after'?"


def test_changes_are_a_list() -> None:
    with pytest.raises(AuditError, match="list of changes"):
        audit_text("cnnaudit: 1\nextends: base.yaml\nchanges: {remove: norm2}")


def test_an_inserted_name_must_be_free() -> None:
    assert "CA103" in [
        one.code for one in faults("{insert_after: conv1, layers: [{name: conv2, lrn: 5}]}")
    ]


def test_an_inserted_layer_that_does_not_fit_is_an_error_of_the_adapting_file() -> None:
    found = fault("{insert_after: conv2, layers: [{dense: 5}]}")
    assert (found.path, *place(found)) == ("net.yaml", "CA201", 4, 36)


def test_removing_everything_leaves_no_network() -> None:
    assert fault('{remove: "*"}').code == "CA108"
