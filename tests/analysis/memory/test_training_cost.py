"""FLOPs and steps of a training, and what frozen layers spare."""

import pytest

from cnnaudit.analysis.gradients import learns_weights
from cnnaudit.analysis.memory.training_cost import TrainingCost, cost_factors, training_cost
from cnnaudit.calculator import audit
from cnnaudit.loading import load
from tests.support import audit_text, chain

LAYERS = ("{name: a, conv: 4, kernel: 1, activation: relu}", "flatten", "{name: b, dense: 2}")


def cost(*layers: str, training: str = "") -> TrainingCost | None:
    more = f"training: {{{training}}}" if training else ""
    return training_cost(audit_text(chain(*layers, input="4x4x1", more=more)))


@pytest.mark.parametrize(
    ("frozen", "expected"),
    [
        # input, conv a, relu, flatten, dense b
        ((), (1, 2, 2, 2, 3)),
        (("a",), (1, 1, 1, 1, 2)),
        (("b",), (1, 2, 2, 2, 2)),
    ],
)
def test_how_often_an_operation_is_done(frozen: tuple[str, ...], expected: tuple[int, ...]) -> None:
    layers = [
        layer.replace("}", ", trainable: false}") if f"name: {name}" in layer else layer
        for layer in LAYERS
        for name in (frozen or ("-",))
    ]
    found = audit_text(chain(*layers, input="4x4x1"))
    assert cost_factors(found, learns_weights(found)) == expected


def test_what_the_file_says() -> None:
    found = cost(*LAYERS, training="batch_size: 8, epochs: 5, dataset: {images: 20}")
    assert found is not None
    # conv: 64 MACs and 64 bias additions; relu 64; dense: 128 MACs and 2 bias additions
    assert found.forward_flops == 192 + 64 + 258
    assert found.flops_per_image == 2 * 192 + 2 * 64 + 3 * 258
    assert found.flops_per_step == 8 * found.flops_per_image
    assert found.flops_per_epoch == 20 * found.flops_per_image
    assert found.flops == 100 * found.flops_per_image
    assert (found.steps_per_epoch, found.steps) == (3, 15)


@pytest.mark.parametrize(
    ("training", "unknown"),
    [
        ("", {"flops_per_step", "steps_per_epoch", "steps", "flops_per_epoch", "flops"}),
        ("batch_size: 8", {"steps_per_epoch", "steps", "flops_per_epoch", "flops"}),
        ("dataset: {images: 20}", {"flops_per_step", "steps_per_epoch", "steps", "flops"}),
        ("epochs: 2, dataset: {images: 20}", {"flops_per_step", "steps_per_epoch", "steps"}),
    ],
)
def test_what_the_file_does_not_say_is_unknown(training: str, unknown: set[str]) -> None:
    found = cost(*LAYERS, training=training)
    assert found is not None
    derived = ("flops_per_step", "steps_per_epoch", "steps", "flops_per_epoch", "flops")
    assert {name for name in derived if getattr(found, name) is None} == unknown


def test_nothing_trains() -> None:
    assert cost("relu") is None


def test_a_network_that_trains_costs_about_three_times_its_forward_pass() -> None:
    found = training_cost(audit(load("zoo:resnet-50")))
    assert found is not None
    assert 2.9 < found.flops_per_image / found.forward_flops < 3


def test_a_frozen_backbone_costs_its_forward_pass_only() -> None:
    network = audit(load("zoo:resnet50-catdog-transfer"))
    found = training_cost(network)
    assert found is not None
    assert found.forward_flops < found.flops_per_image < 1.01 * found.forward_flops
