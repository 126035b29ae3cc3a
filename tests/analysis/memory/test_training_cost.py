"""FLOPs and steps of training, with and without frozen layers."""

import pytest

from cnnaudit.analysis.memory.saved_tensors import learns_weights
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
def test_cost_factors_of_each_node(frozen: tuple[str, ...], expected: tuple[int, ...]) -> None:
    layers = [
        layer.replace("}", ", trainable: false}") if f"name: {name}" in layer else layer
        for layer in LAYERS
        for name in (frozen or ("-",))
    ]
    audited = audit_text(chain(*layers, input="4x4x1"))
    assert cost_factors(audited, learns_weights(audited)) == expected


def test_costs_with_all_settings() -> None:
    result = cost(*LAYERS, training="batch_size: 8, epochs: 5, dataset: {images: 20}")
    assert result is not None
    # conv: 64 MACs and 64 bias additions; relu 64; dense: 128 MACs and 2 bias additions
    assert result.forward_flops == 192 + 64 + 258
    assert result.flops_per_image == 2 * 192 + 2 * 64 + 3 * 258
    assert result.flops_per_step == 8 * result.flops_per_image
    assert result.flops_per_epoch == 20 * result.flops_per_image
    assert result.flops == 100 * result.flops_per_image
    assert (result.steps_per_epoch, result.steps) == (3, 15)


@pytest.mark.parametrize(
    ("training", "unknown"),
    [
        ("", {"flops_per_step", "steps_per_epoch", "steps", "flops_per_epoch", "flops"}),
        ("batch_size: 8", {"steps_per_epoch", "steps", "flops_per_epoch", "flops"}),
        ("dataset: {images: 20}", {"flops_per_step", "steps_per_epoch", "steps", "flops"}),
        ("epochs: 2, dataset: {images: 20}", {"flops_per_step", "steps_per_epoch", "steps"}),
    ],
)
def test_costs_without_a_setting_are_unknown(training: str, unknown: set[str]) -> None:
    result = cost(*LAYERS, training=training)
    assert result is not None
    derived = ("flops_per_step", "steps_per_epoch", "steps", "flops_per_epoch", "flops")
    assert {name for name in derived if getattr(result, name) is None} == unknown


def test_nothing_trains() -> None:
    assert cost("relu") is None


def test_a_network_that_trains_costs_about_three_times_its_forward_pass() -> None:
    result = training_cost(audit(load("zoo:resnet-50")))
    assert result is not None
    assert 2.9 < result.flops_per_image / result.forward_flops < 3


def test_a_frozen_backbone_costs_its_forward_pass_only() -> None:
    network = audit(load("zoo:resnet50-catdog-transfer"))
    result = training_cost(network)
    assert result is not None
    assert result.forward_flops < result.flops_per_image < 1.01 * result.forward_flops
