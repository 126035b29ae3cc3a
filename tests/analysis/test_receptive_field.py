"""Receptive fields against published ones, and against perturbing every input cell."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnaudit.analysis.interval import MovingInterval, UndefinedInterval, visible_positions
from cnnaudit.analysis.receptive_field import ReceptiveField, all_path_intervals, receptive_fields
from cnnaudit.errors import AuditError
from cnnaudit.graph.graph import Graph
from cnnaudit.loading import load
from tests.analysis.bruteforce import changed
from tests.support import audit_text, chain


def fields(text: str) -> dict[str, ReceptiveField]:
    graph = audit_text(text).graph
    return dict(zip((node.name for node in graph.nodes), receptive_fields(graph), strict=True))


def last(*layers: str, input: str = "32x32x3") -> ReceptiveField:
    return list(fields(chain(*layers, input=input)).values())[-1]


def of_zoo(network: str) -> dict[str, ReceptiveField]:
    graph = load(network)
    return dict(zip((node.name for node in graph.nodes), receptive_fields(graph), strict=True))


def expect(field: ReceptiveField, **values: object) -> None:
    said = field._asdict()
    assert {key: said[key] for key in values} == values


#: Araujo, Norris & Sim 2019, table 1, and the tables of the papers; PUBLISHED.md.
PUBLISHED = [
    ("alexnet", "conv1", 11, 4),
    ("alexnet", "pool5", 195, 32),
    ("vgg-d", "pool5", 212, 32),
    ("resnet-50@v1.5", "pool1", 11, 4),
    ("resnet-50@v1.5", "conv2_x.3.add1", 35, 4),
    ("resnet-50@v1.5", "conv3_x.4.add1", 91, 8),
    ("resnet-50@v1.5", "conv4_x.6.add1", 267, 16),
    ("resnet-50@v1.5", "conv5_x.3.add1", 427, 32),
    ("resnet-50", "conv5_x.3.add1", 483, 32),
    ("inception-v3", "mixed_7c.concat1", 1311, 32),
    ("inception-v4", "c.3.concat1", 2071, 32),
    ("inception-resnet-v2", "c_10.add1", 3039, 32),
]


@pytest.mark.parametrize(("network", "layer", "size", "stride"), PUBLISHED)
def test_published_fields(network: str, layer: str, size: int, stride: int) -> None:
    field = of_zoo(f"zoo:{network}")[layer]
    expect(field, size=(size, size), stride=(stride, stride), note=None)


@pytest.mark.parametrize(
    ("layers", "size"),
    [
        (["{conv: 4, kernel: 3}"] * 2, 5),
        (["{conv: 4, kernel: 3}"] * 3, 7),
        (["{conv: 4, kernel: 3, dilation: 2}"], 5),
        (["{conv: 4, kernel: 3, dilation: 2}"] * 2, 9),
        (["{max_pool: 2}", "{conv: 4, kernel: 3}"], 6),
        (["{conv: 4, kernel: 1}", "{batch_norm: true, activation: relu}"], 1),
    ],
)
def test_small_stacks(layers: list[str], size: int) -> None:
    assert last(*layers).size == (size, size)


def test_axes_are_apart() -> None:
    field = last("{conv: 4, kernel: 1x7, stride: 1x2}", "{conv: 4, kernel: 3x1}")
    expect(field, size=(3, 7), stride=(1, 2))


def test_a_permutation_keeps_the_order_of_the_inputs_axes() -> None:
    field = last("{conv: 4, kernel: 1x7}", "{permute: [1, 0, 2]}", "{conv: 4, kernel: 1x3}")
    assert field.size == (3, 7)


def test_enlarging_takes_the_stride_back() -> None:
    half = last("{max_pool: 2}", "{upsample: 4}")
    expect(half, size=(2, 2), stride=(Fraction(1, 2), Fraction(1, 2)))
    back = last("{max_pool: 2}", "{upsample: 2}", "{max_pool: 2}")
    expect(back, size=(2, 2), stride=(2, 2))


@pytest.mark.parametrize("layer", ["flatten", "{avg_pool: global}", "{group_norm: 1}"])
def test_what_sees_everything_is_global(layer: str) -> None:
    field = last("{conv: 4, kernel: 3, padding: same}", layer)
    expect(field, size=None, stride=None, note="global", seen=1)


def test_what_no_window_reads_is_not_seen() -> None:
    field = last("{max_pool: 3, stride: 3}", "{avg_pool: global}", input="32x30x3")
    assert field.seen == Fraction(30, 32)


def test_a_gate_makes_its_map_global_but_not_its_narrowest_path() -> None:
    found = fields(
        """
        cnnaudit: 1
        input: 32x32x3
        layers:
          - {name: stem, conv: 8, kernel: 3, padding: same}
          - branches: {gate: [{avg_pool: global}, {conv: 8, kernel: 1}], same: []}
            merge: multiply
        """
    )
    field = found["multiply1"]
    assert field.note == "global"
    assert field.narrowest == (3, 3)
    assert (field.shortest, field.longest) == (1, 2)


def test_branches_whose_strides_disagree_have_no_field() -> None:
    found = fields(
        """
        cnnaudit: 1
        input: 9x9x3
        layers:
          - branches:
              a: [{conv: 4, kernel: 1, stride: 2}]
              b: [{conv: 4, kernel: 5}]
            merge: concat
          - {name: on, conv: 4, kernel: 3}
          - {name: end, avg_pool: global}
        """
    )
    assert found["concat1"].note == "branches of strides 2 and 1 meet"
    assert found["on"].note == "branches of strides 2 and 1 meet"
    assert (found["on"].size, found["on"].seen) == (None, None)
    assert found["end"].note == "global"


def test_a_reshape_of_positions_is_not_guessed() -> None:
    assert last("{reshape: [16, 64, 3]}").note == "a reshape mixes positions"


def test_where_the_first_field_lies() -> None:
    valid = last("{conv: 4, kernel: 5}")
    expect(valid, offset=(2, 2), misalignment=(0, 0))
    padded = last("{conv: 4, kernel: 3, stride: 2, padding: 1}")
    # The first window is centred on the first cell, the last on the last but one.
    expect(padded, offset=(0, 0), misalignment=(Fraction(-1, 2), Fraction(-1, 2)))


def test_paths_of_a_resnet() -> None:
    found = of_zoo("zoo:resnet-50@v1.5")
    assert found["fc"].longest == 50
    # The first convolution, four projections and the classifier.
    assert found["fc"].shortest == 6
    assert found["conv5_x.3.add1"].narrowest == (11, 11)


def test_an_input_that_a_layer_does_not_see_is_no_part_of_its_field() -> None:
    found = fields(
        """
        cnnaudit: 1
        input: {left: 8x8x3, right: 8x8x3}
        layers:
          - {name: a, conv: 4, kernel: 3, padding: same, from: left}
          - {name: b, conv: 4, kernel: 5, padding: same, from: right}
          - {name: c, conv: 4, kernel: 3, padding: same, from: right}
          - {name: unlike, add: [a, b]}
          - {name: alike, add: [a, c]}
        """
    )
    assert found["a"].size == (3, 3)
    assert found["a"].seen == Fraction(9, 64)
    assert found["unlike"].note == "it sees different fields of several inputs"
    assert found["alike"].size == (3, 3)


def test_a_vector_has_no_positions() -> None:
    expect(last("{dense: 4}", input="16"), note="the input has no positions", seen=None)


def test_a_map_is_resized_by_uneven_steps() -> None:
    field = last("{resize: [6, 6]}", input="4x4x1")
    # Six centres over four cells: 2/3 of a cell apart, between two cells each.
    expect(field, size=(2, 2), stride=(Fraction(2, 3), Fraction(2, 3)))


# Against perturbing every cell ------------------------------------------------------------------

EXAMPLES = 150

_kernels = st.integers(1, 4)
_strides = st.integers(1, 3)
_paddings = st.sampled_from(["valid", "same", "half", "1", "[[0, 1]]", "[[2, 1]]"])


@st.composite
def layer_texts(draw: st.DrawFn, dilated: bool) -> str:
    kernel, stride = draw(_kernels), draw(_strides)
    padding = draw(_paddings)
    dilation = draw(st.integers(1, 3)) if dilated else 1
    forms = {
        "conv": f"{{conv: 1, kernel: {kernel}, stride: {stride}, padding: {padding}, "
        f"dilation: {dilation}}}",
        "pool": f"{{max_pool: {kernel}, stride: {stride}, padding: valid}}",
        "mean": f"{{avg_pool: {kernel}, stride: {stride}, padding: same}}",
        "adaptive": f"{{adaptive_pool: {kernel + 1}}}",
        "transposed": f"{{conv_transpose: 1, kernel: {kernel}, stride: {stride}, "
        f"padding: {draw(st.sampled_from(['valid', 'same', 1]))}}}",
        "pad": f"{{pad: [[{kernel - 1}, {stride}]]}}",
        "crop": f"{{crop: [[{kernel - 1}, {stride}]]}}",
        "upsample": f"{{upsample: {stride}, mode: {draw(st.sampled_from(['nearest', 'linear']))}}}",
        "slice": f"{{slice: [{kernel - 1}, -1], axis: 0}}",
        "global": "{avg_pool: global}",
        "relu": "relu",
    }
    names = list(forms)
    return forms[draw(st.sampled_from([*names[:-2], *names[:6], "relu", "global"]))]


@st.composite
def networks(draw: st.DrawFn, dilated: bool) -> tuple[str, int]:
    """The text of a small network on one axis, and the size of its input."""
    size = draw(st.integers(6, 17))
    layers = []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.integers(0, 3)):
            layers.append(draw(layer_texts(dilated)))
            continue
        # Two branches of one stride, or one that gates the other.
        kernels = 2 * draw(st.integers(0, 2)) + 1, 2 * draw(st.integers(0, 1)) + 1
        stride = draw(_strides)
        a = f"{{conv: 1, kernel: {kernels[0]}, stride: {stride}, padding: half}}"
        b = f"{{conv: 1, kernel: {kernels[1]}, padding: half}}, {{max_pool: 1, stride: {stride}}}"
        if draw(st.booleans()):
            merge = draw(st.sampled_from(["add", "concat"]))
            layers.append(f"{{branches: {{a: [{a}], b: [{b}]}}, merge: {merge}}}")
        else:
            gate = f"{a}, {{avg_pool: global}}"
            layers.append(f"{{branches: {{a: [{gate}], b: []}}, merge: multiply}}")
    return chain(*layers, input=f"{size}x1"), size


def _graph(text: str) -> Graph:
    try:
        return audit_text(text).graph
    except AuditError:
        assume(False)
        raise


@st.composite
def network_graphs(draw: st.DrawFn) -> Graph:
    """The graph of such a network."""
    return _graph(draw(networks(dilated=True))[0])


@settings(max_examples=EXAMPLES, deadline=None)
@given(networks(dilated=False))
def test_intervals_are_those_that_perturbing_shows(network: tuple[str, int]) -> None:
    """Every position of every node, borders included, until one reads nothing but padding."""
    text, size = network
    graph = _graph(text)
    truth = changed(graph, size)
    for node, seen_by, found in zip(graph.nodes, all_path_intervals(graph), truth, strict=True):
        ((sight,),) = seen_by.values()
        if isinstance(sight, UndefinedInterval):
            return  # behind it, `bounds` is an upper bound only
        for position, cells in enumerate(found):
            if not cells and node.op != "conv_transpose":
                return
            if cells:
                expected = min(cells), max(cells)
                assert visible_positions(sight, position) == expected, (node.name, position)


@settings(max_examples=EXAMPLES, deadline=None)
@given(networks(dilated=True))
def test_dilated_windows_leave_out_nothing(network: tuple[str, int]) -> None:
    """A dilated window may step over a border: an interval that is clipped may be too wide."""
    text, size = network
    graph = _graph(text)
    truth = changed(graph, size)
    # What was cut off has a place, but is padding to a layer behind.
    cut = any(node.op in ("conv_transpose", "crop", "slice") for node in graph.nodes)
    for node, seen_by, found in zip(graph.nodes, all_path_intervals(graph), truth, strict=True):
        ((sight,),) = seen_by.values()
        if isinstance(sight, UndefinedInterval):
            continue
        for position, cells in enumerate(found):
            seen = visible_positions(sight, position)
            assert all(seen and seen[0] <= cell <= seen[1] for cell in cells), node.name
            inside = isinstance(sight, MovingInterval) and sight.at(position) == seen
            if inside and cells and not cut:
                assert seen == (min(cells), max(cells)), (node.name, position)
