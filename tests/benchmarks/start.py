"""What a command costs from its start to its end, beside its imports and beside its peers.

The peers print the same network, ResNet-50: torchinfo from a model that it runs, onnx-tool from an
ONNX file, which is written here from the graph. Torch is large, and mostly has an environment of
its own: ``TORCH_PYTHON`` may name its interpreter.
"""

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.figures import Cost, Figure, best, cost, costs, program
from tests.support import ROOT

_ROUNDS = 21
#: Of a peer, which takes seconds.
_TURNS = 7
_REPORT = [program("cnnaudit"), "report", "zoo:resnet-50", "-f", "json"]
_TORCHINFO = (
    "from torchinfo import summary; from torchvision.models import resnet50;"
    "print(summary(resnet50(), (1, 3, 224, 224)))"
)
#: Ends well where all modules that are named are installed.
_HAS = "import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, sys.argv[1:])))"


def figures(rounds: int = _ROUNDS) -> list[Figure]:
    """Start, output and peers."""
    python, own = [sys.executable, "-c"], program("cnnaudit")
    found = costs(
        {
            "bare": [*python, ""],
            "typer and yaml": [*python, "import typer, yaml"],
            "with rich": [*python, "import typer, yaml, rich.table, rich.console"],
            "version": [own, "--version"],
            "json": _REPORT,
            "table": _REPORT[:3],
        },
        rounds,
    )
    return [
        _ratio("`--version`, in starts of a bare interpreter", found["version"], found["bare"]),
        _ratio(
            '`report resnet-50 -f json`, in `python -c "import typer, yaml"`',
            found["json"],
            found["typer and yaml"],
            1.6,
        ),
        _ratio(
            '`report resnet-50`, in `python -c "import typer, yaml, rich.table, rich.console"`',
            found["table"],
            found["with rich"],
            1.5,
        ),
        *_torchinfo(),
        *_onnx_tool(),
    ]


def _ratio(what: str, ours: Cost, theirs: Cost, most: float | None = None) -> Figure:
    return Figure(what, ours.seconds / theirs.seconds, most=most, detail=_against(ours, theirs))


def _against(ours: Cost, theirs: Cost) -> str:
    return f"{1000 * ours.seconds:.0f} ms, {1000 * theirs.seconds:.0f} ms"


def _torchinfo() -> list[Figure]:
    what = "ResNet-50 by torchinfo, in `report resnet-50 -f json`"
    python = os.environ.get("TORCH_PYTHON") or sys.executable
    look = [python, "-c", _HAS, "torch", "torchvision", "torchinfo"]
    if subprocess.run(look, check=False).returncode:
        return [Figure(what, None, least=40)]
    return _peer(what, [python, "-c", _TORCHINFO], 40)


def _onnx_tool() -> list[Figure]:
    what = "ResNet-50 by onnx-tool, in `report resnet-50 -f json`"
    if not all(map(find_spec, ("onnx", "onnx_tool"))):
        return [Figure(what, None)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "resnet-50.onnx")
        # Its weights need memory that must not be counted as that of what is started later.
        writer = [sys.executable, "-m", "tests.benchmarks.onnx_model", str(path)]
        subprocess.run(writer, check=True, cwd=ROOT)
        return _peer(what, [sys.executable, "-m", "onnx_tool", "-i", str(path)])


def _peer(what: str, command: list[str], least: float | None = None) -> list[Figure]:
    """CPU time and memory of a peer in ours, which takes turns with it.

    A turn of ours is three runs: behind a large process the first one finds the caches cold.
    """
    cost(command)  # to warm up
    turns = [(cost(command), [cost(_REPORT) for _ in range(3)]) for _ in range(_TURNS)]
    theirs = best([peer for peer, _ in turns])
    ours = best([run for _, runs in turns for run in runs])
    detail = f"{theirs.bytes / 2**20:.0f} MiB, {ours.bytes / 2**20:.0f} MiB"
    return [
        Figure(what, theirs.seconds / ours.seconds, least=least, detail=_against(theirs, ours)),
        Figure(f"{what}: memory", theirs.bytes / ours.bytes, detail=detail),
    ]
