"""The long run: ``make fuzz N=100000 SEED=1``. Inputs are numbered; a number is always the same.

What fails is kept below ``.fuzz/SEED-NUMBER/``, with the commands, and tried again by
``python -m tests.fuzz --seed SEED --only NUMBER``.
"""

import argparse
import hashlib
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.bounds import MEMORY, SECONDS, TooLongError, highest, within
from tests.fuzz.cases import Case, case
from tests.fuzz.chance import seeded
from tests.fuzz.trial import Seen, tried
from tests.support import ROOT

KEPT = ROOT / ".fuzz"
#: Inputs that a worker takes at a time, and how often it does before another takes its place.
BATCH, BATCHES = 100, 20
#: One in so many inputs is run twice, and must come to the same.
AGAIN = 10


class Done(NamedTuple):
    """What a batch came to: failures by number, codes of success, the longest, the most memory."""

    first: int
    failed: dict[int, tuple[str, ...]]
    digest: str
    seconds: float
    memory: int


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
    longest, most = 0.0, 0
    for done in _batches(asked.seed, range(asked.first, asked.first + asked.n), asked.jobs):
        digests[done.first] = done.digest
        longest, most = max(longest, done.seconds), max(most, done.memory)
        for number, wrong in done.failed.items():
            failures += 1
            print(f"input {number}: kept in {_kept(asked.seed, number)}")
            print("\n".join(f"  {line[:2000]}" for line in wrong), flush=True)
    whole = hashlib.sha256("".join(digests[k] for k in sorted(digests)).encode()).hexdigest()
    print(
        f"{asked.n:,} inputs of seed {asked.seed} in {time.monotonic() - start:,.0f} s: {failures}"
        f" failed; the longest took {longest:.2f} s, and no process held more than"
        f" {most / 2**20:.0f} MiB; output {whole[:16]}"
    )
    return 1 if failures else 0


def _batches(seed: int, numbers: range, jobs: int) -> Iterator[Done]:
    """Each batch as it is done. A worker that dies is named by the inputs that it was at."""
    starts = range(numbers.start, numbers.stop, BATCH)
    if jobs == 1:
        yield from (_batch(seed, first, min(first + BATCH, numbers.stop)) for first in starts)
        return
    # Workers are begun anew: what one input leaves behind must not be blamed on another for ever.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, max_tasks_per_child=BATCHES) as pool:
        futures = {
            pool.submit(_batch, seed, first, min(first + BATCH, numbers.stop)): first
            for first in starts
        }
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                running = sorted(KEPT.glob(f"running-{seed}-*"))
                at = ", ".join(path.name.rpartition("-")[2] for path in running)
                sys.exit(f"a worker died; running were the inputs {at}")


def _batch(seed: int, first: int, stop: int) -> Done:
    failed: dict[int, tuple[str, ...]] = {}
    printed = hashlib.sha256()
    longest = 0.0
    # Imports and caches that are filled once are no input's time.
    _one(case(seeded(0, 0)), again=False)
    for number in range(first, stop):
        made = case(seeded(seed, number))
        KEPT.mkdir(exist_ok=True)
        running = KEPT / f"running-{seed}-{number}"
        running.touch()
        start = time.monotonic()
        seen = _one(made, again=number % AGAIN == 0)
        longest = max(longest, time.monotonic() - start)
        running.unlink()
        wrong = seen.wrong
        if highest() > MEMORY:
            wrong = (*wrong, f"the process held {highest() / 2**20:.0f} MiB")
        if wrong:
            failed[number] = wrong
            _keep(_kept(seed, number), made, wrong)
        printed.update(seen.digest.encode())
    return Done(first, failed, printed.hexdigest(), longest, highest())


def _one(made: Case, *, again: bool) -> Seen:
    """Try a case in a folder of its own, within the time."""
    folder = Path(tempfile.mkdtemp(prefix="cnnaudit-fuzz-"))
    try:
        with within(2 * SECONDS if again else SECONDS):
            return tried(made, folder, twice=again)
    except TooLongError:
        return Seen((f"more than {SECONDS} s",), "")
    finally:
        os.chdir(ROOT)
        shutil.rmtree(folder, ignore_errors=True)


def _kept(seed: int, number: int) -> Path:
    return KEPT / f"{seed}-{number}"


def _keep(folder: Path, made: Case, wrong: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.files.items():
        (folder / name).write_bytes(data)
    commands = "\n".join(map(repr, made.commands))
    (folder / "WRONG").write_text("\n".join((commands, *wrong)), "utf-8", "backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
