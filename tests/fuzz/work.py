"""A batch of numbered inputs in a worker: each within its time and memory, failures kept."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cnnaudit.cli.app import COMMANDS
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.graph.layer_builder import MAX_NODES
from cnnaudit.loading import load, load_network
from tests.counted import TooMuchWorkError
from tests.fuzz.bounds import (
    LARGE,
    MEMORY,
    Bound,
    highest,
    of_time,
)
from tests.fuzz.cases import BASE, FILE, Case, case
from tests.fuzz.chance import seeded
from tests.fuzz.trial import Seen, tried
from tests.support import ROOT, run

#: Where inputs that failed are kept; git leaves it alone.
KEPT = ROOT / ".fuzz"
#: One in so many inputs is run twice, and must come to the same.
AGAIN = 20


class Done(NamedTuple):
    """What a batch came to: failures by number, a digest, the longest time, the most memory.

    ``large`` counts the networks of thousands of layers, which took longer than others may.
    """

    first: int
    failed: dict[int, tuple[str, ...]]
    digest: str
    seconds: float
    memory: int
    large: int


def batch(seed: int, first: int, stop: int, bound: Bound = of_time) -> Done:
    """Try the inputs of these numbers, each command within the bound."""
    failed: dict[int, tuple[str, ...]] = {}
    printed = hashlib.sha256()
    longest, large = 0.0, 0
    _warm()
    for number in range(first, stop):
        made = case(seeded(seed, number))
        KEPT.mkdir(exist_ok=True)
        running = KEPT / f"running-{seed}-{number}"
        running.touch()
        # What the process held before is not this input's doing.
        held = max(MEMORY, highest())
        seen = one(made, bound, again=number % AGAIN == 0)
        if seen is None and (layers := layers_of(made, bound)) > LARGE:
            seen, large = one(made, bound, layers=layers), large + 1
        elif seen is not None:
            longest = max(longest, seen.seconds)
        running.unlink()
        wrong = ("takes too long",) if seen is None else seen.wrong
        if highest() > held:
            wrong = (*wrong, f"the process held {highest() / 2**20:.0f} MiB")
        if wrong:
            failed[number] = wrong
            _keep(kept(seed, number), made, wrong)
        printed.update(seen.digest.encode() if seen else b"")
    return Done(first, failed, printed.hexdigest(), longest, highest(), large)


@cache
def _warm() -> None:
    """Imports, and what is filled once in a process: no input's time."""
    for command in COMMANDS:
        run(command, "--help")


def one(made: Case, bound: Bound = of_time, *, again: bool = False, layers: int = 0) -> Seen | None:
    """Try a case in a folder of its own; None if a command exceeds the bound for so many layers."""
    folder = Path(tempfile.mkdtemp(prefix="cnnaudit-fuzz-"))
    try:
        return tried(made, folder, bound, twice=again, layers=layers)
    except TooMuchWorkError:
        return None
    finally:
        os.chdir(ROOT)
        shutil.rmtree(folder, ignore_errors=True)


def layers_of(made: Case, bound: Bound = of_time) -> int:
    """The layers of all networks of a case, variants included."""
    folder = Path(tempfile.mkdtemp(prefix="cnnaudit-fuzz-"))
    found = 0
    try:
        for name, data in made.files.items():
            (folder / name).write_bytes(data)
        for name in (FILE, BASE):
            try:
                with contextlib.suppress(UsageError, TooMuchWorkError), bound(10 * LARGE):
                    graph, document = load_network(str(folder / name))
                    found += len(graph.nodes)
                    for variant in document.variants if document else ():
                        found += len(load(f"{folder / name}@{variant}").nodes)
            except AuditError as error:
                # What has too many was built that far.
                refused = f"more than {MAX_NODES:,} layers"
                found += MAX_NODES * any(refused in one.message for one in error.diagnostics)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def kept(seed: int, number: int) -> Path:
    """The folder of an input that failed."""
    return KEPT / f"{seed}-{number}"


def _keep(folder: Path, made: Case, wrong: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.files.items():
        (folder / name).write_bytes(data)
    commands = "\n".join(map(repr, made.commands))
    (folder / "WRONG").write_text("\n".join((commands, *wrong)), "utf-8", "backslashreplace")
