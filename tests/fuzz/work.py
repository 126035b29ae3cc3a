"""A batch of numbered inputs in a worker: each within its time and memory, failures kept."""

import hashlib
import os
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cnnaudit.cli.app import COMMANDS
from tests.fuzz.bounds import MEMORY, SECONDS, TooLongError, highest, within
from tests.fuzz.cases import Case, case
from tests.fuzz.chance import seeded
from tests.fuzz.trial import Seen, tried
from tests.support import ROOT, run

#: Where inputs that failed are kept; git leaves it alone.
KEPT = ROOT / ".fuzz"
#: One in so many inputs is run twice, and must come to the same.
AGAIN = 20


class Done(NamedTuple):
    """What a batch came to: failures by number, a digest, the longest time, the most memory."""

    first: int
    failed: dict[int, tuple[str, ...]]
    digest: str
    seconds: float
    memory: int


def batch(seed: int, first: int, stop: int) -> Done:
    """Try the inputs of these numbers."""
    failed: dict[int, tuple[str, ...]] = {}
    printed = hashlib.sha256()
    longest = 0.0
    _warm()
    for number in range(first, stop):
        made = case(seeded(seed, number))
        KEPT.mkdir(exist_ok=True)
        running = KEPT / f"running-{seed}-{number}"
        running.touch()
        start = time.process_time()
        seen = _one(made, again=number % AGAIN == 0)
        longest = max(longest, time.process_time() - start)
        running.unlink()
        wrong = seen.wrong
        if highest() > MEMORY:
            wrong = (*wrong, f"the process held {highest() / 2**20:.0f} MiB")
        if wrong:
            failed[number] = wrong
            _keep(kept(seed, number), made, wrong)
        printed.update(seen.digest.encode())
    return Done(first, failed, printed.hexdigest(), longest, highest())


@cache
def _warm() -> None:
    """Imports, and what is filled once in a process: no input's time."""
    for command in COMMANDS:
        run(command, "--help")


def _one(made: Case, *, again: bool) -> Seen:
    """Try a case in a folder of its own, within the time."""
    folder = Path(tempfile.mkdtemp(prefix="cnnaudit-fuzz-"))
    try:
        with within((1 + again) * SECONDS):
            return tried(made, folder, twice=again)
    except TooLongError:
        return Seen((f"more than {SECONDS} s",), "")
    finally:
        os.chdir(ROOT)
        shutil.rmtree(folder, ignore_errors=True)


def kept(seed: int, number: int) -> Path:
    """The folder of an input that failed."""
    return KEPT / f"{seed}-{number}"


def _keep(folder: Path, made: Case, wrong: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.files.items():
        (folder / name).write_bytes(data)
    commands = "\n".join(map(repr, made.commands))
    (folder / "WRONG").write_text("\n".join((commands, *wrong)), "utf-8", "backslashreplace")
