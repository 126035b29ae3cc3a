"""The largest batch within a budget: one more does not fit, and what bounds it is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.analysis.memory.max_batch import BatchLimits, parse_size
from cnnaudit.analysis.memory.memory import MemorySettings, memory
from cnnaudit.calculator import audit
from cnnaudit.errors import UsageError
from cnnaudit.loading import load

RESNET = audit(load("zoo:resnet-18"))


def within(budget: int, **asked: object) -> BatchLimits:
    found = memory(RESNET, MemorySettings(budget=budget, **asked)).batch_limits  # type: ignore[arg-type]
    assert found is not None
    return found


@given(st.integers(1, 2**37), st.sampled_from(["fp32", "bf16", "mixed"]), st.integers(1, 9))
@settings(deadline=None)
def test_the_batch_fits_and_one_more_does_not(budget: int, dtype: str, batch: int) -> None:
    found = within(budget, dtype=dtype, optimizer="adam", batch=batch)
    assert found.training is not None
    for largest in (found.training.batch, found.training.batch + 1):
        asked = MemorySettings(max(largest, 1), dtype, optimizer="adam")
        training = memory(RESNET, asked).training
        assert training is not None
        if largest:
            assert (training.total <= budget) is (largest == found.training.batch)
    for largest in (found.inference.batch, found.inference.batch + 1):
        taken = memory(RESNET, MemorySettings(max(largest, 1), dtype))
        if largest:
            total = taken.weights + taken.statistics + taken.peak.bytes
            assert (total <= budget) is (largest == found.inference.batch)


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
def test_what_bounds_training(budget: int, batch: int, bound_by: str) -> None:
    found = within(budget, optimizer="adam").training
    assert found is not None
    assert found.batch == batch
    assert found.bound_by == bound_by


def test_what_cannot_train_only_runs() -> None:
    found = within(8 << 30, dtype="int8")
    assert found.training is None
    assert found.inference.batch > 1000


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
def test_no_sizes(text: str) -> None:
    with pytest.raises(UsageError):
        parse_size(text)
