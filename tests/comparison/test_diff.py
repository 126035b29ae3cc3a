"""Comparisons: what is aligned with what, and what is named as the cause."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnnaudit
from cnnaudit.calculator import Audit
from cnnaudit.comparison.diff import Cause, Comparison, compare
from tests.support import ROOT, audit_text, chain

ALEXNET = ROOT / "configs/alexnet/alexnet.yaml"
ZOO = sorted((ROOT / "configs").glob("*/*.yaml"))

CONV = "{conv: 8, kernel: 3, padding: same, activation: relu}"
POOL = "{max_pool: 2}"


def audited(path: Path | str) -> Audit:
    return cnnaudit.audit(cnnaudit.load(str(path)))


def matches(comparison: Comparison) -> set[tuple[str | None, str | None]]:
    return {(p.a and p.a.name, p.b and p.b.name) for p in comparison.rows}


def statuses(comparison: Comparison) -> list[str]:
    return [pair.status for pair in comparison.rows]


def causes(comparison: Comparison, layer: str) -> list[tuple[str, str, object, object]]:
    (pair,) = [p for p in comparison.rows if p.b and p.b.name == layer]
    return [(cause.kind, cause.attribute, cause.a, cause.b) for cause in pair.causes]


@pytest.mark.parametrize("path", ZOO, ids=lambda path: path.stem)
def test_a_network_does_not_differ_from_itself(path: Path) -> None:
    network = audited(path)
    comparison = compare(network, network)
    assert not comparison.differs
    assert all(delta.difference == 0 for delta in comparison.totals.values())
    assert all(a == b for a, b in matches(comparison))


def test_the_adapted_alexnet_differs_by_its_widths_and_its_input() -> None:
    comparison = compare(audited("zoo:alexnet"), audited("zoo:alexnet-adapted"))
    assert comparison.totals["params"] == (62_378_344, 110_829)
    assert [c[:4] for c in comparison.network_causes] == [
        ("own", "input", [(227, 227, 3)], [(270, 480, 3)]),
        ("own", "classes", 1000, 29),
    ]
    own = {
        pair.a.name: (cause.attribute, cause.a, cause.b)
        for pair in comparison.rows
        for cause in pair.causes
        if cause.kind == "own" and pair.a
    }
    assert own == {
        "conv1": ("filters", 96, 4),
        "conv2": ("filters", 256, 8),
        "conv3": ("filters", 384, 12),
        "conv4": ("filters", 384, 12),
        "conv5": ("filters", 256, 8),
        "fc6": ("units", 4096, 120),
        "fc7": ("units", 4096, 120),
        "fc8": ("units", 1000, 29),
    }
    assert causes(comparison, "conv3")[1] == ("inherited", "input", (13, 13, 256), (15, 28, 8))


def test_the_trained_code_differs_from_the_analysis_by_its_padding() -> None:
    comparison = compare(audited("zoo:alexnet-270x480"), audited("zoo:alexnet-tflearn-code"))
    assert comparison.totals["params"] == (116_071_837, 162_209_181)
    own = {
        (pair.a.name, cause.attribute, cause.b)
        for pair in comparison.rows
        for cause in pair.causes
        if cause.kind == "own" and pair.a
    }
    # A 5x5 with padding 2 and a 3x3 with padding 1 add what `same` adds: no difference there.
    assert own == {(name, "padding", "same") for name in ("conv1", "pool1", "pool2", "pool5")}


@pytest.mark.parametrize("position", range(16))
def test_an_inserted_layer_is_one_added_row_and_what_it_entails(
    tmp_path: Path, position: int
) -> None:
    text = ALEXNET.read_text()
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if "name: conv1" in line)
    new = (
        "  - {name: extra, conv: 7, kernel: 1}" if position < 12 else "  - {name: extra, dense: 7}"
    )
    copy = tmp_path / "copy.yaml"
    copy.write_text("\n".join([*lines[: first + position], new, *lines[first + position :]]) + "\n")
    comparison = compare(audited(ALEXNET), audited(copy))
    found = statuses(comparison)
    assert found.count("added") == 1
    assert found[position] == "added"
    assert set(found[:position]) <= {"same"}
    assert all(c.kind == "inherited" for pair in comparison.rows for c in pair.causes)
    back = compare(audited(copy), audited(ALEXNET))
    assert statuses(back).count("removed") == 1


def test_an_inserted_layer_does_not_shift_layers_without_names() -> None:
    before = [CONV, POOL, CONV, CONV, POOL, CONV]
    after = [CONV, POOL, CONV, "{conv: 5, kernel: 5, padding: same}", CONV, POOL, CONV]
    comparison = compare(audit_text(chain(*before)), audit_text(chain(*after)))
    assert [s for s in statuses(comparison) if s != "same"] == ["added", "changed"]
    assert ("conv3", "conv4") in matches(comparison)


def test_a_renamed_layer_is_one_row() -> None:
    before = chain("{name: stem, conv: 8, kernel: 3}", POOL, "{name: top, conv: 9, kernel: 1}")
    after = before.replace("name: top", "name: classifier")
    comparison = compare(audit_text(before), audit_text(after))
    assert statuses(comparison) == ["same", "same", "renamed"]
    assert comparison.totals["params"].difference == 0


def test_numbered_names_that_shift_are_seen_through() -> None:
    widths = [8, 16, 24, 32, 40]
    before = [f"{{name: conv{n}, conv: {w}, kernel: 3}}" for n, w in enumerate(widths, 1)]
    widths.insert(2, 99)
    after = [f"{{name: conv{n}, conv: {w}, kernel: 3}}" for n, w in enumerate(widths, 1)]
    comparison = compare(audit_text(chain(*before)), audit_text(chain(*after)))
    assert statuses(comparison).count("added") == 1
    assert ("conv3", "conv4") in matches(comparison)


def test_modifiers_belong_to_their_layer() -> None:
    before = audit_text(chain("{name: c, conv: 8, kernel: 3, activation: relu, dropout: 0.5}"))
    after = audit_text(chain("{name: c, conv: 8, kernel: 3, batch_norm: true, activation: elu}"))
    assert causes(compare(before, after), "c") == [
        ("own", "activation", "relu", "elu"),
        ("own", "dropout", pytest.approx(0.5), None),
        ("own", "batch_norm", None, True),
    ]


def test_another_operation_under_the_same_name_is_a_change() -> None:
    before = audit_text(chain("{name: p, max_pool: 2}"))
    after = audit_text(chain("{name: p, avg_pool: 2}"))
    assert causes(compare(before, after), "p") == [("own", "op", "max_pool", "avg_pool")]


def test_a_frozen_layer_is_a_change() -> None:
    before = audit_text(chain("{name: c, conv: 8, kernel: 3}"))
    after = audit_text(chain("{name: c, conv: 8, kernel: 3, trainable: false}"))
    comparison = compare(before, after)
    assert causes(comparison, "c") == [("own", "trainable", None, False)]
    assert comparison.totals["trainable_params"].b == 0


def test_another_source_is_a_change_of_its_own() -> None:
    layers = ["{name: a, conv: 8, kernel: 1}", "{name: b, conv: 8, kernel: 1, from: a}"]
    ends = ("{name: c, conv: 8, kernel: 1, from: a}", "{name: c, conv: 8, kernel: 1, from: b}")
    first, second = (audit_text(chain(*layers, end)) for end in ends)
    assert causes(compare(first, second), "c") == [("own", "from", ("a",), ("b",))]


def test_the_framework_is_the_cause_where_nothing_else_is() -> None:
    layers = ["{name: n, batch_norm: true}"]
    keras = audit_text(chain(*layers, more="framework: keras"))
    torch = audit_text(chain(*layers, more="framework: pytorch"))
    comparison = compare(keras, torch)
    assert causes(comparison, "n") == [("own", "framework", "keras", "pytorch")]
    assert comparison.totals["buffers"] == (0, 6)


RESIDUAL = """
    cnnaudit: 1
    input: 16x16x8
    blocks:
      unit:
        params: [width]
        layers:
          - branches:
              main: [{conv: width, kernel: 3, padding: same}, {conv: 8, kernel: 3, padding: same}]
              skip: []
            merge: add
    layers:
      - {name: stage, unit: 4, repeat: 3}
      - {name: head, conv: 2, kernel: 1}
"""


def test_more_repetitions_are_one_cause() -> None:
    before, after = audit_text(RESIDUAL), audit_text(RESIDUAL.replace("repeat: 3", "repeat: 5"))
    comparison = compare(before, after)
    assert comparison.network_causes == (Cause("own", "stage.repeat", 3, 5),)
    added = [pair.b.name for pair in comparison.rows if pair.status == "added" and pair.b]
    assert {re.sub(r"\.(main|add).*", "", name) for name in added} == {"stage.4", "stage.5"}
    assert statuses(comparison).count("same") == 10


def test_a_branch_that_is_missing_is_named() -> None:
    without = RESIDUAL.replace("skip: []", "other: [{conv: 8, kernel: 1}]\n              skip: []")
    comparison = compare(audit_text(RESIDUAL), audit_text(without))
    added = [pair.b.name for pair in comparison.rows if pair.status == "added" and pair.b]
    assert added == ["stage.1.other.conv1", "stage.2.other.conv1", "stage.3.other.conv1"]
    assert causes(comparison, "stage.1.add1") == [("inherited", "inputs", 2, 3)]


layer_texts = st.sampled_from(
    [
        "relu",
        "batch_norm",
        "{dropout: 0.5}",
        "{conv: 4, kernel: 1}",
        "{conv: 8, kernel: 3, padding: same}",
        "{name: a, conv: 4, kernel: 1}",
        "{name: b, conv: 8, kernel: 1}",
        "{name: c, conv: 8, kernel: 3, padding: same}",
    ]
)


def named_once(layers: list[str]) -> bool:
    names = [name for layer in layers for name in re.findall(r"name: (\w)", layer)]
    return len(names) == len(set(names))


lists = st.lists(layer_texts, min_size=1, max_size=8).filter(named_once)


@settings(max_examples=60, deadline=None)
@given(lists, lists)
def test_a_diff_mirrors_its_reverse(first: list[str], second: list[str]) -> None:
    a, b = audit_text(chain(*first)), audit_text(chain(*second))
    there, back = compare(a, b), compare(b, a)
    assert matches(there) == {(x, y) for y, x in matches(back)}
    assert there.differs == back.differs
    for name, delta in there.totals.items():
        assert delta.difference == -back.totals[name].difference


@settings(max_examples=60, deadline=None)
@given(lists, lists)
def test_every_layer_stands_in_exactly_one_row(first: list[str], second: list[str]) -> None:
    a, b = audit_text(chain(*first)), audit_text(chain(*second))
    pairs = compare(a, b).rows
    assert [pair.a.name for pair in pairs if pair.a] == [c.name for c in a.graph.outline.children]
    assert [pair.b.name for pair in pairs if pair.b] == [c.name for c in b.graph.outline.children]
