"""How the cost of whole commands grows with the layers of a file, and what a layer takes.

``tests.benchmarks.scale`` says which stage it is that grows, where one does.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import mean

from tests import networks
from tests.benchmarks.figures import Figure, cost, program

_SMALL, _LARGE, _DIFF = 1_000, 99_000, 50_000


def figures(small: int = _SMALL, large: int = _LARGE, diff: int = _DIFF) -> list[Figure]:
    """Time per layer at both sizes, memory per layer, and a comparison."""
    with tempfile.TemporaryDirectory() as folder:
        net, other = Path(folder, "net.yaml"), Path(folder, "other.yaml")
        report = [program("cnnaudit"), "report", str(net), "-f", "json"]
        found = [
            _growth(shape, net, report, small, large)
            for shape in (networks.chain, networks.residual)
        ]
        bare = cost([sys.executable, "-c", "import typer, yaml"])
        each = (cost(report).bytes - bare.bytes) / large
        found += _audited(net, large)
        what = f"`report -f json` of {large:,} layers: memory of a layer beyond the interpreter"
        more = "its field, its memory and its text too, held until all is written"
        found.append(Figure(what, each, "bytes", most=1024, stated=more))
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
    for said, shape, more in (
        ("by `repeat`", networks.repeat, ""),
        ("each written out", networks.chain, "the file's tree too, with the place of every value"),
    ):
        net.write_text(shape(10))
        few = cost(program).bytes
        net.write_text(shape(large))
        each = (cost(program).bytes - few) / (large - 10)
        what = f"`cnnaudit.audit` of {large:,} layers, {said}: memory of a layer"
        found.append(Figure(what, each, "bytes", most=1024, stated=more))
    return found


def _growth(
    shape: Callable[[int], str], net: Path, report: list[str], small: int, large: int
) -> Figure:
    """What a layer takes in a large network in what it takes in a small one; the median of three.

    A machine is faster at one moment than at another. A large network sees the mean of many, so
    small ones are run again and again beside it, and their mean counts too.
    """
    few, turns = 10, 15

    def seconds(layers: int, runs: int) -> float:
        net.write_text(shape(layers))
        return mean(cost(report).seconds for _ in range(runs))

    pairs = []
    for _ in range(3):
        start = seconds(few, turns)
        fast = (seconds(small, turns) - start) / (small - few)
        pairs.append(((seconds(large, 1) - start) / (large - few), fast))
    slow, fast = sorted(pairs, key=lambda pair: pair[0] / pair[1])[1]
    return Figure(
        f"`report -f json`, {shape.__name__}: time per layer, {small:,} to {large:,} layers",
        slow / fast,
        most=1.3,
        detail=f"{1e6 * slow:.0f} µs, {1e6 * fast:.0f} µs",
    )
