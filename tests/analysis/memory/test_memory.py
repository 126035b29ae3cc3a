"""Weights, outputs and training for a batch and a precision; the published feature memory."""

import pytest

from cnnaudit.analysis.memory.memory import Memory, MemorySettings, memory
from cnnaudit.analysis.memory.training import OPTIMIZERS, TrainingMemory
from cnnaudit.calculator import audit
from cnnaudit.loading import load
from cnnaudit.parsing.training import OPTIMIZERS as NAMED
from cnnaudit.parsing.training import PRECISIONS as NAMED_PRECISIONS
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


def memory_of(text: str = SMALL, **settings: object) -> Memory:
    return memory(audit_text(text), MemorySettings(**settings))  # type: ignore[arg-type]


def training_of(text: str = SMALL, **settings: object) -> TrainingMemory:
    result = memory_of(text, **settings).training
    assert result is not None
    return result


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_feature_memory(name: str) -> None:
    features = memory(audit(load(f"zoo:{name}"))).features
    assert round(features / 2**20) == PUBLISHED[name]


@pytest.mark.parametrize(
    ("dtype", "weights", "outputs"),
    [("fp32", 4, 4), ("fp16", 2, 2), ("bf16", 2, 2), ("int8", 1, 1), ("mixed", 4, 2)],
)
def test_precision(dtype: str, weights: int, outputs: int) -> None:
    result = memory_of(dtype=dtype, batch=3)
    assert result.weights == weights * PARAMS
    assert result.statistics == weights * STATISTICS
    assert result.activations == 3 * outputs * (3 * 64 + 16 + 16 + 2)


def test_parts_of_training_memory() -> None:
    result = training_of(batch=2)
    assert result.weights == 4 * (PARAMS + STATISTICS)
    assert result.gradients == 4 * PARAMS
    assert result.optimizer_state == 0
    # the input, the convolution's output, relu's, the pooled values that dense reads, positions
    assert result.activations_per_image == 4 * (16 + 64 + 64 + 16) + 8 * 16
    assert result.fixed_activations == 4 * 8
    assert result.activations == 2 * result.activations_per_image + result.fixed_activations
    assert result.total == result.weights + result.gradients + result.activations


def test_mixed_precision_has_copies_of_the_kernels() -> None:
    result = training_of(dtype="mixed")
    assert result.weights == 4 * (PARAMS + STATISTICS) + 2 * (CONV + DENSE)
    assert result.gradients == 4 * PARAMS
    assert result.activations_per_image == 2 * (16 + 64 + 64 + 16) + 8 * 16
    assert result.fixed_activations == 4 * 8


def test_int8_cannot_train() -> None:
    assert memory_of(dtype="int8").training is None
    assert {node.saved for node in memory_of(dtype="int8").nodes} == {None}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimiser_state(name: str) -> None:
    assert training_of(optimizer=name).optimizer_state == 4 * PARAMS * OPTIMIZERS[name]


@pytest.mark.parametrize(
    ("more", "option", "expected"),
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
def test_the_option_overrides_the_optimiser_of_the_file(
    more: str, option: str | None, expected: tuple[str, int, bool]
) -> None:
    assert training_of(f"{SMALL}{more}\n", optimizer=option).optimizer == expected


def test_frozen_weights_have_no_gradients_and_no_state() -> None:
    text = chain("{conv: 4, kernel: 1, trainable: false}", "flatten", "{dense: 2}", input="4x4x1")
    result = training_of(text, optimizer="adam")
    dense = 2 * 64 + 2
    assert result.weights == 4 * (8 + dense)
    assert (result.gradients, result.optimizer_state) == (4 * dense, 8 * dense)


def test_nothing_to_train() -> None:
    assert memory_of(chain("relu", input="4x4x1")).training is None


def test_the_nodes_add_up() -> None:
    for name in ("resnet-18", "googlenet", "densenet-121", "mobilenet-v3-small"):
        network = audit(load(f"zoo:{name}"))
        result = memory(network, MemorySettings(batch=3))
        nodes = list(zip(network.graph.nodes, result.nodes, strict=True))
        assert result.training is not None
        # statistics belong to one node each, so the sum is exact
        assert sum(node.saved or 0 for _, node in nodes) == result.training.activations
        inference = [taken for node, taken in nodes if not node.auxiliary]
        assert sum(taken.weights for taken in inference) == result.weights
        assert sum(taken.activations for taken in inference) == result.activations
        assert max(taken.live or 0 for taken in inference) == result.peak.bytes


def test_the_names_in_files_are_those_of_the_analysis() -> None:
    from cnnaudit.analysis.memory.precision import PRECISIONS

    assert set(OPTIMIZERS) == set(NAMED)
    assert set(PRECISIONS) == set(NAMED_PRECISIONS)
