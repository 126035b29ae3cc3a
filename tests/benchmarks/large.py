"""How cost grows with the layers, as ``tests.benchmarks.scale`` measures it stage by stage."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tests.benchmarks.figures import Figure

_NAME = "tests.benchmarks.scale"
_SMALL, _LARGE, _DIFF = 1_000, 99_000, 50_000


def figures() -> list[Figure]:
    """Time per layer from the smallest to the largest, memory per layer, and a comparison."""
    if find_spec(_NAME) is None:
        return []
    scale: Any = import_module(_NAME)
    found = []
    for shape in (scale.chain, scale.residual):
        small, large = (_each(scale, shape, layers) for layers in (_SMALL, _LARGE))
        found.append(
            Figure(
                f"time per layer, {_SMALL:,} to {_LARGE:,} layers ({shape.__name__}), all stages",
                large / small,
                most=1.3,
                detail=f"{1e6 * small:.0f} µs, {1e6 * large:.0f} µs",
            )
        )
    held = scale.measure({"net.yaml": scale.chain(_LARGE)}, "memory").memory
    each = held["graph and walk"] / _LARGE
    found.append(Figure("memory of a layer, read, built and counted", each, "bytes", most=1024))
    texts = {"a.yaml": scale.named(_DIFF), "b.yaml": scale.edited(_DIFF)}
    seconds = scale.measure(texts, "diff").seconds
    took = seconds["compare"] + seconds["read a"] + seconds["read b"]
    found.append(Figure(f"`diff` of {_DIFF:,} layers, one in a hundred edited", took, "s"))
    return found


def _each(scale: Any, shape: Any, layers: int) -> float:
    """Seconds a layer over all stages of one network."""
    seconds = scale.measure({"net.yaml": shape(layers)}).seconds
    return float(sum(seconds.values())) / layers
