"""The size batch within a budget: one more does not fit, and what bounds it is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.analysis.memory.max_batch import BatchLimits, parse_size
from cnnaudit.analysis.memory.memory import MemorySettings, memory
from cnnaudit.calculator import audit
from cnnaudit.errors import UsageError
from cnnaudit.loading import load

RESNET = audit(load("zoo:resnet-18"))


def limits_within(budget: int, **options: object) -> BatchLimits:
    settings = MemorySettings(budget=budget, **options)  # type: ignore[arg-type]
    limits = memory(RESNET, settings).batch_limits
    assert limits is not None
    return limits


@given(st.integers(1, 2**37), st.sampled_from(["fp32", "bf16", "mixed"]), st.integers(1, 9))
@settings(deadline=None)
def test_the_batch_fits_and_one_more_does_not(budget: int, dtype: str, batch: int) -> None:
    limits = limits_within(budget, dtype=dtype, optimizer="adam", batch=batch)
    assert limits.training is not None
    for size in (limits.training.batch, limits.training.batch + 1):
        options = MemorySettings(max(size, 1), dtype, optimizer="adam")
        training = memory(RESNET, options).training
        assert training is not None
        if size:
            assert (training.total <= budget) is (size == limits.training.batch)
    for size in (limits.inference.batch, limits.inference.batch + 1):
        inference = memory(RESNET, MemorySettings(max(size, 1), dtype))
        if size:
            total = inference.weights + inference.statistics + inference.peak.bytes
            assert (total <= budget) is (size == limits.inference.batch)


@pytest.mark.parametrize(
    ("budget", "batch", "bound_by"),
    [
        (1 << 20, 0, "optimizer"),
        (200 << 20, 1, "optimizer"),
        (8 << 30, 378, "activations"),
        (22183840 + 187108992, 1, "optimizer"),
        (22183840 + 187108991, 0, "optimizer"),
    ],
)
def test_the_largest_part_bounds_training(budget: int, batch: int, bound_by: str) -> None:
    limit = limits_within(budget, optimizer="adam").training
    assert limit is not None
    assert limit.batch == batch
    assert limit.bound_by == bound_by


def test_a_precision_without_training_has_an_inference_limit_only() -> None:
    limits = limits_within(8 << 30, dtype="int8")
    assert limits.training is None
    assert limits.inference.batch > 1000


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GiB", 8 << 30),
        ("1.5 GiB", 3 << 29),
        ("8GB", 8 * 10**9),
        ("500mb", 500 * 10**6),
        ("4096B", 4096),
        ("0.1KB", 100),
        ("2TiB", 2 << 40),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "8", "8G", "GiB", "-8GiB", "8 gigabytes", "1e3MB", "0MiB"])
def test_invalid_sizes(text: str) -> None:
    with pytest.raises(UsageError):
        parse_size(text)
