"""Waterfalls: steps that add up, from one network to the other, each a valid network."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.calculator import audit
from cnnaudit.comparison.diff import compare
from cnnaudit.comparison.hybrid import Cutover, Obstacle, build_hybrid, cross
from cnnaudit.comparison.step import Waterfall, WaterfallStep, totals_by_name
from cnnaudit.comparison.waterfall import MAX_STEPS, waterfall
from cnnaudit.loading import Network, load_network
from cnnaudit.quantities import TOTALS
from tests.importers import models
from tests.support import ROOT, audit_text, chain

ZOO = sorted((ROOT / "configs").glob("*/*.yaml"))


def network(operand: str) -> Network:
    return load_network(operand)


def waterfall_between(a: str, b: str) -> Waterfall:
    """The waterfall between two operands."""
    first, second = network(a), network(b)
    comparison = compare(audit(first.graph), audit(second.graph))
    return waterfall(comparison, first.document, second.document)


def waterfall_of_texts(a: str, b: str) -> Waterfall:
    """The waterfall between two texts, layer by layer."""
    return waterfall(compare(audit_text(a), audit_text(b)))


def params(result: Waterfall) -> list[int]:
    return [step.difference("params") for step in result.steps]


def kinds(step: WaterfallStep) -> list[tuple[str, str]]:
    return [(change.kind, change.name) for change in step.changes]


def adds_up(result: Waterfall) -> bool:
    """Whether steps follow each other without gaps, and their differences add up to the end."""
    ends = [result.start, *(step.after for step in result.steps)]
    starts = [*(step.before for step in result.steps), result.end]
    sums = {
        total: result.start[total] + sum(step.difference(total) for step in result.steps)
        for total in TOTALS
    }
    return ends == starts and sums == dict(result.end)


# Entire networks ----------------------------------------------------------------------------------


def test_the_adapted_alexnet() -> None:
    result = waterfall_between("zoo:alexnet", "zoo:alexnet-adapted")
    assert result.start["params"] == 62_378_344
    assert [kinds(step) for step in result.steps] == [
        [("input", "")],
        [("classes", "")],
        [("variable", "width")],
    ]
    assert params(result) == [57_671_680, -3_978_187, -115_961_008]
    assert result.end["params"] == 110_829
    assert adds_up(result)


def test_an_inserted_layer_is_a_step() -> None:
    result = waterfall_between("zoo:vgg-a", "zoo:vgg-b")
    assert [kinds(step) for step in result.steps] == [
        [("added", "conv1_2")],
        [("added", "conv2_2")],
    ]
    # 3·3 windows over 64 and over 128 channels, as many filters, and a bias each.
    assert params(result) == [(9 * 64 + 1) * 64, (9 * 128 + 1) * 128]


def test_another_number_of_repetitions_is_one_step() -> None:
    result = waterfall_between("zoo:resnet-50", "zoo:resnet-101")
    (step,) = result.steps
    assert kinds(step) == [("repeated", "conv4_x")]
    assert (step.changes[0].causes[0].a, step.changes[0].causes[0].b) == (6, 23)


def test_equally_changed_repetitions_are_one_step() -> None:
    result = waterfall_between("zoo:resnet-50@v1.5", "zoo:resnext-50")
    assert [kinds(step) for step in result.steps] == [
        [("changed", f"conv{stage}_x.1–{count}")] for stage, count in enumerate((3, 4, 6, 3), 2)
    ]
    assert adds_up(result)


def neighbours() -> list[tuple[Path, Path]]:
    """Neighbours of each family, in both directions, and some networks of different families."""
    families = defaultdict(list)
    for path in ZOO:
        families[path.parent].append(path)
    pairs = [pair for paths in families.values() for pair in pairwise(paths)]
    crossed = [(ZOO[n], ZOO[-n - 1]) for n in range(0, len(ZOO) // 2, 4)]
    return [*pairs, *((b, a) for a, b in pairs), *crossed]


@pytest.mark.parametrize(("a", "b"), neighbours(), ids=lambda path: path.stem)
def test_the_zoo_adds_up(a: Path, b: Path) -> None:
    result = waterfall_between(str(a), str(b))
    assert adds_up(result)
    assert all(step.changes for step in result.steps)


def test_googlenet_becomes_inception_v3() -> None:
    result = waterfall_between("zoo:googlenet", "zoo:inception-v3")
    assert adds_up(result)
    assert len(result.steps) > 20


@pytest.mark.parametrize(("a", "b"), neighbours()[::4], ids=lambda path: path.stem)
def test_the_first_and_last_cutovers_are_the_networks(a: Path, b: Path) -> None:
    first, second = (audit(network(str(path)).graph) for path in (a, b))
    crossing = cross(compare(first, second))
    for cutover, expected in (
        (Cutover(inputs=False, framework=False, leaves=0), first),
        (Cutover(inputs=True, framework=True, leaves=len(crossing.leaves)), second),
    ):
        graph = build_hybrid(crossing, cutover)
        assert not isinstance(graph, Obstacle)
        assert totals_by_name(audit(graph)) == totals_by_name(expected)


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


def test_changes_that_are_valid_only_together_are_one_step() -> None:
    result = waterfall_of_texts(RESIDUAL.format(width=4), RESIDUAL.format(width=6))
    (step,) = result.steps
    assert kinds(step) == [("changed", "first"), ("changed", "res.main.inner")]
    assert step.obstacle is not None
    assert "cannot be added" in step.obstacle
    assert adds_up(result)


def test_a_replaced_flatten_is_joined_with_its_replacement() -> None:
    conv, dense = "{name: c, conv: 4, kernel: 3}", "{name: d, dense: 5}"
    pool = "{name: gap, avg_pool: global}"
    a = chain(conv, "flatten", "{name: r, activation: relu}", dense)
    b = chain(conv, pool, "{name: r, activation: relu}", "flatten", dense)
    (step,) = waterfall_of_texts(a, b).steps
    assert kinds(step) == [("replaced", "flatten1"), ("added", "flatten1")]
    assert step.obstacle is not None
    assert "dense reads a vector" in step.obstacle


def test_an_inserted_layer_is_read_by_the_next_one() -> None:
    first, last = "{name: a, conv: 3, kernel: 1}", "{name: z, conv: 4, kernel: 1}"
    result = waterfall_of_texts(
        chain(first, last),
        chain(first, "{name: n, conv: 10, kernel: 1}", last.replace("4", "7")),
    )
    # n: 3·10 + 10; then z reads 10 channels instead of 3; then z has 7 filters.
    assert [kinds(step) for step in result.steps] == [[("added", "n")], [("changed", "z")]]
    assert params(result) == [40 + (10 - 3) * 4, (10 + 1) * 3]


def test_a_removed_layer_is_bypassed() -> None:
    first, last = "{name: a, conv: 3, kernel: 1}", "{name: z, conv: 4, kernel: 1}"
    result = waterfall_of_texts(
        chain(first, "{name: n, conv: 10, kernel: 1}", last), chain(first, last)
    )
    assert params(result) == [-40 - (10 - 3) * 4]


def test_a_replaced_layer_is_one_step() -> None:
    first, last = "{name: a, conv: 3, kernel: 1}", "{name: z, conv: 4, kernel: 1}"
    old, new = "{name: old, conv: 5, kernel: 3}", "{name: new, max_pool: 3}"
    (step,) = waterfall_of_texts(chain(first, old, last), chain(first, new, last)).steps
    assert kinds(step) == [("replaced", "old")]
    assert step.changes[0].causes[0].b == "new"
    assert step.obstacle is None


def test_the_first_of_several_layers_is_the_replacement() -> None:
    first, last = "{name: a, conv: 3, kernel: 1}", "{name: z, conv: 4, kernel: 1}"
    new = ("{name: new1, max_pool: 3}", "{name: new2, max_pool: 1}")
    result = waterfall_of_texts(
        chain(first, "{name: o, conv: 5, kernel: 3}", last), chain(first, *new, last)
    )
    assert [kinds(step)[0][0] for step in result.steps] == ["replaced", "added"]


def test_several_layers_for_several_are_a_step_each() -> None:
    pools = [f"{{name: p{n}, max_pool: 1}}" for n in range(2)]
    convs = [f"{{name: c{n}, conv: 3, kernel: 1}}" for n in range(2)]
    result = waterfall_of_texts(chain("relu", *pools, "relu"), chain("relu", *convs, "relu"))
    assert [kinds(step)[0][0] for step in result.steps] == ["removed", "removed", "added", "added"]


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
    result = waterfall_of_texts(text, more)
    assert adds_up(result)
    assert params(result)[-1] == result.end["params"] - result.start["params"] - sum(
        params(result)[:-1]
    )
    assert sum(params(result)) == (4 + 1) * 7 + 7 * 2


def test_another_activation_is_a_step_without_difference() -> None:
    conv = "{name: c, conv: 4, kernel: 3, activation: relu}"
    result = waterfall_of_texts(chain(conv), chain(conv.replace("relu", "elu")))
    assert [kinds(step) for step in result.steps] == [[("changed", "c")]]
    assert params(result) == [0]


def test_the_same_network_has_no_steps() -> None:
    text = chain("{conv: 4, kernel: 3}")
    assert waterfall_of_texts(text, text).steps == ()


def test_input_and_framework_without_documents() -> None:
    layers = ("{conv: 4, kernel: 3}", "{batch_norm: true}", "{max_pool: 2, stride: 2}")
    result = waterfall_of_texts(
        chain(*layers, more="framework: keras"),
        chain(*layers, input="64x64x3", more="framework: pytorch"),
    )
    assert [kinds(step) for step in result.steps] == [[("input", "")], [("framework", "")]]
    assert params(result) == [0, -8]  # running statistics of 4 channels are buffers there
    assert result.steps[0].difference("macs") > 0


def test_shared_weights_are_counted_once_in_every_hybrid() -> None:
    layers = ("{name: a, conv: 3, kernel: 1}", "{name: b, conv: 3, kernel: 1, share: a}")
    result = waterfall_of_texts(chain(*layers), chain(layers[0], "relu", layers[1]))
    assert [step.after["params"] for step in result.steps] == [12]


def test_networks_with_unknown_layers() -> None:
    odd, dense = models.layer("Odd", "odd"), models.layer("Dense", "d", units=3)
    first, second = (
        models.audited(models.chain(models.entry(4), *written, dense))
        for written in ((odd,), (odd, models.layer("Dense", "e", units=5)))
    )
    result = waterfall(compare(first, second))
    assert adds_up(result)
    assert result.steps


def test_an_imported_model_has_no_document_changes() -> None:
    pool = models.layer("GlobalAveragePooling2D", "pool")
    conv = models.layer("Conv2D", "c", filters=4, kernel_size=[3, 3])
    first, second = (
        models.audited(models.chain(models.entry(size, size, 3), conv, pool)) for size in (8, 12)
    )
    result = waterfall(compare(first, second))
    assert [kinds(step) for step in result.steps] == [[("input", "")]]
    assert result.steps[0].difference("macs") == (10 * 10 - 6 * 6) * 4 * 27


def test_many_changes_are_grouped() -> None:
    count = 3 * MAX_STEPS
    layers = [f"{{name: c{n}, conv: 3, kernel: 1}}" for n in range(count)]
    wider = [layer.replace("conv: 3", f"conv: {4 + n % 2}") for n, layer in enumerate(layers)]
    result = waterfall_of_texts(chain(*layers), chain(*wider))
    assert result.is_grouped
    assert result.change_count == count
    assert 1 < len(result.steps) <= MAX_STEPS
    assert adds_up(result)


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
    """A network, and the same after a few edits."""
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
    result = waterfall_of_texts(a, b)
    assert adds_up(result)
    assert result.start == totals_by_name(audit_text(a))
    assert result.end == totals_by_name(audit_text(b))
    back = waterfall_of_texts(b, a)
    assert (back.start, back.end) == (result.end, result.start)


@settings(deadline=None, max_examples=100)
@given(edited())
def test_both_ends_of_the_crossing_are_the_networks(texts: tuple[str, str]) -> None:
    a, b = map(audit_text, texts)
    crossing = cross(compare(a, b))
    cutovers = (Cutover(False, False, 0), Cutover(True, True, len(crossing.leaves)))
    for cutover, expected in zip(cutovers, (a, b), strict=True):
        graph = build_hybrid(crossing, cutover)
        assert not isinstance(graph, Obstacle)
        assert totals_by_name(audit(graph)) == totals_by_name(expected)
