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
from cnnaudit.graph.build import build
from cnnaudit.operands import load_architecture
from cnnaudit.parsing.overrides import with_input, with_variable
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
        audit(build(variant))
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


def measure() -> tuple[list[str], bool]:
    """The figures, and whether each output is fast and small enough."""
    one = scalar()
    lines = [f"the calculator takes {one * 1e6:,.0f} µs for a variant of AlexNet"]
    good = True
    with tempfile.TemporaryDirectory() as folder:
        grids = {
            "npz": ["-o", f"npz:{Path(folder, 'grid.npz')}"],
            "csv": ["-o", f"csv:{Path(folder, 'grid.csv')}"],
            "csv, sorted": ["-o", f"csv:{Path(folder, 'sorted.csv')}", "--sort", "macs"],
            "top 10": ["-o", f"table:{Path(folder, 'top.txt')}", "--sort", "-macs", "--top", "10"],
        }
        for name, options in grids.items():
            seconds, peak = swept(*options)
            times, mebibytes = one * VARIANTS / seconds, peak / 2**20
            good &= times >= TIMES and mebibytes <= MEBIBYTES
            lines.append(
                f"{VARIANTS:,} variants, {name}: {times:,.0f} times faster per variant"
                f" ({seconds:.2f} s), peak {mebibytes:.0f} MiB"
            )
    lines.append(f"wanted: {TIMES} times faster at least, {MEBIBYTES} MiB at most")
    return lines, good
