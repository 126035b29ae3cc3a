"""What each operation keeps for the backward pass, and where nothing comes back at all."""

import pytest

from cnnaudit.analysis.memory.saved_tensors import (
    has_gradient,
    learns_weights,
    saved_elements,
    saved_for_backward,
)
from cnnaudit.ops.op import OpContext, SavedTensors
from tests.support import audit_text, chain

IN = (8, 8, 4)


def site(output: tuple[int, ...] = IN, trains: bool = True, **attributes: object) -> OpContext:
    return OpContext((IN,), attributes, output, trains, (True,))


def kept_values(*layers: str) -> list[int]:
    """Values kept at the input and at each node of a chain on 8x8x4, behind a convolution."""
    found = audit_text(chain("{name: first, conv: 4, kernel: 1}", *layers, input="8x8x4"))
    return [one.values for one in saved_elements(found)]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("conv", site(), SavedTensors(inputs=(0,))),
        ("conv", site(trains=False), SavedTensors(inputs=(0,))),
        ("dense", site(trains=False), SavedTensors()),
        ("scale", site(), SavedTensors(inputs=(0,))),
        ("scale", site(trains=False), SavedTensors()),
        ("separable_conv", site((4, 4, 9), multiplier=2), SavedTensors((0,), values=4 * 4 * 8)),
        ("batch_norm", site(), SavedTensors((0,), fixed=8)),
        ("layer_norm", site(axis=-1), SavedTensors((0,), statistics=2 * 64)),
        ("layer_norm", site(axis=(0, 1, 2)), SavedTensors((0,), statistics=2)),
        ("rms_norm", site(axis=-1), SavedTensors((0,), statistics=64)),
        ("group_norm", site(groups=2), SavedTensors((0,), statistics=4)),
        ("lrn", site(size=5), SavedTensors((0,), values=64 * (8 + 2 * 4))),
        ("activation", site(function="relu"), SavedTensors(output=True)),
        ("activation", site(function="relu6"), SavedTensors(inputs=(0,))),
        ("activation", site(function="linear"), SavedTensors()),
        ("activation", site(function="softsign"), SavedTensors((0,), values=256)),
        ("dropout", site(rate=0.5), SavedTensors(values=256)),
        ("dropout", site(rate=0), SavedTensors()),
        ("max_pool", site((4, 4, 4), kernel=(2, 2)), SavedTensors((0,), indices=64)),
        ("avg_pool", site((4, 4, 4), kernel=(2, 2)), SavedTensors(inputs=(0,))),
        ("avg_pool", site((1, 1, 4), kernel="global"), SavedTensors()),
        ("adaptive_pool", site((2, 2, 4), size=(2, 2), mode="avg"), SavedTensors(inputs=(0,))),
        ("adaptive_pool", site((1, 1, 4), size=(1, 1), mode="avg"), SavedTensors()),
        ("adaptive_pool", site((1, 1, 4), size=(1, 1), mode="max"), SavedTensors((0,), indices=4)),
        ("pad", site((10, 10, 4), mode="zeros"), SavedTensors()),
        ("pad", site((10, 10, 4), mode="reflect"), SavedTensors(inputs=(0,))),
        (
            "lstm",
            OpContext(((7, 3),), {"units": 5}, (5,), True, (True,)),
            SavedTensors((0,), values=7 * 5 * 6),
        ),
        ("unknown", site(), SavedTensors(inputs=(0,))),
    ],
)
def test_rule(kind: str, given: OpContext, expected: SavedTensors) -> None:
    assert saved_for_backward(kind, given) == expected


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
    given = OpContext((IN,) * len(gradients), {}, IN, False, gradients)
    assert saved_for_backward("multiply", given) == SavedTensors(inputs, values=values)


def test_a_layer_behind_an_unknown_one_keeps_its_input() -> None:
    assert saved_for_backward(
        "batch_norm", OpContext(((),), {}, (), True, (True,))
    ) == SavedTensors(inputs=(0,))


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
