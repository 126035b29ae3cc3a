"""Shared weights: counted once, worked with every time."""

import pytest

from tests.reading import complaint, complaints, params, pointed_at
from tests.support import audit_text, chain

CONV = "{name: a, conv: 3, kernel: 3, padding: same}"


def test_parameters_count_once_and_work_twice() -> None:
    audit = audit_text(chain(CONV, "{name: b, conv: 3, kernel: 3, padding: same, share: a}"))
    assert params(audit) == {"a": 84}
    assert [row.macs for row in audit.rows[1:]] == [32 * 32 * 81] * 2


def test_sharing_with_one_that_shares() -> None:
    layers = [CONV] + [f"{{name: {n}, conv: 3, kernel: 3, share: {m}}}" for m, n in ("ab", "bc")]
    audit = audit_text(chain(*layers))
    assert params(audit) == {"a": 84}
    assert [node.shared for node in audit.graph.nodes] == [None, None, 1, 1]


def test_sharing_with_a_layer_further_down() -> None:
    layers = ["{name: b, conv: 3, kernel: 3, padding: same, share: a}", f"{{from: in, {CONV[1:]}"]
    assert params(audit_text(chain(*layers))) == {"a": 84}


def test_stride_and_padding_may_differ() -> None:
    layers = [CONV, "{name: b, conv: 3, kernel: 3, stride: 2, dilation: 2, share: a}"]
    assert audit_text(chain(*layers)).totals.params == 84


def test_modifiers_share_too() -> None:
    layers = [
        "{name: a, conv: 3, kernel: 1, batch_norm: true}",
        "{name: b, conv: 3, kernel: 1, batch_norm: true, activation: relu, share: a}",
    ]
    assert params(audit_text(chain(*layers))) == {"a": 12, "a.batch_norm": 12}


def test_a_block_shares_layer_by_layer() -> None:
    more = "blocks: {tower: {layers: [{conv: 3, kernel: 1}, {conv: 3, kernel: 3, padding: same}]}}"
    layers = ["{name: l, tower: }", "{name: r, from: in, tower: , share: l}", "{concat: [l, r]}"]
    audit = audit_text(chain(*layers, more=more))
    assert params(audit) == {"l.conv1": 12, "l.conv2": 84}


def test_frozen_weights_may_be_shared() -> None:
    layers = [f"{{trainable: false, {CONV[1:]}", "{conv: 3, kernel: 3, share: a}"]
    totals = audit_text(chain(*layers)).totals
    assert (totals.trainable_params, totals.non_trainable_params) == (0, 84)


@pytest.mark.parametrize(
    "layer",
    [
        "{conv: 4, kernel: 3, share: a}",
        "{conv: 3, kernel: 1, share: a}",
        "{conv: 3, kernel: 3, bias: false, share: a}",
        "{conv: 3, kernel: 3, groups: 3, share: a}",
        "{depthwise_conv: 3, multiplier: 3, share: a}",
    ],
)
def test_weights_must_fit(layer: str) -> None:
    found = complaint(chain(CONV, layer))
    assert found.code == "CA106"
    assert pointed_at(found) == layer
    assert any("of 'a': kernel 3 × 3 × 3 × 3, bias 3" in note for note in found.notes)


def test_there_must_be_something_to_share() -> None:
    found = complaint(chain("{name: a, lrn: 5}", "{conv: 3, kernel: 1, share: a}"))
    assert found.code == "CA106"


def test_an_unknown_layer_suggests_a_known_one() -> None:
    found = complaint(chain("{name: conv_a, lrn: 5}", "{conv: 3, kernel: 1, share: covn_a}"))
    assert found.code == "CA106"
    assert pointed_at(found) == "covn_a"
    assert found.help == "did you mean 'conv_a'?"


def test_a_layer_cannot_share_with_itself_or_in_a_circle() -> None:
    assert complaint(chain("{name: a, conv: 3, kernel: 1, share: a}")).code == "CA106"
    circle = ["{name: a, conv: 3, kernel: 1, share: b}", "{name: b, conv: 3, kernel: 1, share: a}"]
    assert {found.code for found in complaints(chain(*circle))} <= {"CA102", "CA106"}
