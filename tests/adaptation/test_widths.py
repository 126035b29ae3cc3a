"""Widths that must agree: sums, concatenations, slices, groups, shuffles and reshapes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.rounding import STEPS, Rounding
from tests.adaptation.support import adapt_text, widths

HALF = AdaptOptions(factor=Fraction(1, 2))


def net(*layers: str, more: str = "", classes: int = 10) -> str:
    """Return the text of a network with a classifier after these layers."""
    listed = "".join(f"  - {layer}\n" for layer in layers)
    end = "  - {name: pool, avg_pool: global, keep_dims: false}\n  - {name: fc, dense: classes}\n"
    head = f"cnnaudit: 1\ninput: 32x32x3\nclasses: {classes}\n{more}\nlayers:\n"
    return f"{head}{listed}{end}"


def test_the_classifier_and_the_input_keep_their_channels() -> None:
    channels = widths(adapt_text(net("{name: c, conv: 32, kernel: 3}"), HALF).graph)
    assert (channels["input"], channels["c"], channels["fc"]) == (3, 16, 10)


def test_a_sum_with_a_concatenation_follows_its_parts() -> None:
    text = net(
        "{name: a, conv: 15, kernel: 1}",
        "{name: b, from: a, conv: 17, kernel: 1}",
        "{name: j, concat: [a, b]}",
        "{name: c, conv: 32, kernel: 1}",
        "{name: s, add: [j, c]}",
    )
    channels = widths(adapt_text(text, HALF).graph)
    assert (channels["a"], channels["b"], channels["c"]) == (8, 10, 18)


def test_two_concatenations_of_different_parts_in_a_sum_keep_their_widths() -> None:
    text = net(
        *("{name: a, conv: 12, kernel: 1}", "{name: b, from: a, conv: 20, kernel: 1}"),
        *("{name: c, from: a, conv: 20, kernel: 1}", "{name: d, from: a, conv: 12, kernel: 1}"),
        *("{name: j, concat: [a, b]}", "{name: k, concat: [c, d]}", "{name: s, add: [j, k]}"),
        "{name: e, conv: 64, kernel: 1}",
    )
    channels = widths(adapt_text(text, HALF).graph)
    assert [channels[name] for name in "abcde"] == [12, 20, 20, 12, 32]


def test_groups_divide_input_and_filters() -> None:
    text = net("{name: a, conv: 30, kernel: 1}", "{name: b, conv: 60, kernel: 3, groups: 5}")
    adapted = adapt_text(text, AdaptOptions(factor=Fraction(1, 4)))
    assert (widths(adapted.graph)["a"], widths(adapted.graph)["b"]) == (10, 20)


def test_a_group_for_each_channel_follows_them() -> None:
    text = net("{name: a, conv: 32, kernel: 1}", "{name: b, conv: 64, kernel: 3, groups: 32}")
    node = next(n for n in adapt_text(text, HALF).graph.nodes if n.name == "b")
    assert (node.attributes["groups"], node.attributes["filters"]) == (16, 32)


def test_a_slice_keeps_its_share_of_the_channels() -> None:
    text = net(
        "{name: a, conv: 48, kernel: 1}",
        "{name: l, slice: [0, 16]}",
        "{name: r, from: a, slice: [-16, -1]}",
        "{name: b, from: r, conv: 16, kernel: 1}",
        "{name: s, add: [l, b]}",
    )
    channels = widths(adapt_text(text, AdaptOptions(factor=Fraction(1, 2))).graph)
    assert channels["l"] * 3 == channels["a"]
    assert channels["b"] == channels["l"]


def test_one_channel_that_is_broadcast_to_all_stays_one() -> None:
    text = net(
        "{name: a, conv: 32, kernel: 1}",
        "{name: m, conv: 1, kernel: 1, activation: sigmoid}",
        "{name: x, multiply: [a, m]}",
    )
    channels = widths(adapt_text(text, HALF).graph)
    assert (channels["a"], channels["m"], channels["x"]) == (16, 1, 16)


def test_a_written_shape_follows_the_channels() -> None:
    text = """\
        cnnaudit: 1
        input: 100
        layers:
          - {name: d, dense: 3136}
          - {name: r, reshape: 7x7x64}
          - {name: c, conv: 32, kernel: 3}
          - {name: out, conv: 1, kernel: 1}
        """
    adapted = adapt_text(text, HALF)
    shapes = {node.name: node.output_shape for node in adapted.graph.nodes}
    assert (shapes["d"], shapes["r"], shapes["out"]) == ((1568,), (7, 7, 32), (5, 5, 1))


def test_frozen_weights_and_their_inputs_keep_their_widths() -> None:
    text = net(
        "{name: a, conv: 32, kernel: 1}",
        "{name: b, conv: 32, kernel: 1, trainable: false}",
        "{name: c, conv: 32, kernel: 1}",
    )
    channels = widths(adapt_text(text, HALF).graph)
    assert (channels["a"], channels["b"], channels["c"]) == (32, 32, 16)


def test_shared_weights_fit_both_places() -> None:
    text = net(
        "{name: a, conv: 30, kernel: 3, padding: same}",
        "{name: b, conv: 30, kernel: 3, padding: same}",
        "{name: c, conv: 30, kernel: 3, padding: same, share: b}",
    )
    channels = widths(adapt_text(text, HALF).graph)
    assert channels["a"] == channels["b"] == channels["c"] == 16


@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=4),
    st.sampled_from((1, 2, 4)),
    st.fractions(Fraction(1, 50), 2, max_denominator=200),
    st.sampled_from(tuple(STEPS)),
)
def test_any_tower_with_shuffles_groups_and_sums_stays_valid(
    parts: list[int], groups: int, factor: Fraction, rule: str
) -> None:
    towers = [
        f"{{name: t{n}, from: a, conv: {4 * part}, kernel: 1}}" for n, part in enumerate(parts)
    ]
    names = ", ".join(f"t{n}" for n in range(len(parts)))
    total = 4 * sum(parts)
    text = net(
        *("{name: a, conv: 16, kernel: 1}", *towers, f"{{name: j, concat: [{names}]}}"),
        f"{{name: sh, channel_shuffle: {groups}}}",
        f"{{name: g, conv: {total}, kernel: 3, padding: same, groups: {groups}}}",
        "{name: s, add: [sh, g]}",
        *(f"{{name: h, slice: [0, {total // 2}]}}", "{depthwise_conv: 3}", "relu"),
    )
    adapted = adapt_text(text, AdaptOptions(factor=factor, rounding=Rounding(rule)))
    assert widths(adapted.graph)["s"] == widths(adapted.graph)["j"]


@pytest.mark.parametrize("factor", ["29/1000", "1/3", "7/5"])
def test_repetitions_and_conditions_keep_the_structure(factor: str) -> None:
    text = net(
        "{name: stem, conv: 30, kernel: 1}",
        "{name: stage, unit: 30, repeat: 3}",
        more=(
            "blocks:\n  unit:\n    params: [width]\n    layers:\n"
            "      - {name: c, conv: width, kernel: 1}\n"
            "      - {name: p, conv: 2*width, kernel: 1, when: in_channels != 30}\n"
            "      - {name: q, conv: in_channels + width*i, kernel: 1}\n"
        ),
    )
    adapted = adapt_text(text, AdaptOptions(factor=Fraction(factor)))
    assert list(widths(adapted.graph)) == list(widths(adapted.before))
