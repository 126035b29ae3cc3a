"""The long run: ``make fuzz N=100000 SEED=1``. Inputs are numbered; a number is always the same.

What fails is kept below ``.fuzz/SEED-NUMBER/``, with the commands, and tried again by
``python -m tests.fuzz --seed SEED --only NUMBER``.
"""

import argparse
import hashlib
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from tests.fuzz.work import KEPT, Done, batch, kept

#: Inputs that a worker takes at a time, and how often it does before another takes its place.
BATCH, BATCHES = 100, 20


def main() -> int:
    """Run what the command line asks for; 1 where anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("-n", type=int, default=1000, help="inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number to start from")
    parser.add_argument("--only", type=int, help="one input, by its number")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    if asked.only is not None:
        asked.n, asked.first = 1, asked.only
    start = time.monotonic()
    failures, digests = 0, {}
    longest, most, large = 0.0, 0, 0
    for done in _batches(asked.seed, range(asked.first, asked.first + asked.n), asked.jobs):
        digests[done.first] = done.digest
        longest, most = max(longest, done.seconds), max(most, done.memory)
        large += done.large
        for number, wrong in done.failed.items():
            failures += 1
            print(f"input {number}: kept in {kept(asked.seed, number)}")
            print("\n".join(f"  {line[:2000]}" for line in wrong), flush=True)
    whole = hashlib.sha256("".join(digests[k] for k in sorted(digests)).encode()).hexdigest()
    print(
        f"{asked.n:,} inputs of seed {asked.seed} in {time.monotonic() - start:,.0f} s: {failures}"
        f" failed; the longest took {longest:.2f} s, and no process held more than"
        f" {most / 2**20:.0f} MiB; {large} of thousands of layers took longer; output {whole[:16]}"
    )
    return 1 if failures else 0


def _batches(seed: int, numbers: range, jobs: int) -> Iterator[Done]:
    """Each batch as it is done. A worker that dies is named by the inputs that it was at."""
    starts = range(numbers.start, numbers.stop, BATCH)
    if jobs == 1:
        yield from (batch(seed, first, min(first + BATCH, numbers.stop)) for first in starts)
        return
    # Workers are begun anew: what one input leaves behind must not be blamed on another for ever.
    # A pool each time: one that replaces its workers can wait for ever (CPython issue 115634).
    for some in range(0, len(starts), jobs * BATCHES):
        yield from _pooled(seed, numbers.stop, starts[some : some + jobs * BATCHES], jobs)


def _pooled(seed: int, stop: int, starts: range, jobs: int) -> Iterator[Done]:
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(batch, seed, first, min(first + BATCH, stop)) for first in starts]
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                running = sorted(KEPT.glob(f"running-{seed}-*"))
                at = ", ".join(path.name.rpartition("-")[2] for path in running)
                sys.exit(f"a worker died; running were the inputs {at}")


if __name__ == "__main__":
    sys.exit(main())
