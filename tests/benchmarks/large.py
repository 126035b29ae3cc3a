"""How the cost of whole commands grows with the layers of a file, and what a layer takes.

``tests.benchmarks.scale`` says which stage it is that grows, where one does.
"""

import sys
import tempfile
from pathlib import Path

from tests import networks
from tests.benchmarks.figures import Cost, Figure, cost, program

_SMALL, _LARGE, _DIFF = 1_000, 99_000, 50_000


def figures(small: int = _SMALL, large: int = _LARGE, diff: int = _DIFF) -> list[Figure]:
    """Time per layer at both sizes, memory per layer, and a comparison."""
    with tempfile.TemporaryDirectory() as folder:
        net, other = Path(folder, "net.yaml"), Path(folder, "other.yaml")
        report = [program("cnnaudit"), "report", str(net), "-f", "json"]
        found = []
        for shape in (networks.chain, networks.residual):
            costs = []
            for layers in (10, small, large):
                net.write_text(shape(layers))
                runs = [cost(report) for _ in range(1 if layers == large else 5)]
                costs.append(min(runs, key=lambda run: run.seconds))
            found.append(_growth(shape.__name__, (10, small, large), costs))
        bare = cost([sys.executable, "-c", "import typer, yaml"])
        each = (costs[-1].bytes - bare.bytes) / large
        found += _audited(net, large)
        what = f"`report -f json` of {large:,} layers: memory of a layer beyond the interpreter"
        found.append(Figure(what, each, "bytes", most=1024))
        net.write_text(networks.named(diff))
        other.write_text(networks.edited(diff))
        command = [program("cnnaudit"), "diff", str(net), str(other), "-f", "json"]
        what = f"`diff` of {diff:,} layers, one in a hundred edited"
        found.append(Figure(what, cost(command).seconds, "s"))
    return found


def _audited(net: Path, large: int) -> list[Figure]:
    """What a layer takes in a program that audits a file, at its peak."""
    program = [
        sys.executable,
        "-c",
        "import cnnaudit, sys; cnnaudit.audit(cnnaudit.load(sys.argv[1]))",
        str(net),
    ]
    found = []
    for said, shape in (("by `repeat`", networks.repeat), ("each written out", networks.chain)):
        net.write_text(shape(10))
        few = cost(program).bytes
        net.write_text(shape(large))
        each = (cost(program).bytes - few) / (large - 10)
        what = f"`cnnaudit.audit` of {large:,} layers, {said}: memory of a layer"
        found.append(Figure(what, each, "bytes", most=1024))
    return found


def _growth(shape: str, sizes: tuple[int, int, int], costs: list[Cost]) -> Figure:
    """What a layer takes at the largest size in what it takes at the middle one."""
    few = costs[0].seconds
    slow, fast = (
        (run.seconds - few) / (layers - sizes[0])
        for layers, run in zip(reversed(sizes[1:]), reversed(costs[1:]), strict=True)
    )
    return Figure(
        f"`report -f json`, {shape}: time per layer, {sizes[1]:,} to {sizes[2]:,} layers",
        slow / fast,
        most=1.3,
        detail=f"{1e6 * slow:.0f} µs, {1e6 * fast:.0f} µs",
    )
