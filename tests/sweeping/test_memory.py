"""A sweep holds one layer's numbers at a time, however deep the network is."""

import tracemalloc
from pathlib import Path

from cnnaudit.sweeping.run import sweep
from tests.support import chain


def test_the_memory_of_a_sweep_does_not_grow_with_the_depth_of_the_network(tmp_path: Path) -> None:
    assert _peak(tmp_path, layers=60) < 1.5 * _peak(tmp_path, layers=10)


def _peak(folder: Path, layers: int) -> int:
    """Return the peak of traced bytes while 40,000 variants of a network are calculated."""
    path = folder / f"{layers}.yaml"
    convolutions = ["{conv: 8*n, kernel: 3, padding: same}"] * layers
    path.write_text(chain(*convolutions, input="16x16x3", more="vars: {n: 4}"))
    tracemalloc.start()
    try:
        sweep(str(path), ["n=1..200", "input=16..215"])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
