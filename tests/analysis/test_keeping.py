"""What each operation keeps for the backward pass, and where nothing comes back at all."""

import pytest

from cnnaudit.analysis.gradients import has_gradient, learns_weights
from cnnaudit.analysis.keeping import RULES, Kept, Site, kept
from cnnaudit.analysis.memory.training import saved_elements
from cnnaudit.layers.table import KINDS
from tests.support import audit_text, chain

IN = (8, 8, 4)


def site(output: tuple[int, ...] = IN, trains: bool = True, **attributes: object) -> Site:
    return Site((IN,), attributes, output, trains, (True,))


def kept_values(*layers: str) -> list[int]:
    """Values kept at the input and at each node of a chain on 8x8x4, behind a convolution."""
    found = audit_text(chain("{name: first, conv: 4, kernel: 1}", *layers, input="8x8x4"))
    return [one.values for one in saved_elements(found)]


def test_every_operation_has_a_rule() -> None:
    assert set(KINDS) <= set(RULES)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("conv", site(), Kept(inputs=(0,))),
        ("conv", site(trains=False), Kept(inputs=(0,))),
        ("dense", site(trains=False), Kept()),
        ("scale", site(), Kept(inputs=(0,))),
        ("scale", site(trains=False), Kept()),
        ("separable_conv", site((4, 4, 9), multiplier=2), Kept((0,), values=4 * 4 * 8)),
        ("batch_norm", site(), Kept((0,), fixed=8)),
        ("layer_norm", site(axis=-1), Kept((0,), statistics=2 * 64)),
        ("layer_norm", site(axis=(0, 1, 2)), Kept((0,), statistics=2)),
        ("rms_norm", site(axis=-1), Kept((0,), statistics=64)),
        ("group_norm", site(groups=2), Kept((0,), statistics=4)),
        ("lrn", site(size=5), Kept((0,), values=64 * (8 + 2 * 4))),
        ("activation", site(function="relu"), Kept(output=True)),
        ("activation", site(function="relu6"), Kept(inputs=(0,))),
        ("activation", site(function="linear"), Kept()),
        ("activation", site(function="softsign"), Kept((0,), values=256)),
        ("dropout", site(rate=0.5), Kept(values=256)),
        ("dropout", site(rate=0), Kept()),
        ("max_pool", site((4, 4, 4), kernel=(2, 2)), Kept((0,), indices=64)),
        ("avg_pool", site((4, 4, 4), kernel=(2, 2)), Kept(inputs=(0,))),
        ("avg_pool", site((1, 1, 4), kernel="global"), Kept()),
        ("adaptive_pool", site((2, 2, 4), size=(2, 2), mode="avg"), Kept(inputs=(0,))),
        ("adaptive_pool", site((1, 1, 4), size=(1, 1), mode="avg"), Kept()),
        ("adaptive_pool", site((1, 1, 4), size=(1, 1), mode="max"), Kept((0,), indices=4)),
        ("pad", site((10, 10, 4), mode="zeros"), Kept()),
        ("pad", site((10, 10, 4), mode="reflect"), Kept(inputs=(0,))),
        ("lstm", Site(((7, 3),), {"units": 5}, (5,), True, (True,)), Kept((0,), values=7 * 5 * 6)),
        ("something new", site(), Kept(inputs=(0,))),
    ],
)
def test_rule(kind: str, given: Site, expected: Kept) -> None:
    assert kept(kind, given) == expected


@pytest.mark.parametrize(
    ("gradients", "inputs", "values"),
    [
        ((True, True), (0, 1), 0),
        ((True, False), (1,), 0),
        ((True, True, True), (0, 1, 2), 256),
        ((True, False, False), (1, 2), 256),
    ],
)
def test_a_product_keeps_the_factors_of_other_gradients(
    gradients: tuple[bool, ...], inputs: tuple[int, ...], values: int
) -> None:
    given = Site((IN,) * len(gradients), {}, IN, False, gradients)
    assert kept("multiply", given) == Kept(inputs, values=values)


def test_a_layer_behind_an_unknown_one_keeps_its_input() -> None:
    assert kept("batch_norm", Site(((),), {}, (), True, (True,))) == Kept(inputs=(0,))


def test_an_output_counts_once_however_many_keep_it() -> None:
    # relu keeps its output, and both convolutions that read it keep the same memory
    text = """
    cnnaudit: 1
    input: 8x8x4
    layers:
      - {name: a, conv: 4, kernel: 1, activation: relu}
      - branches:
          left: [{name: l, conv: 4, kernel: 1}]
          right: [{name: r, conv: 4, kernel: 1}]
        merge: add
    """
    assert (
        sum(one.values for one in saved_elements(audit_text(text))) == 2 * 256
    )  # the input, relu's output


def test_views_keep_the_whole_memory_they_look_at() -> None:
    # what the convolution keeps is a view of all four channels
    assert kept_values("{slice: [0, 2]}", "{conv: 2, kernel: 1}") == [256, 256, 0, 0]
    # some of the channels lie in order, some of the rows do not: what is flattened is a copy
    assert kept_values("{slice: [0, 2]}", "flatten", "{dense: 2}") == [256, 256, 0, 0, 0]
    rows = "{slice: [0, 2], axis: 0}"
    assert kept_values(rows, "flatten", "{dense: 2}") == [256, 0, 0, 64, 0]
    assert kept_values("flatten", "{dense: 2}") == [256, 256, 0, 0]


def test_nothing_is_kept_before_the_first_layer_that_trains() -> None:
    layers = ["{conv: 4, kernel: 1, activation: relu, trainable: false}", "flatten", "{dense: 2}"]
    found = audit_text(chain(*layers, input="8x8x4"))
    assert learns_weights(found) == (False, False, False, False, True)
    assert has_gradient(found, learns_weights(found)) == (False, False, False, False, True)
    assert [one.values for one in saved_elements(found)] == [
        0,
        0,
        256,
        0,
        0,
    ]  # the input of dense: relu's


def test_gradients_pass_through_frozen_layers() -> None:
    layers = ["{conv: 4, kernel: 1}", "{conv: 4, kernel: 1, trainable: false}"]
    found = audit_text(chain(*layers, input="8x8x4"))
    assert has_gradient(found, learns_weights(found)) == (False, True, True)
    assert [one.values for one in saved_elements(found)] == [256, 256, 0]


def test_heads_of_training_are_kept_too() -> None:
    head = "{head: aux, auxiliary: true, layers: [{conv: 2, kernel: 1}, relu]}"
    found = audit_text(
        chain("{name: a, conv: 4, kernel: 1, activation: relu}", head, input="8x8x4")
    )
    assert sum(one.values for one in saved_elements(found)) == 256 + 256 + 128
