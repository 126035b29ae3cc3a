"""The adapted file: what it says, in how few words, and that it gives what was asked for."""

from fractions import Fraction
from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.adaptation.adapting import adapt_stock
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.rounding import Rounding
from cnnaudit.adaptation.search import Search
from cnnaudit.adaptation.standalone import standalone_text
from cnnaudit.adaptation.stock import read_stock
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.render.adapted_file import adapted_alone
from tests.adaptation.support import adapt_text, stock_text, widths

HALF = AdaptOptions(factor=Fraction(1, 2))
LENET = """\
# Comments stay.
cnnaudit: 1
name: LeNet
input: 32x32x3    # so do those behind values
classes: 10
layers:
  - {name: conv1, conv: 8, kernel: 5, padding: 1, activation: relu}
  - {name: pool1, max_pool: 2}
  - {name: norm1, lrn: 5}
  - {name: conv2, conv: 16, kernel: 5, padding: same, stride: 2, batch_norm: true}
  - flatten
  - {name: fc, dense: 120, dropout: 0.5}
  - {name: out, dense: 10, activation: softmax}
"""


def test_the_story_to_the_last_parameter() -> None:
    recipe = AdaptOptions(("270x480x3",), 29, Fraction(29, 1000), Rounding("even"))
    made = cnnaudit.adapt("zoo:alexnet", recipe)
    shipped = cnnaudit.audit(cnnaudit.load("zoo:alexnet-adapted"))
    assert cnnaudit.audit(made.graph).totals == shipped.totals
    assert made.patch.vars == (("width", Fraction(29, 1000)),)
    assert not made.patch.changes


@pytest.mark.parametrize("classes", [2, 5, 29])
def test_a_written_number_of_units_follows_the_classes(classes: int) -> None:
    made = adapt_text(LENET, AdaptOptions(classes=classes))
    assert widths(made.graph)["out"] == classes
    assert widths(made.graph)["fc"] == 120


def test_one_sigmoid_unit_serves_two_classes_and_no_more() -> None:
    text = LENET.replace("dense: 10, activation: softmax", "dense: 1, activation: sigmoid")
    assert widths(adapt_text(text, AdaptOptions(classes=2)).graph)["out"] == 1
    made = adapt_text(text, AdaptOptions(classes=5))
    assert widths(made.graph)["out"] == 5
    assert made.graph.nodes[-1].attributes["function"] == "softmax"


def test_what_joins_several_layers_has_no_classifier() -> None:
    text = """\
        cnnaudit: 1
        input: 8x8x3
        layers:
          - {name: a, conv: 4, kernel: 1}
          - {name: j, concat: [a, input]}
        """
    with pytest.raises(UsageError, match="no layer alone makes the classes"):
        adapt_text(text, AdaptOptions(classes=5))


def test_claims_of_layers_that_no_longer_hold_are_dropped() -> None:
    text = LENET.replace("max_pool: 2", "max_pool: 2, expect: 15x15x8")
    made = adapt_text(text, HALF)
    assert [change.settings for change in made.patch.changes][0:1]
    assert ("expect", None) in [pair for change in made.patch.changes for pair in change.settings]
    kept = adapt_text(text, AdaptOptions(classes=3))
    assert not any("expect" in dict(change.settings) for change in kept.patch.changes)


def test_a_pool_takes_the_place_of_the_flatten() -> None:
    made = adapt_text(LENET, AdaptOptions(head="gap"))
    rows = {row.node.name: row for row in cnnaudit.audit(made.graph).rows}
    assert rows["gap"].node.shape == (16,)
    assert rows["fc"].params == 16 * 120 + 120
    with pytest.raises(UsageError, match="pools already"):
        cnnaudit.adapt("zoo:resnet-18", AdaptOptions(head="gap"))


def test_normalisations_go_even_where_others_name_them() -> None:
    made = adapt_text(LENET, AdaptOptions(drop_lrn=True))
    assert "norm1" not in widths(made.graph)
    named = LENET.replace("{name: conv2, conv", "{name: conv2, from: norm1, conv")
    assert "norm1" not in widths(adapt_text(named, AdaptOptions(drop_lrn=True)).graph)
    with pytest.raises(UsageError, match="no local response"):
        cnnaudit.adapt("zoo:vgg-a", AdaptOptions(drop_lrn=True))


def test_two_3x3_stand_for_a_5x5() -> None:
    made = adapt_text(LENET, AdaptOptions(factorize=True))
    before = {node.name: node.shape for node in made.before.nodes}
    after = {node.name: node for node in made.graph.nodes}
    assert all(after[name].shape == shape for name, shape in before.items())
    first, second = after["conv2_1"], after["conv2"]
    assert (first.attributes["stride"], second.attributes["stride"]) == ((1, 1), (2, 2))
    assert first.attributes["kernel"] == second.attributes["kernel"] == (3, 3)
    assert after["conv1_1"].attributes["padding"] == ((1, 1), (1, 1))
    assert after["conv1"].attributes["padding"] == ((0, 0), (0, 0))
    assert "conv2_1.batch_norm" in after
    with pytest.raises(UsageError, match="no 5x5"):
        cnnaudit.adapt("zoo:vgg-a", AdaptOptions(factorize=True))
    follows = LENET.replace("conv: 16", "conv: 2*in_channels")
    assert widths(adapt_text(follows, AdaptOptions(factorize=True)).graph)["conv2"] == 16
    assert "{name: conv2, conv: 8, kernel: 3" in str(
        standalone_text(adapt_text(follows, HALF._replace(factorize=True)))
    )


@pytest.mark.parametrize("name", ["googlenet", "inception-flowers17", "alexnet", "inception-v2"])
def test_pairs_in_blocks_scale_with_the_rest(name: str) -> None:
    found = read_stock(f"zoo:{name}")
    assert found is not None
    kernels = [node.attributes.get("kernel") for node in cnnaudit.load(f"zoo:{name}").nodes]
    if (5, 5) not in kernels:
        with pytest.raises(UsageError, match="no 5x5"):
            adapt_stock(found, AdaptOptions(factorize=True))
        return
    made = adapt_stock(found, HALF._replace(factorize=True))
    convolutions = [node for node in made.graph.nodes if node.kind == "conv"]
    assert (5, 5) not in [node.attributes["kernel"] for node in convolutions]
    assert len(convolutions) == sum(node.kind == "conv" for node in made.before.nodes) + sum(
        node.kind == "conv" and node.attributes["kernel"] == (5, 5) for node in made.before.nodes
    )


def test_frozen_layers_are_named_or_refused() -> None:
    made = adapt_text(LENET, HALF._replace(freeze=("conv*",)))
    assert [node.trainable for node in made.graph.nodes if node.kind == "conv"] == [False, False]
    assert widths(made.graph)["conv1"] == 4
    with pytest.raises(UsageError, match=r"--freeze conf1: .*did you mean 'conv1'"):
        adapt_text(LENET, AdaptOptions(freeze=("conf1",)))


GROWING = """\
cnnaudit: 1
input: 16x16x3
classes: 10
blocks:
  pair:
    params: [f, e: 2]
    layers: [{name: one, conv: f, kernel: 1}, {name: two, conv: f*e, kernel: 3}]
layers:
  - {name: same, conv: 50, kernel: 3, padding: same, repeat: 3, first: {filters: 75}}  # kept
  - {name: grow, conv: 12 + 6*i, kernel: 3, padding: same, repeat: 5}
  - {name: late, conv: 12 + 6*i, kernel: 1, repeat: 3, first: {filters: 75, activation: relu}}
  - {name: pairs, pair: 20, repeat: 2, first: {e: 3}}
  - {avg_pool: global, keep_dims: false}
  - {dense: classes}
"""


def test_repetitions_may_have_widths_of_their_own() -> None:
    made = adapt_text(GROWING, HALF)
    settings = {c.patterns: dict(c.settings) for c in made.patch.changes}
    assert settings["same",] == {"filters": 26, "first": {"filters": 38}}
    assert settings["grow",] == {
        "filters": "6 if i < 1 else 10 if i < 2 else 12 if i < 3 else 16 if i < 4 else 18"
    }
    assert settings["late",] == {"filters": "10 if i < 2 else 12", "first": {"filters": 38}}
    assert settings["pairs",] == {"f": 10}
    found = widths(made.graph)
    assert [found[f"same.{n}"] for n in (1, 2, 3)] == [38, 26, 26]
    assert [found[f"grow.{n}"] for n in (1, 2, 3, 4, 5)] == [6, 10, 12, 16, 18]
    assert [found[f"late.{n}"] for n in (1, 2, 3)] == [38, 10, 12]
    assert [found[f"pairs.{n}.two"] for n in (1, 2)] == [30, 20]
    text = standalone_text(made)
    assert text is not None
    assert "conv: 26, kernel: 3, padding: same, repeat: 3, first: {filters: 38}}  # kept" in text


def test_more_repetitions_than_a_change_can_tell_apart_are_written_out() -> None:
    long = GROWING.replace("repeat: 5", "repeat: 40")
    with pytest.raises(UsageError, match=r"'grow' needs: write every layer out, with --flat"):
        adapt_text(long, HALF)
    made, _ = adapted_alone(Search((), (), Fraction(1)), stock_text(long), HALF)
    assert widths(made.graph)["grow_40"] == 124


def test_a_backbone_keeps_its_widths() -> None:
    made = cnnaudit.adapt("zoo:vgg16-catdog-transfer", HALF)
    before, after = widths(made.before), widths(made.graph)
    assert after["fc1"] == 128
    assert all(after[name] == width for name, width in before.items() if "backbone" in name)


def test_the_file_gives_the_network_from_where_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "stock").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "stock" / "lenet.yaml").write_text(LENET)
    monkeypatch.chdir(tmp_path)
    made = cnnaudit.adapt("stock/lenet.yaml", HALF)
    text = made.text(tmp_path / "mine")
    assert "extends: ../stock/lenet.yaml\n" in text
    (tmp_path / "mine" / "half.yaml").write_text(text)
    found = cnnaudit.audit(cnnaudit.load("mine/half.yaml"))
    assert found.totals == cnnaudit.audit(made.graph).totals
    assert found.totals.params == found.graph.expect["params"]


def test_outside_of_the_repository_only_a_flat_file_helps(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / ".git").mkdir(parents=True)
    (tmp_path / "a" / "lenet.yaml").write_text(LENET)
    made = cnnaudit.adapt(str(tmp_path / "a" / "lenet.yaml"), HALF)
    with pytest.raises(UsageError, match=r"outside the repository.*--flat"):
        made.text(tmp_path / "b")


def test_an_impossible_input_is_an_error_of_the_file() -> None:
    with pytest.raises(AuditError, match="kernel"):
        adapt_text(LENET, AdaptOptions(inputs=("2x2x3",)))


# Standing alone -----------------------------------------------------------------------------------


def test_the_text_is_edited_where_the_values_stand() -> None:
    recipe = AdaptOptions(("48x48x3",), 29, Fraction(1, 2), drop_lrn=True, head="gap", name="Mine")
    text = standalone_text(adapt_text(LENET, recipe))
    assert text is not None
    kept = text.splitlines()
    assert kept[0] == "# Comments stay."
    assert "input: 48x48x3    # so do those behind values" in kept
    assert "  - {name: conv1, conv: 4, kernel: 5, padding: 1, activation: relu}" in kept
    assert "  - {name: gap, avg_pool: global, keep_dims: false}" in kept
    assert "  - {name: out, dense: 29, activation: softmax}" in kept
    assert not any("norm1" in line for line in kept)
    assert kept.index("name: Mine") == 2


def test_an_edited_text_is_the_adapted_network() -> None:
    made = adapt_text(LENET, HALF._replace(factorize=True, freeze=("fc",)))
    text = standalone_text(made)
    assert text is not None
    again = adapt_text(text, AdaptOptions(name="again"))
    assert [n._replace(span=None) for n in again.before.nodes] == [
        n._replace(span=None) for n in made.graph.nodes
    ]


LOOSE = """\
cnnaudit: 1
name: "Loose"    # quoted
input:
  - 32
  - 32
  - 3
classes: 10
layers:
  # the first
  - name: a         # block style
    expect: 32x32x12
    conv: 12        # twelve
    kernel: 5
    padding: same
  - relu
  - {conv: 20, kernel: 3, expect: 30x30x20,
     padding: valid, }   # on two lines
  - name: über
    conv: 6
    kernel: 1
    expect: same
  # before the end
  - lrn: 5
  - flatten
  - {expect: 10, dense: 10}
training: {batch_size: 64}
# the end"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_keys_come_and_go_in_any_style(newline: str) -> None:
    recipe = AdaptOptions(
        ("48x48x3",), 7, Fraction(1, 2), drop_lrn=True, factorize=True, freeze=("*",)
    )
    made = adapt_text(LOOSE.replace("\n", newline), recipe)
    text = standalone_text(made)
    assert text is not None
    assert text.count("\n") == text.count(newline)
    assert (
        text.splitlines()[4:]
        == """\
input:
  48x48x3
classes: 7
layers:
  # the first
  - {name: a_1, conv: 6, kernel: 3, padding: same, trainable: false}
  - name: a         # block style
    conv: 6        # twelve
    kernel: 3
    padding: same
    trainable: false
  - {name: relu1, activation: relu, trainable: false}
  - {conv: 10, kernel: 3,
     padding: valid, trainable: false, }   # on two lines
  - name: über
    conv: 4
    kernel: 1
    expect: same
    trainable: false
  # before the end
  - {flatten: true, trainable: false}
  - {dense: 7, trainable: false}
training: {batch_size: 64}
# the end""".splitlines()
    )


TRAINED = """\
cnnaudit: 1
input: 16
classes: 2
vars: {w: 8}
variants: {s: {w: 4}, l: {w: 16}}
layers: [{dense: w, activation: relu}, {dense: 1, activation: sigmoid}]
training:
  batch_size: 32   # kept
  loss: binary_crossentropy
  dataset: {images: 500, classes: 2}
"""


def test_what_was_said_of_another_task_goes() -> None:
    made = adapt_text(TRAINED, AdaptOptions(classes=5))
    assert made.graph.training == {"batch_size": 32}
    assert set(made.graph.variants) == {"s", "l"}
    text = standalone_text(made)
    assert text is not None
    assert text.endswith("training:\n  batch_size: 32   # kept\n")
    assert (
        adapt_text(TRAINED, AdaptOptions(classes=2, name="Mine")).graph.training
        == made.before.training
    )
    follows = TRAINED.replace("classes: 2}", "classes: classes}").replace(
        "dense: 1, activation: sigmoid", "dense: classes"
    )
    assert adapt_text(follows, AdaptOptions(classes=5)).graph.training["dataset.classes"] == 5
    alone = TRAINED.replace("  batch_size: 32   # kept\n", "")
    assert "training" not in str(standalone_text(adapt_text(alone, AdaptOptions(classes=5))))


def test_variants_do_not_undo_the_widths() -> None:
    text = TRAINED.replace("w: 8}", "w: 8, act: relu}").replace(
        "activation: relu", "activation: act"
    )
    made = adapt_text(text.replace("l: {w: 16}", "l: {w: 16}, same: {act: tanh}"), HALF)
    assert made.patch.vars == (("w", Fraction(4)),)
    assert made.graph.variants == ("same",)
    assert made.graph.training == made.before.training
    assert "variants: {same: {act: tanh}}\n" in str(standalone_text(made))


def test_a_list_in_brackets_is_edited_too() -> None:
    head, _, listed = LENET.partition("layers:\n")
    entries = ", ".join(entry.strip().removeprefix("- ") for entry in listed.splitlines())
    text = standalone_text(
        adapt_text(f"{head}layers: [{entries}]", AdaptOptions(drop_lrn=True, factorize=True))
    )
    assert text is not None
    assert "layers: [{name: conv1_1, conv: 8, kernel: 3, " in text
    assert "activation: relu}, {name: conv1, conv: 8, kernel: 3, " in text
    assert "{name: pool1, max_pool: 2}, {name: conv2_1, " in text
    alone = standalone_text(
        adapt_text("{cnnaudit: 1, input: 8, layers: [{dense: 6}, {dense: 2}]}", HALF)
    )
    assert alone is not None
    assert alone.startswith("{cnnaudit: 1, input: 8, layers: [{dense: 4}, {dense: 2}], name: ")


def test_a_block_that_is_used_differently_has_no_place_for_an_edit() -> None:
    text = """\
        cnnaudit: 1
        input: 8x8x3
        blocks:
          b: {params: [w], layers: [{name: c, conv: w, kernel: 1}, {conv: 10, kernel: 1}]}
        layers:
          - {name: one, b: 8}
          - {name: two, b: 16}
        """
    made = adapt_text(text, HALF)
    assert standalone_text(made) is None
    assert stock_text(made.stock.source_file.source.text).architecture.blocks
