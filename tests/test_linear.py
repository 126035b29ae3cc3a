"""The cost of every stage is linear in the layers: counted in steps of the program, not in time.

A step is an instruction of Python code. From one size to the next, by the same number of layers
each, a linear stage takes as many steps more each time.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnnaudit.analysis.memory import execution_order
from cnnaudit.comparison import alignment, waterfall
from tests import networks, stages
from tests.counted import counted_steps

SIZES = (30, 60, 90)
#: By how much the second difference may exceed the first, and by how many steps whatever they are.
_MORE, _STEPS = 1.15, 50


class Steps:
    """Counts the steps of what is called through it, by name."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def __call__(
        self, name: str, function: Callable[..., Any], *arguments: Any, **more: Any
    ) -> Any:
        with counted_steps() as count:
            result = function(*arguments, **more)
        self.counts[name] = count.value
        return result


def growing(counted: list[dict[str, int]]) -> dict[str, list[int]]:
    """The stages that take more from the second size to the third than from the first to it."""
    small, middle, large = counted
    return {
        name: [small[name], middle[name], large[name]]
        for name in large
        if large[name] - middle[name] > _MORE * (middle[name] - small[name]) + _STEPS
    }


def counted(
    go: Callable[[stages.Watch, int], None], sizes: tuple[int, ...] = SIZES
) -> list[dict[str, int]]:
    """The steps at each size; gone once before for all that is worked out only once."""
    found = []
    for n in sizes:
        go(lambda _name, function, *arguments, **more: function(*arguments, **more), n)
        steps = Steps()
        go(steps, n)
        found.append(steps.counts)
    return found


@pytest.fixture(autouse=True)
def _bounded_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is bounded, and not linear, is at its bound."""
    monkeypatch.setattr(execution_order, "MAX_STEPS", 0)
    monkeypatch.setattr(waterfall, "MAX_STEPS", 4)
    monkeypatch.setattr(alignment, "MAX_CELLS", 25)


@pytest.mark.parametrize("shape", networks.NETWORKS)
def test_every_stage_and_every_rule(shape: str, tmp_path: Path) -> None:
    def go(watch: stages.Watch, n: int) -> None:
        path = tmp_path / f"{n}.yaml"
        path.write_text(networks.NETWORKS[shape](n))
        stages.network(watch, path)

    assert growing(counted(go)) == {}


@pytest.mark.parametrize("shape", ["suppressed", "faulty", "commented", "variants"])
def test_check(shape: str, tmp_path: Path) -> None:
    def go(watch: stages.Watch, n: int) -> None:
        path = tmp_path / f"{n}.yaml"
        path.write_text(getattr(networks, shape)(n))
        stages.check(watch, path)

    assert growing(counted(go)) == {}


@pytest.mark.parametrize("shape", ["frozen", "changed"])
def test_an_adapted_network(shape: str, tmp_path: Path) -> None:
    def go(watch: stages.Watch, n: int) -> None:
        (tmp_path / "base.yaml").write_text(networks.named(n + 6))
        path = tmp_path / f"{n}.yaml"
        path.write_text(getattr(networks, shape)(n))
        stages.read(watch, path)

    assert growing(counted(go, (120, 240, 360))) == {}


@pytest.mark.parametrize(
    ("a", "b"), [(networks.named, networks.edited), (networks.chain, networks.rewritten)]
)
def test_diff(a: Callable[[int], str], b: Callable[[int, int], str], tmp_path: Path) -> None:
    def go(watch: stages.Watch, n: int) -> None:
        first, second = tmp_path / f"a{n}.yaml", tmp_path / f"b{n}.yaml"
        first.write_text(a(n))
        second.write_text(b(n, 10))
        stages.comparison(watch, first, second)

    assert growing(counted(go)) == {}


def test_what_grows_faster_is_found(tmp_path: Path) -> None:
    def pairs(n: int) -> int:
        return sum(1 for _ in range(n) for _ in range(n))

    assert growing(counted(lambda watch, n: watch("pairs", pairs, n))) != {}
