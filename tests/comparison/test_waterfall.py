"""Waterfalls: steps that add up, from one network to the other, each a valid network."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.calculator import audit
from cnnaudit.comparison.diff import TOTALS, compare
from cnnaudit.comparison.hybrid import Cutover, Obstacle, build_hybrid, cross
from cnnaudit.comparison.step import Waterfall, WaterfallStep, totals_by_name
from cnnaudit.comparison.waterfall import MAX_STEPS, waterfall
from cnnaudit.loading import Network, load_network
from tests.importers import models
from tests.support import ROOT, audit_text, chain

ZOO = sorted((ROOT / "configs").glob("*/*.yaml"))


def network(operand: str) -> Network:
    return load_network(operand)


def fall(a: str, b: str) -> Waterfall:
    """The waterfall between two operands."""
    first, second = network(a), network(b)
    comparison = compare(audit(first.graph), audit(second.graph))
    return waterfall(comparison, first.document, second.document)


def fall_text(a: str, b: str) -> Waterfall:
    """The waterfall between two texts, layer by layer."""
    return waterfall(compare(audit_text(a), audit_text(b)))


def params(found: Waterfall) -> list[int]:
    return [step.difference("params") for step in found.steps]


def kinds(step: WaterfallStep) -> list[tuple[str, str]]:
    return [(change.kind, change.name) for change in step.changes]


def add_up(found: Waterfall) -> bool:
    """Whether each step begins where the one before ended, and all lead from start to end."""
    ends = [found.start, *(step.after for step in found.steps)]
    starts = [*(step.before for step in found.steps), found.end]
    sums = {
        total: found.start[total] + sum(step.difference(total) for step in found.steps)
        for total in TOTALS
    }
    return ends == starts and sums == dict(found.end)


# Whole networks -----------------------------------------------------------------------------------


def test_the_adapted_alexnet() -> None:
    found = fall("zoo:alexnet", "zoo:alexnet-adapted")
    assert found.start["params"] == 62_378_344
    assert [kinds(step) for step in found.steps] == [
        [("input", "")],
        [("classes", "")],
        [("variable", "width")],
    ]
    assert params(found) == [57_671_680, -3_978_187, -115_961_008]
    assert found.end["params"] == 110_829
    assert add_up(found)


def test_an_inserted_layer_is_a_step() -> None:
    found = fall("zoo:vgg-a", "zoo:vgg-b")
    assert [kinds(step) for step in found.steps] == [[("added", "conv1_2")], [("added", "conv2_2")]]
    # 3·3 windows over 64 and over 128 channels, as many filters, and a bias each.
    assert params(found) == [(9 * 64 + 1) * 64, (9 * 128 + 1) * 128]


def test_another_number_of_repetitions_is_one_step() -> None:
    found = fall("zoo:resnet-50", "zoo:resnet-101")
    (step,) = found.steps
    assert kinds(step) == [("repeated", "conv4_x")]
    assert (step.changes[0].causes[0].a, step.changes[0].causes[0].b) == (6, 23)


def test_repetitions_that_changed_alike_are_one_step() -> None:
    found = fall("zoo:resnet-50@v1.5", "zoo:resnext-50")
    assert [kinds(step) for step in found.steps] == [
        [("changed", f"conv{stage}_x.1–{count}")] for stage, count in enumerate((3, 4, 6, 3), 2)
    ]
    assert add_up(found)


def neighbours() -> list[tuple[Path, Path]]:
    """Every two networks of a family that stand next to each other, both ways round."""
    families = defaultdict(list)
    for path in ZOO:
        families[path.parent].append(path)
    pairs = [pair for paths in families.values() for pair in pairwise(paths)]
    crossed = [(ZOO[n], ZOO[-n - 1]) for n in range(0, len(ZOO) // 2, 4)]
    return [*pairs, *((b, a) for a, b in pairs), *crossed]


@pytest.mark.parametrize(("a", "b"), neighbours(), ids=lambda path: path.stem)
def test_the_zoo_adds_up(a: Path, b: Path) -> None:
    found = fall(str(a), str(b))
    assert add_up(found)
    assert all(step.changes for step in found.steps)


def test_googlenet_becomes_inception_v3() -> None:
    found = fall("zoo:googlenet", "zoo:inception-v3")
    assert add_up(found)
    assert len(found.steps) > 20


@pytest.mark.parametrize(("a", "b"), neighbours()[::4], ids=lambda path: path.stem)
def test_the_last_cut_is_the_second_network(a: Path, b: Path) -> None:
    first, second = (audit(network(str(path)).graph) for path in (a, b))
    woven = cross(compare(first, second))
    for cut, whole in (
        (Cutover(inputs=False, framework=False, leaves=0), first),
        (Cutover(inputs=True, framework=True, leaves=len(woven.leaves)), second),
    ):
        found = build_hybrid(woven, cut)
        assert not isinstance(found, Obstacle)
        assert totals_by_name(audit(found)) == totals_by_name(whole)


# Wiring -------------------------------------------------------------------------------------------

RESIDUAL = """
cnnaudit: 1
input: 8x8x4
layers:
  - {{name: first, conv: {width}, kernel: 3, padding: same}}
  - name: res
    branches:
      main: [{{name: inner, conv: {width}, kernel: 3, padding: same}}]
      skip: []
    merge: add
  - {{name: last, conv: 2, kernel: 1}}
"""


def test_what_only_fits_together_is_joined() -> None:
    found = fall_text(RESIDUAL.format(width=4), RESIDUAL.format(width=6))
    (step,) = found.steps
    assert kinds(step) == [("changed", "first"), ("changed", "res.main.inner")]
    assert step.obstacle is not None
    assert "cannot be added" in step.obstacle
    assert add_up(found)


def test_flatten_is_joined_with_what_takes_its_place() -> None:
    conv, dense = "{name: c, conv: 4, kernel: 3}", "{name: d, dense: 5}"
    pool = "{name: gap, avg_pool: global}"
    a = chain(conv, "flatten", "{name: r, activation: relu}", dense)
    b = chain(conv, pool, "{name: r, activation: relu}", "flatten", dense)
    (step,) = fall_text(a, b).steps
    assert kinds(step) == [("replaced", "flatten1"), ("added", "flatten1")]
    assert step.obstacle is not None
    assert "dense reads a vector" in step.obstacle


def test_an_inserted_layer_is_read_by_the_one_behind_it() -> None:
    first, last = "{name: a, conv: 3, kernel: 1}", "{name: z, conv: 4, kernel: 1}"
    found = fall_text(
        chain(first, last),
        chain(first, "{name: n, conv: 10, kernel: 1}", last.replace("4", "7")),
    )
    # n: 3·10 + 10; then z reads 10 channels instead of 3; then z has 7 filters.
    assert [kinds(step) for step in found.steps] == [[("added", "n")], [("changed", "z")]]
    assert params(found) == [40 + (10 - 3) * 4, (10 + 1) * 3]


def test_a_removed_layer_is_passed_through() -> None:
    first, last = "{name: a, conv: 3, kernel: 1}", "{name: z, conv: 4, kernel: 1}"
    found = fall_text(chain(first, "{name: n, conv: 10, kernel: 1}", last), chain(first, last))
    assert params(found) == [-40 - (10 - 3) * 4]


def test_a_layer_that_takes_another_ones_place_is_one_step() -> None:
    first, last = "{name: a, conv: 3, kernel: 1}", "{name: z, conv: 4, kernel: 1}"
    old, new = "{name: old, conv: 5, kernel: 3}", "{name: new, max_pool: 3}"
    (step,) = fall_text(chain(first, old, last), chain(first, new, last)).steps
    assert kinds(step) == [("replaced", "old")]
    assert step.changes[0].causes[0].b == "new"
    assert step.obstacle is None


def test_the_first_of_several_layers_takes_the_place() -> None:
    first, last = "{name: a, conv: 3, kernel: 1}", "{name: z, conv: 4, kernel: 1}"
    new = ("{name: new1, max_pool: 3}", "{name: new2, max_pool: 1}")
    found = fall_text(chain(first, "{name: o, conv: 5, kernel: 3}", last), chain(first, *new, last))
    assert [kinds(step)[0][0] for step in found.steps] == ["replaced", "added"]


def test_several_layers_in_the_place_of_several_are_steps() -> None:
    pools = [f"{{name: p{n}, max_pool: 1}}" for n in range(2)]
    convs = [f"{{name: c{n}, conv: 3, kernel: 1}}" for n in range(2)]
    found = fall_text(chain("relu", *pools, "relu"), chain("relu", *convs, "relu"))
    assert [kinds(step)[0][0] for step in found.steps] == ["removed", "removed", "added", "added"]


def test_an_inserted_branch_is_a_step() -> None:
    text = """
    cnnaudit: 1
    input: 8x8x4
    layers:
      - name: mix
        branches:
          one: [{conv: 3, kernel: 1}]
          two: [{conv: 5, kernel: 1}]
        merge: concat
      - {name: last, conv: 2, kernel: 1}
    """
    more = text.replace("merge:", "  three: [{conv: 7, kernel: 1}]\n        merge:")
    found = fall_text(text, more)
    assert add_up(found)
    assert params(found)[-1] == found.end["params"] - found.start["params"] - sum(
        params(found)[:-1]
    )
    assert sum(params(found)) == (4 + 1) * 7 + 7 * 2


def test_an_activation_changes_nothing_and_is_told() -> None:
    conv = "{name: c, conv: 4, kernel: 3, activation: relu}"
    found = fall_text(chain(conv), chain(conv.replace("relu", "elu")))
    assert [kinds(step) for step in found.steps] == [[("changed", "c")]]
    assert params(found) == [0]


def test_the_same_network_has_no_steps() -> None:
    text = chain("{conv: 4, kernel: 3}")
    assert fall_text(text, text).steps == ()


def test_input_and_framework_without_documents() -> None:
    layers = ("{conv: 4, kernel: 3}", "{batch_norm: true}", "{max_pool: 2, stride: 2}")
    found = fall_text(
        chain(*layers, more="framework: keras"),
        chain(*layers, input="64x64x3", more="framework: pytorch"),
    )
    assert [kinds(step) for step in found.steps] == [[("input", "")], [("framework", "")]]
    assert params(found) == [0, -8]  # running statistics of 4 channels are buffers there
    assert found.steps[0].difference("macs") > 0


def test_shared_weights_are_counted_once_all_the_way() -> None:
    layers = ("{name: a, conv: 3, kernel: 1}", "{name: b, conv: 3, kernel: 1, share: a}")
    found = fall_text(chain(*layers), chain(layers[0], "relu", layers[1]))
    assert [step.after["params"] for step in found.steps] == [12]


def test_networks_with_unknown_layers() -> None:
    odd, dense = models.layer("Odd", "odd"), models.layer("Dense", "d", units=3)
    first, second = (
        models.audited(models.chain(models.entry(4), *written, dense))
        for written in ((odd,), (odd, models.layer("Dense", "e", units=5)))
    )
    found = waterfall(compare(first, second))
    assert add_up(found)
    assert found.steps


def test_a_foreign_file_has_no_document_to_build_anew() -> None:
    pool = models.layer("GlobalAveragePooling2D", "pool")
    conv = models.layer("Conv2D", "c", filters=4, kernel_size=[3, 3])
    first, second = (
        models.audited(models.chain(models.entry(size, size, 3), conv, pool)) for size in (8, 12)
    )
    found = waterfall(compare(first, second))
    assert [kinds(step) for step in found.steps] == [[("input", "")]]
    assert found.steps[0].difference("macs") == (10 * 10 - 6 * 6) * 4 * 27


def test_many_changes_are_grouped() -> None:
    count = 3 * MAX_STEPS
    layers = [f"{{name: c{n}, conv: 3, kernel: 1}}" for n in range(count)]
    wider = [layer.replace("conv: 3", f"conv: {4 + n % 2}") for n, layer in enumerate(layers)]
    found = fall_text(chain(*layers), chain(*wider))
    assert found.is_grouped
    assert found.change_count == count
    assert 1 < len(found.steps) <= MAX_STEPS
    assert add_up(found)


# Laws ---------------------------------------------------------------------------------------------

LAYERS = st.one_of(
    st.builds(
        "{{conv: {}, kernel: {}, padding: same, activation: relu}}".format,
        st.integers(1, 6),
        st.sampled_from((1, 3)),
    ),
    st.builds("{{depthwise_conv: 3, padding: same, multiplier: {}}}".format, st.integers(1, 2)),
    st.just("{max_pool: 2, padding: same}"),
    st.just("{batch_norm: true, activation: relu}"),
    st.builds(
        "{{branches: {{a: [{{conv: {0}, kernel: 3, padding: same}}],"
        " b: [{{conv: {0}, kernel: 1}}]}}, merge: {1}}}".format,
        st.integers(1, 4),
        st.sampled_from(("add", "concat")),
    ),
    st.builds("{{conv: {}, kernel: 1, repeat: {}}}".format, st.integers(1, 4), st.integers(1, 3)),
)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A network and what a few edits make of it."""
    layers = draw(st.lists(LAYERS, min_size=1, max_size=8))
    after = list(layers)
    for _ in range(draw(st.integers(0, 5))):
        place = draw(st.integers(0, len(after)))
        edit = draw(st.sampled_from(("insert", "remove", "replace")))
        if edit == "insert":
            after.insert(place, draw(LAYERS))
        elif place < len(after) and (edit == "replace" or len(after) > 1):
            after[place : place + 1] = [draw(LAYERS)] if edit == "replace" else []
    sizes = [draw(st.sampled_from(("9x9x2", "12x8x3"))) for _ in range(2)]
    head = ("{avg_pool: global, keep_dims: false}", "{dense: 4}")
    return chain(*layers, *head, input=sizes[0]), chain(*after, *head, input=sizes[1])


@settings(deadline=None, max_examples=150)
@given(edited())
def test_steps_add_up(texts: tuple[str, str]) -> None:
    a, b = texts
    found = fall_text(a, b)
    assert add_up(found)
    assert found.start == totals_by_name(audit_text(a))
    assert found.end == totals_by_name(audit_text(b))
    back = fall_text(b, a)
    assert (back.start, back.end) == (found.end, found.start)


@settings(deadline=None, max_examples=100)
@given(edited())
def test_both_ends_of_the_weave_are_the_networks(texts: tuple[str, str]) -> None:
    a, b = map(audit_text, texts)
    woven = cross(compare(a, b))
    cuts = (Cutover(False, False, 0), Cutover(True, True, len(woven.leaves)))
    for cut, whole in zip(cuts, (a, b), strict=True):
        found = build_hybrid(woven, cut)
        assert not isinstance(found, Obstacle)
        assert totals_by_name(audit(found)) == totals_by_name(whole)
