"""Weights, outputs and training for a batch and a precision; the published feature memory."""

import pytest

from cnnaudit.analysis.memory.memory import Memory, MemorySettings, memory
from cnnaudit.analysis.memory.training import OPTIMIZERS, TrainingMemory
from cnnaudit.calculator import audit
from cnnaudit.loading import load
from cnnaudit.parsing.claims import OPTIMIZERS as NAMED
from cnnaudit.parsing.claims import PRECISIONS as NAMED_PRECISIONS
from tests.support import audit_text, chain

#: MiB at batch 1: convolution, BN, pool, concatenation, sum; activations in place.
PUBLISHED = {
    "alexnet": 3,
    "vgg-d": 58,
    "vgg-e": 63,
    "googlenet": 26,
    "resnet-50": 103,
    "resnet-101": 155,
    "resnet-152": 219,
    "densenet-121": 126,
    "inception-v3": 89,
    "mobilenet-v1": 38,
}

SMALL = chain(
    "{conv: 4, kernel: 1, batch_norm: true, activation: relu}",
    "{max_pool: 2}",
    "flatten",
    "{dense: 2}",
    input="4x4x1",
    more="framework: pytorch",
)
CONV, NORM, STATISTICS, DENSE = 4 + 4, 4 + 4, 4 + 4, 2 * 16 + 2
PARAMS = CONV + NORM + DENSE


def of(text: str = SMALL, **asked: object) -> Memory:
    return memory(audit_text(text), MemorySettings(**asked))  # type: ignore[arg-type]


def trained(text: str = SMALL, **asked: object) -> TrainingMemory:
    found = of(text, **asked).training
    assert found is not None
    return found


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_feature_memory(name: str) -> None:
    found = memory(audit(load(f"zoo:{name}"))).features
    assert round(found / 2**20) == PUBLISHED[name]


@pytest.mark.parametrize(
    ("dtype", "weights", "outputs"),
    [("fp32", 4, 4), ("fp16", 2, 2), ("bf16", 2, 2), ("int8", 1, 1), ("mixed", 4, 2)],
)
def test_precision(dtype: str, weights: int, outputs: int) -> None:
    found = of(dtype=dtype, batch=3)
    assert found.weights == weights * PARAMS
    assert found.statistics == weights * STATISTICS
    assert found.activations == 3 * outputs * (3 * 64 + 16 + 16 + 2)


def test_what_training_holds() -> None:
    found = trained(batch=2)
    assert found.weights == 4 * (PARAMS + STATISTICS)
    assert found.gradients == 4 * PARAMS
    assert found.optimizer_state == 0
    # the input, the convolution's output, relu's, the pooled values that dense reads, positions
    assert found.activations_per_image == 4 * (16 + 64 + 64 + 16) + 8 * 16
    assert found.fixed_activations == 4 * 8
    assert found.activations == 2 * found.activations_per_image + found.fixed_activations
    assert found.total == found.weights + found.gradients + found.activations


def test_mixed_precision_has_copies_of_the_kernels() -> None:
    found = trained(dtype="mixed")
    assert found.weights == 4 * (PARAMS + STATISTICS) + 2 * (CONV + DENSE)
    assert found.gradients == 4 * PARAMS
    assert found.activations_per_image == 2 * (16 + 64 + 64 + 16) + 8 * 16
    assert found.fixed_activations == 4 * 8


def test_int8_cannot_train() -> None:
    assert of(dtype="int8").training is None
    assert {node.saved for node in of(dtype="int8").nodes} == {None}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimiser_state(name: str) -> None:
    assert trained(optimizer=name).optimizer_state == 4 * PARAMS * OPTIMIZERS[name]


@pytest.mark.parametrize(
    ("said", "option", "expected"),
    [
        ("", None, ("sgd", 0, False)),
        ("training: {optimizer: adam}", None, ("adam", 2, True)),
        ("training: {optimizer: adam}", "sgd", ("sgd", 0, True)),
        ("training: {optimizer: {type: sgd, momentum: 0.9}}", None, ("sgd", 1, True)),
        ("training: {optimizer: {type: rmsprop, momentum: 0.9}}", None, ("rmsprop", 2, True)),
        ("training: {optimizer: {type: sgd, momentum: 0.9}}", "adagrad", ("adagrad", 1, True)),
        ("training: {optimizer: {type: adam, momentum: 0.9}}", "sgd", ("sgd", 0, True)),
    ],
)
def test_whose_optimiser(said: str, option: str | None, expected: tuple[str, int, bool]) -> None:
    assert trained(f"{SMALL}{said}\n", optimizer=option).optimizer == expected


def test_frozen_weights_have_no_gradients_and_no_state() -> None:
    text = chain("{conv: 4, kernel: 1, trainable: false}", "flatten", "{dense: 2}", input="4x4x1")
    found = trained(text, optimizer="adam")
    dense = 2 * 64 + 2
    assert found.weights == 4 * (8 + dense)
    assert (found.gradients, found.optimizer_state) == (4 * dense, 8 * dense)


def test_nothing_to_train() -> None:
    assert of(chain("relu", input="4x4x1")).training is None


def test_the_nodes_add_up() -> None:
    for name in ("resnet-18", "googlenet", "densenet-121", "mobilenet-v3-small"):
        network = audit(load(f"zoo:{name}"))
        found = memory(network, MemorySettings(batch=3))
        nodes = list(zip(network.graph.nodes, found.nodes, strict=True))
        assert found.training is not None
        # statistics are listed whole at their node, so the sum is exact
        assert sum(node.saved or 0 for _, node in nodes) == found.training.activations
        inference = [taken for node, taken in nodes if not node.auxiliary]
        assert sum(taken.weights for taken in inference) == found.weights
        assert sum(taken.activations for taken in inference) == found.activations
        assert max(taken.live or 0 for taken in inference) == found.peak.bytes


def test_the_file_may_name_what_is_known_here() -> None:
    from cnnaudit.analysis.memory.precision import PRECISIONS

    assert set(OPTIMIZERS) == set(NAMED)
    assert set(PRECISIONS) == set(NAMED_PRECISIONS)
