"""How the cost of every stage grows with the layers: networks by shape, stages by name.

``python -m tests.benchmarks.scale [SHAPE…]`` prints the time per layer of every stage at two sizes,
and how much it grew. Each network is measured in a process of its own.
"""

import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.__main__ import COLLECTOR_THRESHOLD
from tests.networks import NETWORKS, chain, edited, named, residual, rewritten
from tests.support import ROOT

__all__ = ["Figures", "chain", "edited", "measure", "named", "residual", "rewritten"]

SIZES = (1_000, 99_000)
DIFF_SIZES = (1_000, 50_000)
GROWTH = 1.3


class Figures(NamedTuple):
    """Seconds by stage, and bytes by what they hold."""

    seconds: dict[str, float]
    memory: dict[str, int]


def measure(texts: dict[str, str], stages: str = "network") -> Figures:
    """The figures of files given by name, in a process of their own.

    ``stages`` is what they go through: ``network``, ``check`` and ``memory`` take the last of them,
    ``comparison`` (or ``diff``) two.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            Path(folder, name).write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.scale", "--child", stages, folder, *texts],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
    return Figures(*json.loads(done.stdout.splitlines()[-1]))


class _Times:
    """Takes the processor time of what is called through it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(
        self, name: str, function: Callable[..., Any], *arguments: Any, **more: Any
    ) -> Any:
        start = time.process_time()
        result = function(*arguments, **more)
        self.seconds[name] = time.process_time() - start
        return result


def peak() -> int:
    """The most bytes that this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _memory(path: str) -> dict[str, int]:
    """Bytes by what they hold, the interpreter and the modules left out."""
    import tracemalloc

    from cnnaudit.calculator import audit
    from cnnaudit.graph.builder import build_graph
    from cnnaudit.loading import load as load_graph
    from cnnaudit.parsing.loader import load_architecture
    from cnnaudit.render.report import to_json
    from cnnaudit.render.report.formats import Report, ReportOptions
    from cnnaudit.sources.files import open_path

    opened = open_path(Path(path))
    to_json.render(Report([audit(load_graph("zoo:lenet-5-rgb"))]), ReportOptions())
    gc.collect()
    tracemalloc.start()
    start = tracemalloc.get_traced_memory()[0]

    def held() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - start

    def most() -> int:
        return tracemalloc.get_traced_memory()[1] - start

    found = {}
    document = load_architecture(opened)
    found["document"] = held()
    graph = build_graph(document)
    del document
    found["graph"] = held()
    audited = audit(graph)
    found["graph and walk"] = held()
    found["peak until the walk"] = most()
    tracemalloc.reset_peak()
    found["json text"] = len(to_json.render(Report([audited]), ReportOptions()))
    found["peak of json"] = most()
    return found


def child(stages: str, paths: list[Path]) -> None:
    """Measure in this process, and print the figures as JSON."""
    gc.set_threshold(COLLECTOR_THRESHOLD)
    times = _Times()
    held: dict[str, int] = {}
    if stages == "memory":
        held = _memory(str(paths[-1]))
    else:
        from tests import stages as all_stages

        if stages in ("diff", "comparison"):
            all_stages.comparison(times, *paths)
        else:
            {"network": all_stages.network, "check": all_stages.check}[stages](times, paths[-1])
    print(json.dumps([times.seconds, {**held, "peak": peak()}]))


# The table ----------------------------------------------------------------------------------------


def _print(found: list[Figures], sizes: tuple[int, int]) -> None:
    """Microseconds per layer of every stage at both sizes, and the growth."""
    both = [figures.seconds for figures in found]
    small, large = both
    whole = {"all stages": tuple(sum(seconds.values()) for seconds in both)}
    stages = {name: (small[name], large[name]) for name in small}
    for name, spent in {**whole, **stages}.items():
        before, after = (1e6 * s / n for s, n in zip(spent, sizes, strict=True))
        mark = " <--" if after > GROWTH * before and after > 1 else ""
        print(f"  {name:32}{before:9.2f}{after:9.2f}{after / before:7.2f}{mark}", flush=True)


def main(chosen: list[str]) -> None:
    """Print the tables of the networks that are named, of ``diff`` and of ``memory``, or all."""
    for name, made in NETWORKS.items():
        for stages in ("network", "check"):
            if not chosen or name in chosen:
                print(f"{name}, {stages}, {SIZES[0]:,} and {SIZES[1]:,} layers")
                _print([measure({"net.yaml": made(n)}, stages) for n in SIZES], SIZES)
    for first, second in ((named, edited), (chain, rewritten)):
        if not chosen or "diff" in chosen:
            print(f"diff of {first.__name__} and {second.__name__}")
            found = [measure({"a": first(n), "b": second(n)}, "comparison") for n in DIFF_SIZES]
            _print(found, DIFF_SIZES)
    for name in ("repeat", "chain", "modifiers"):
        if not chosen or "memory" in chosen:
            print(f"memory of {name}")
            held = measure({"net.yaml": NETWORKS[name](SIZES[-1])}, "memory").memory
            for what, size in held.items():
                print(f"  {what:32}{size / SIZES[-1]:9.0f} bytes a layer", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], [Path(sys.argv[3], name) for name in sys.argv[4:]])
    else:
        main(sys.argv[1:])
