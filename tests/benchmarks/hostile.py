"""What mutated inputs do at worst: the first of those that ``make fuzz`` goes through."""

import json
import subprocess
import sys

from tests.benchmarks.figures import Figure
from tests.fuzz.bounds import MEMORY, SECONDS
from tests.support import ROOT

_INPUTS = 500
_CHILD = """
import json, sys
from tests.fuzz.work import batch
done = batch(1, 0, int(sys.argv[1]))
print(json.dumps([len(done.failed), done.seconds, done.memory]))
"""


def figures(inputs: int = _INPUTS) -> list[Figure]:
    """Inputs that fail, the longest that one takes, and what the process holds."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(inputs)],
        check=True,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    failed, seconds, memory = json.loads(done.stdout.splitlines()[-1])
    what = f"{inputs:,} mutated inputs"
    return [
        Figure(f"{what}: tracebacks and other failures", failed, "of them", most=0),
        Figure(f"{what}: the longest", seconds, "s", most=SECONDS),
        Figure(f"{what}: memory", memory / 2**20, "MiB", most=MEMORY / 2**20),
    ]
