"""One million variants of AlexNet, against the scalar calculator and against a limit of memory.

Compared is the time per variant: the calculator builds and audits a document that is read already;
the sweep is the whole command in a process of its own, its start and the writing of its file
included. Memory is the peak of that process.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cnnaudit.calculator import audit
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.input_override import with_input
from cnnaudit.loading import load_architecture
from cnnaudit.parsing.overrides import with_variable
from tests.benchmarks.figures import Figure
from tests.support import ROOT

GRID = ["--vary", "width=1/1000..1:1/1000", "--vary", "input=227..1226"]
VARIANTS = 1_000_000
TIMES, MEBIBYTES = 100, 300
_SCALAR = 300

_CHILD = """
import json, resource, sys, time
start = time.perf_counter()
from cnnaudit.cli.app import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([time.perf_counter() - start, peak * unit]), file=sys.stderr)
"""


def scalar() -> float:
    """Seconds per variant of the scalar calculator, over variants spread across the grid."""
    document, _ = load_architecture("zoo:alexnet")
    chosen = [
        with_input(
            with_variable(document, f"width={1 + 997 * k % 1000}/1000"),
            f"{227 + 991 * k % 1000}x{227 + 991 * k % 1000}x3",
        )
        for k in range(_SCALAR)
    ]
    start = time.perf_counter()
    for variant in chosen:
        audit(build_graph(variant))
    return (time.perf_counter() - start) / _SCALAR


def swept(*options: str) -> tuple[float, int]:
    """Seconds and peak bytes of a process that sweeps the grid."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, "sweep", "zoo:alexnet", *GRID, "-q", *options],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    seconds, peak = json.loads(done.stderr.splitlines()[-1])
    return seconds, peak


def figures() -> list[Figure]:
    """How many times faster per variant each output is than the calculator, and its memory."""
    one = scalar()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        grids = {
            "npz": ["-o", f"npz:{Path(folder, 'grid.npz')}"],
            "csv": ["-o", f"csv:{Path(folder, 'grid.csv')}"],
            "csv, sorted": ["-o", f"csv:{Path(folder, 'sorted.csv')}", "--sort", "macs"],
            "top 10": ["-o", f"table:{Path(folder, 'top.txt')}", "--sort", "-macs", "--top", "10"],
        }
        for name, options in grids.items():
            seconds, peak = swept(*options)
            what = f"`sweep` of {VARIANTS:,} AlexNets, {name}"
            detail = f"{1e6 * seconds / VARIANTS:.2f} µs, {1e6 * one:.0f} µs"
            times = one * VARIANTS / seconds
            found += [
                Figure(f"{what}: times faster than one by one", times, least=TIMES, detail=detail),
                Figure(f"{what}: memory", peak / 2**20, "MiB", most=MEBIBYTES),
            ]
    return found
