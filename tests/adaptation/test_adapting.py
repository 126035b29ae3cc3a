"""The adapted file: its content, its length, and the network that it gives."""

from fractions import Fraction
from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.adaptation.adapting import adapt_stock
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.output_file import adapt_unrolled_if_needed
from cnnaudit.adaptation.rounding import Rounding
from cnnaudit.adaptation.search import Search
from cnnaudit.adaptation.standalone import standalone_text
from cnnaudit.adaptation.stock import read_stock
from cnnaudit.errors import AuditError, UsageError
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


def test_alexnet_for_a_camera_has_the_totals_of_the_shipped_adaptation() -> None:
    options = AdaptOptions(("270x480x3",), 29, Fraction(29, 1000), Rounding("even"))
    adapted = cnnaudit.adapt("zoo:alexnet", options)
    shipped = cnnaudit.audit(cnnaudit.load("zoo:alexnet-adapted"))
    assert cnnaudit.audit(adapted.graph).totals == shipped.totals
    assert adapted.patch.vars == (("width", Fraction(29, 1000)),)
    assert not adapted.patch.changes


@pytest.mark.parametrize("classes", [2, 5, 29])
def test_a_written_number_of_units_follows_the_classes(classes: int) -> None:
    adapted = adapt_text(LENET, AdaptOptions(classes=classes))
    assert widths(adapted.graph)["out"] == classes
    assert widths(adapted.graph)["fc"] == 120


def test_one_sigmoid_unit_serves_two_classes_and_no_more() -> None:
    text = LENET.replace("dense: 10, activation: softmax", "dense: 1, activation: sigmoid")
    assert widths(adapt_text(text, AdaptOptions(classes=2)).graph)["out"] == 1
    adapted = adapt_text(text, AdaptOptions(classes=5))
    assert widths(adapted.graph)["out"] == 5
    assert adapted.graph.nodes[-1].attributes["function"] == "softmax"


def test_a_concatenation_as_output_has_no_classifier() -> None:
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
    adapted = adapt_text(text, HALF)
    assert [change.settings for change in adapted.patch.changes][0:1]
    assert ("expect", None) in [
        pair for change in adapted.patch.changes for pair in change.settings
    ]
    same_shapes = adapt_text(text, AdaptOptions(classes=3))
    assert not any("expect" in dict(change.settings) for change in same_shapes.patch.changes)


def test_a_pool_takes_the_place_of_the_flatten() -> None:
    adapted = adapt_text(LENET, AdaptOptions(head="gap"))
    rows = {row.node.name: row for row in cnnaudit.audit(adapted.graph).rows}
    assert rows["gap"].node.output_shape == (16,)
    assert rows["fc"].params == 16 * 120 + 120
    with pytest.raises(UsageError, match="pools already"):
        cnnaudit.adapt("zoo:resnet-18", AdaptOptions(head="gap"))


def test_normalisations_are_dropped_even_if_other_layers_read_them_by_name() -> None:
    adapted = adapt_text(LENET, AdaptOptions(drop_lrn=True))
    assert "norm1" not in widths(adapted.graph)
    named = LENET.replace("{name: conv2, conv", "{name: conv2, from: norm1, conv")
    assert "norm1" not in widths(adapt_text(named, AdaptOptions(drop_lrn=True)).graph)
    with pytest.raises(UsageError, match="no local response"):
        cnnaudit.adapt("zoo:vgg-a", AdaptOptions(drop_lrn=True))


def test_two_3x3_replace_a_5x5() -> None:
    adapted = adapt_text(LENET, AdaptOptions(factorize=True))
    before = {node.name: node.output_shape for node in adapted.before.nodes}
    after = {node.name: node for node in adapted.graph.nodes}
    assert all(after[name].output_shape == shape for name, shape in before.items())
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
    stock = read_stock(f"zoo:{name}")
    assert stock is not None
    kernels = [node.attributes.get("kernel") for node in cnnaudit.load(f"zoo:{name}").nodes]
    if (5, 5) not in kernels:
        with pytest.raises(UsageError, match="no 5x5"):
            adapt_stock(stock, AdaptOptions(factorize=True))
        return
    adapted = adapt_stock(stock, HALF._replace(factorize=True))
    convolutions = [node for node in adapted.graph.nodes if node.op == "conv"]
    assert (5, 5) not in [node.attributes["kernel"] for node in convolutions]
    assert len(convolutions) == sum(node.op == "conv" for node in adapted.before.nodes) + sum(
        node.op == "conv" and node.attributes["kernel"] == (5, 5) for node in adapted.before.nodes
    )


def test_frozen_layers_are_named_or_refused() -> None:
    adapted = adapt_text(LENET, HALF._replace(freeze=("conv*",)))
    assert [node.trainable for node in adapted.graph.nodes if node.op == "conv"] == [False, False]
    assert widths(adapted.graph)["conv1"] == 4
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
    adapted = adapt_text(GROWING, HALF)
    settings = {c.patterns: dict(c.settings) for c in adapted.patch.changes}
    assert settings["same",] == {"filters": 26, "first": {"filters": 38}}
    assert settings["grow",] == {
        "filters": "6 if i < 1 else 10 if i < 2 else 12 if i < 3 else 16 if i < 4 else 18"
    }
    assert settings["late",] == {"filters": "10 if i < 2 else 12", "first": {"filters": 38}}
    assert settings["pairs",] == {"f": 10}
    channels = widths(adapted.graph)
    assert [channels[f"same.{n}"] for n in (1, 2, 3)] == [38, 26, 26]
    assert [channels[f"grow.{n}"] for n in (1, 2, 3, 4, 5)] == [6, 10, 12, 16, 18]
    assert [channels[f"late.{n}"] for n in (1, 2, 3)] == [38, 10, 12]
    assert [channels[f"pairs.{n}.two"] for n in (1, 2)] == [30, 20]
    text = standalone_text(adapted)
    assert text is not None
    assert "conv: 26, kernel: 3, padding: same, repeat: 3, first: {filters: 38}}  # kept" in text


def test_repetitions_too_many_for_one_expression_are_written_out() -> None:
    long = GROWING.replace("repeat: 5", "repeat: 40")
    with pytest.raises(UsageError, match=r"'grow' needs: write every layer out, with --flat"):
        adapt_text(long, HALF)
    adapted, _ = adapt_unrolled_if_needed(Search((), (), Fraction(1)), stock_text(long), HALF)
    assert widths(adapted.graph)["grow_40"] == 124


def test_a_backbone_keeps_its_widths() -> None:
    adapted = cnnaudit.adapt("zoo:vgg16-catdog-transfer", HALF)
    before, after = widths(adapted.before), widths(adapted.graph)
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
    adapted = cnnaudit.adapt("stock/lenet.yaml", HALF)
    text = adapted.text(tmp_path / "mine")
    assert "extends: ../stock/lenet.yaml\n" in text
    (tmp_path / "mine" / "half.yaml").write_text(text)
    reread = cnnaudit.audit(cnnaudit.load("mine/half.yaml"))
    assert reread.totals == cnnaudit.audit(adapted.graph).totals
    assert reread.totals.params == reread.graph.expect["params"]


def test_outside_of_the_repository_a_file_cannot_extend_the_stock(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / ".git").mkdir(parents=True)
    (tmp_path / "a" / "lenet.yaml").write_text(LENET)
    adapted = cnnaudit.adapt(str(tmp_path / "a" / "lenet.yaml"), HALF)
    with pytest.raises(UsageError, match=r"outside the repository.*--flat"):
        adapted.text(tmp_path / "b")


def test_an_impossible_input_is_an_error_of_the_file() -> None:
    with pytest.raises(AuditError, match="kernel"):
        adapt_text(LENET, AdaptOptions(inputs=("2x2x3",)))


# Standalone files ---------------------------------------------------------------------------------


def test_the_text_is_edited_in_place() -> None:
    options = AdaptOptions(("48x48x3",), 29, Fraction(1, 2), drop_lrn=True, head="gap", name="Mine")
    text = standalone_text(adapt_text(LENET, options))
    assert text is not None
    lines = text.splitlines()
    assert lines[0] == "# Comments stay."
    assert "input: 48x48x3    # so do those behind values" in lines
    assert "  - {name: conv1, conv: 4, kernel: 5, padding: 1, activation: relu}" in lines
    assert "  - {name: gap, avg_pool: global, keep_dims: false}" in lines
    assert "  - {name: out, dense: 29, activation: softmax}" in lines
    assert not any("norm1" in line for line in lines)
    assert lines.index("name: Mine") == 2


def test_an_edited_text_is_the_adapted_network() -> None:
    adapted = adapt_text(LENET, HALF._replace(factorize=True, freeze=("fc",)))
    text = standalone_text(adapted)
    assert text is not None
    reread = adapt_text(text, AdaptOptions(name="again"))
    assert [n._replace(span=None) for n in reread.before.nodes] == [
        n._replace(span=None) for n in adapted.graph.nodes
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
def test_keys_are_added_and_removed_in_any_style(newline: str) -> None:
    options = AdaptOptions(
        ("48x48x3",), 7, Fraction(1, 2), drop_lrn=True, factorize=True, freeze=("*",)
    )
    adapted = adapt_text(LOOSE.replace("\n", newline), options)
    text = standalone_text(adapted)
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


def test_data_set_and_loss_of_other_classes_are_removed() -> None:
    adapted = adapt_text(TRAINED, AdaptOptions(classes=5))
    assert adapted.graph.training == {"batch_size": 32}
    assert set(adapted.graph.variants) == {"s", "l"}
    text = standalone_text(adapted)
    assert text is not None
    assert text.endswith("training:\n  batch_size: 32   # kept\n")
    assert (
        adapt_text(TRAINED, AdaptOptions(classes=2, name="Mine")).graph.training
        == adapted.before.training
    )
    follows = TRAINED.replace("classes: 2}", "classes: classes}").replace(
        "dense: 1, activation: sigmoid", "dense: classes"
    )
    assert adapt_text(follows, AdaptOptions(classes=5)).graph.training["dataset.classes"] == 5
    alone = TRAINED.replace("  batch_size: 32   # kept\n", "")
    assert "training" not in str(standalone_text(adapt_text(alone, AdaptOptions(classes=5))))


def test_variants_that_set_unscaled_widths_are_removed() -> None:
    text = TRAINED.replace("w: 8}", "w: 8, act: relu}").replace(
        "activation: relu", "activation: act"
    )
    adapted = adapt_text(text.replace("l: {w: 16}", "l: {w: 16}, same: {act: tanh}"), HALF)
    assert adapted.patch.vars == (("w", Fraction(4)),)
    assert adapted.graph.variants == ("same",)
    assert adapted.graph.training == adapted.before.training
    assert "variants: {same: {act: tanh}}\n" in str(standalone_text(adapted))


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
    adapted = adapt_text(text, HALF)
    assert standalone_text(adapted) is None
    assert stock_text(adapted.stock.source_file.source.text).architecture.blocks
