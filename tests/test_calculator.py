"""The walk: rows add up to totals, each parameter is counted once and each use of it worked."""

from math import prod
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnaudit.calculator import Audit, Row, Totals, audit, layer_row
from cnnaudit.errors import AuditError, Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import layers_of
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.sources.files import FileResolver, SourceFile

FRAMEWORKS = ("keras", "pytorch", "caffe", "darknet")
SUMMED = (
    "trainable_params",
    "non_trainable_params",
    "buffers",
    "macs",
    "bias_adds",
    "elementwise_ops",
    "activation_size",
    "params",
    "flops",
)


def audited(written: list[str], input: str = "16x16x4", framework: str = "keras") -> Audit:
    """The audit of a network of layers, each written as YAML in one line."""
    lines = ["cnnaudit: 1", f"framework: {framework}", f"input: {input}", "layers:"]
    text = "\n".join([*lines, *(f"  - {layer}" for layer in written), ""])
    folder = FileResolver(Path(), Path.cwd())
    return audit(build_graph(load_architecture(SourceFile(Source("net.yaml", text), folder))))


def row(result: Audit, name: str) -> Row:
    """The row of the node of that name."""
    (found,) = [row for row in result.rows if row.node.name == name]
    return found


def check_sums(totals: Totals, rows: list[Row]) -> None:
    """Every number of the totals is the sum of the rows'."""
    assert totals.layers == len(rows)
    for number in SUMMED:
        assert getattr(totals, number) == sum(getattr(row, number) for row in rows), number
    assert sum(share.params for share in totals.by_kind.values()) == totals.params
    assert sum(share.macs for share in totals.by_kind.values()) == totals.macs
    assert totals.weight_bytes == 4 * totals.params
    assert totals.activation_bytes == 4 * totals.activation_size


SMALL = ["{name: c, conv: 8, kernel: 3, batch_norm: true, activation: relu}", "{max_pool: 2}"]
SMALL += ["flatten", "{name: d, dense: 10}"]


# Sums --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_totals_are_the_sums_of_the_rows(framework: str) -> None:
    result = audited(SMALL, framework=framework)
    entry, *rows = result.rows
    assert entry.node.op == "input"
    check_sums(result.totals, rows)
    check_sums(result.auxiliary, [])


def test_a_small_network_by_hand() -> None:
    totals = audited(SMALL, input="16x16x4").totals
    conv, norm, dense = 3 * 3 * 4 * 8 + 8, 8, 7 * 7 * 8 * 10 + 10
    elements = 14 * 14 * 8
    assert totals.layers == 6
    assert totals.trainable_params == conv + 2 * norm + dense
    assert totals.non_trainable_params == 2 * norm
    assert totals.macs == elements * 36 + 7 * 7 * 8 * 10
    assert totals.bias_adds == elements + 10
    assert totals.elementwise_ops == 2 * elements + elements + 7 * 7 * 8 * 3
    assert totals.activation_size == 3 * elements + 2 * 7 * 7 * 8 + 10


def test_the_input_is_a_row_and_no_layer() -> None:
    result = audited(["flatten"], input="4x5x6")
    entry, flat = result.rows
    assert entry.activation_size == flat.activation_size == 120
    assert result.totals.layers == 1
    assert result.totals.activation_size == 120


def test_flops_are_two_a_mac_and_one_for_all_else() -> None:
    result = audited(SMALL)
    parts: list[Row | Totals] = [*result.rows, result.totals]
    for part in parts:
        assert part.flops == 2 * part.macs + part.bias_adds + part.elementwise_ops
    assert result.totals.flops > 2 * result.totals.macs


def test_a_written_layer_is_its_operation_and_its_modifiers() -> None:
    result = audited(SMALL)
    written = {layer.name: layer_row(result, layer) for layer in layers_of(result.graph.outline)}
    conv = written["c"]
    assert [part.node.name for part in conv.rows] == ["c", "c.batch_norm", "c.activation"]
    assert conv.node.op == "conv"
    assert conv.shape == (14, 14, 8)
    assert conv.activation_size == 14 * 14 * 8
    assert conv.params == row(result, "c").params + row(result, "c.batch_norm").params
    for number in ("params", "trainable_params", "macs", "flops"):
        assert sum(getattr(layer, number) for layer in written.values()) == getattr(
            result.totals, number
        )


def test_large_numbers_do_not_overflow() -> None:
    size = 2**20
    result = audited([f"{{conv: {size}, kernel: 1, bias: false}}"], input=f"{size}x{size}x{size}")
    assert result.totals.params == size**2
    assert result.totals.macs == size**4


# By family ---------------------------------------------------------------------------------------


def test_by_kind() -> None:
    written = ["{name: a, conv: 8, kernel: 1}", "{name: b, op: depthwise_conv, kernel: 3}"]
    written += ["batch_norm", "prelu", "{max_pool: 2}", "flatten", "{name: d, dense: 5}"]
    result = audited(written, framework="caffe")
    convs = [row(result, "a"), row(result, "b")]
    dense = row(result, "d")
    found = {family: (share.params, share.macs) for family, share in result.totals.by_kind.items()}
    assert found == {
        "conv": (sum(r.params for r in convs), sum(r.macs for r in convs)),
        "dense": (dense.params, dense.macs),
        "norm": (16, 0),
        "activation": (8, 0),
    }


def test_convolutions_and_dense_layers_have_a_share_even_where_there_are_none() -> None:
    shares = audited(["relu"]).totals.by_kind
    assert {family: tuple(share) for family, share in shares.items()} == {
        "conv": (0, 0),
        "dense": (0, 0),
    }


# Trainable, non-trainable, buffers ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("framework", "trainable", "frozen", "buffers"),
    [("keras", 8, 8, 0), ("pytorch", 8, 0, 8), ("caffe", 8, 0, 8), ("darknet", 8, 0, 8)],
)
def test_running_statistics(framework: str, trainable: int, frozen: int, buffers: int) -> None:
    """Keras' summary counts them as non-trainable parameters, PyTorch's not at all."""
    totals = audited(["batch_norm"], framework=framework).totals
    found = (totals.trainable_params, totals.non_trainable_params, totals.buffers)
    assert found == (trainable, frozen, buffers)
    assert totals.params == trainable + frozen


@pytest.mark.parametrize(("framework", "frozen", "buffers"), [("keras", 16, 0), ("pytorch", 8, 8)])
def test_a_frozen_batch_norm(framework: str, frozen: int, buffers: int) -> None:
    written = ["{op: batch_norm, trainable: false}"]
    totals = audited(written, framework=framework).totals
    found = (totals.trainable_params, totals.non_trainable_params, totals.buffers)
    assert found == (0, frozen, buffers)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_freezing_moves_parameters_and_changes_nothing_else(framework: str) -> None:
    def network(trainable: str) -> Totals:
        layer = f"{{conv: 8, kernel: 3, batch_norm: true, trainable: {trainable}}}"
        return audited([layer, "flatten", "{dense: 2}"], framework=framework).totals

    free, frozen = network("true"), network("false")
    learned = 3 * 3 * 4 * 8 + 8 + 2 * 8
    assert free.trainable_params - frozen.trainable_params == learned
    assert frozen.non_trainable_params - free.non_trainable_params == learned
    for number in ("params", "buffers", "macs", "flops", "activation_size", "by_kind"):
        assert getattr(free, number) == getattr(frozen, number)


# Shared weights ----------------------------------------------------------------------------------


def test_shared_weights_count_once_and_work_each_time() -> None:
    first = "{name: a, conv: 4, kernel: 3, padding: same, from: input}"
    again = "{name: b, conv: 4, kernel: 3, padding: same, share: a}"
    alone, both = audited([first]), audited([first, again])
    assert row(both, "b").params == 0
    assert row(both, "b").macs == row(both, "a").macs == row(alone, "a").macs
    assert both.totals.params == alone.totals.params == 3 * 3 * 4 * 4 + 4
    assert both.totals.macs == 2 * alone.totals.macs


def test_the_statistics_of_a_shared_batch_norm_count_once() -> None:
    layer = "conv: 4, kernel: 3, padding: same, batch_norm: true"
    for framework, frozen, buffers in (("keras", 8, 0), ("pytorch", 0, 8)):
        written = [f"{{name: a, {layer}}}", f"{{name: b, {layer}, share: a}}"]
        totals = audited(written, framework=framework).totals
        assert (totals.non_trainable_params, totals.buffers) == (frozen, buffers)
        assert totals.elementwise_ops == 2 * 2 * 16 * 16 * 4


def test_shared_weights_on_another_size_work_by_their_input() -> None:
    written = ["{name: a, conv: 4, kernel: 3}", "{name: half, max_pool: 2, from: input}"]
    written += ["{name: b, conv: 4, kernel: 3, from: half, share: a}"]
    result = audited(written, input="16x16x4")
    assert row(result, "a").macs == 14 * 14 * 4 * 36
    assert row(result, "b").macs == 6 * 6 * 4 * 36
    assert result.totals.params == row(result, "a").params


# Auxiliary heads ---------------------------------------------------------------------------------

HEAD = "{head: side, from: a, auxiliary: %s, layers: [flatten, {dense: 10}]}"
TRUNK = ["{name: a, conv: 8, kernel: 3}", "{name: b, conv: 8, kernel: 3}"]


def test_an_auxiliary_head_is_listed_and_left_out_of_the_totals() -> None:
    plain = audited(TRUNK)
    result = audited([*TRUNK, HEAD % "true"])
    beside = [row for row in result.rows if row.node.auxiliary]
    assert [row.node.op for row in beside] == ["flatten", "dense"]
    assert result.totals == plain.totals
    check_sums(result.auxiliary, beside)
    assert result.auxiliary.params == 14 * 14 * 8 * 10 + 10


def test_a_head_that_is_not_auxiliary_counts() -> None:
    result = audited([*TRUNK, HEAD % "false"])
    check_sums(result.totals, list(result.rows[1:]))
    assert result.auxiliary.layers == 0
    assert result.totals.by_kind["dense"].params == 14 * 14 * 8 * 10 + 10


# Any chain ---------------------------------------------------------------------------------------

small = st.integers(1, 4)
padding = st.sampled_from(["valid", "same", "half", "1", "[0, 1]", "[[0, 1], [1, 0]]"])
flag = st.sampled_from(["true", "false"])

conv = st.builds(
    "{{conv: {}, kernel: {}, stride: {}, padding: {}, dilation: {}, bias: {}}}".format,
    st.integers(1, 6),
    small,
    st.integers(1, 2),
    padding,
    st.integers(1, 2),
    flag,
)
other_convs = st.one_of(
    st.builds("{{depthwise_conv: {}, multiplier: {}, padding: {}}}".format, small, small, padding),
    st.builds("{{separable_conv: {}, kernel: {}, padding: {}}}".format, small, small, padding),
    st.builds("{{conv_transpose: {}, kernel: {}, stride: {}}}".format, small, small, small),
)
pools = st.one_of(
    st.builds("{{max_pool: {}, stride: {}, rounding: ceil}}".format, small, small),
    st.builds("{{avg_pool: {}, padding: {}}}".format, small, padding),
    st.builds("{{adaptive_pool: {}}}".format, small),
)
others = st.sampled_from(
    [
        "batch_norm",
        "{op: batch_norm, scale: false, trainable: false}",
        "{layer_norm: -1}",
        "{lrn: 5}",
        "relu",
        "prelu",
        "softmax",
        "{dropout: 0.5}",
        "{pad: 1}",
        "{upsample: 2}",
        "{scale: 1}",
        "{dense: 3, pointwise: true}",
    ]
)
convolutions = st.one_of(conv, other_convs)


def audited_or_none(written: list[str], input: str, framework: str) -> Audit:
    """The audit of a network, if it can be built."""
    try:
        return audited(written, input, framework)
    except AuditError:
        assume(False)
        raise


@given(
    st.lists(st.one_of(conv, other_convs, pools, others), min_size=1, max_size=8),
    st.sampled_from(FRAMEWORKS),
    st.booleans(),
)
@settings(deadline=None)
def test_the_totals_of_any_chain_are_sums(
    written: list[str], framework: str, classify: bool
) -> None:
    ending = ["flatten", "{dense: 10, activation: softmax}"] if classify else []
    result = audited_or_none([*written, *ending], "12x10x2", framework)
    check_sums(result.totals, list(result.rows[1:]))
    for found in result.rows:
        assert found.activation_size == prod(found.node.output_shape)
        assert all(size > 0 for size in found.node.output_shape)
        assert min(found[2:]) >= 0


@given(
    st.lists(convolutions, min_size=1, max_size=5),
    st.sampled_from(FRAMEWORKS),
    st.tuples(st.integers(8, 30), st.integers(8, 30)),
    st.tuples(st.integers(8, 30), st.integers(8, 30)),
)
@settings(deadline=None)
def test_the_parameters_of_convolutions_do_not_depend_on_the_input_size(
    written: list[str], framework: str, one: tuple[int, int], other: tuple[int, int]
) -> None:
    first, second = (
        audited_or_none(written, f"{height}x{width}x3", framework) for height, width in (one, other)
    )
    assert [row.params for row in first.rows] == [row.params for row in second.rows]
    assert first.totals.params == second.totals.params > 0


class Stage(NamedTuple):
    """A convolution that keeps height and width."""

    filters: int
    kernel: int

    def written(self, wider: int = 1) -> str:
        """The layer as YAML."""
        return (
            f"{{conv: {wider * self.filters}, kernel: {self.kernel}, padding: same, bias: false}}"
        )


stages = st.lists(st.builds(Stage, st.integers(1, 8), st.integers(1, 5)), min_size=1, max_size=5)


@given(stages, st.integers(1, 4), st.integers(1, 4))
@settings(deadline=None)
def test_the_work_of_convolutions_grows_with_the_area(
    chain: list[Stage], taller: int, wider: int
) -> None:
    written = [stage.written() for stage in chain]
    small_macs = audited(written, "6x5x3").totals.macs
    large = audited(written, f"{6 * taller}x{5 * wider}x3").totals
    assert large.macs == taller * wider * small_macs
    channels = [3, *(stage.filters for stage in chain)]
    weights = sum(
        stage.kernel**2 * entering * stage.filters
        for stage, entering in zip(chain, channels, strict=False)
    )
    assert small_macs == 6 * 5 * weights


@given(stages, st.integers(1, 4))
@settings(deadline=None)
def test_the_work_of_convolutions_grows_with_the_square_of_their_width(
    chain: list[Stage], factor: int
) -> None:
    narrow = audited([stage.written() for stage in chain], "6x5x2").totals
    wide = audited([stage.written(factor) for stage in chain], f"6x5x{2 * factor}").totals
    assert wide.macs == factor**2 * narrow.macs
    assert wide.params == factor**2 * narrow.params
