"""Many files: which they are, the settings of each, and their checks, side by side if many.

Every file is checked on its own, so the result does not depend on what else is checked.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cnnaudit.checking.against import Against
from cnnaudit.checking.cache import Cache, Recorder
from cnnaudit.checking.config import Configurations
from cnnaudit.checking.inspection import inspect
from cnnaudit.checking.outcome import Checked
from cnnaudit.checking.places import from_diagnostic
from cnnaudit.checking.settings import Settings, excluded, for_path
from cnnaudit.errors import AuditError
from cnnaudit.loading import Foreign, expand, find
from cnnaudit.parsing.load import split_variant
from cnnaudit.sources.detect import recognised
from cnnaudit.sources.files import display_path, exists, is_file

#: Files from which on processes are started, and files that one is handed at a time: a process
#: takes as long to start as some thirty files to check.
MANY, BATCH = 150, 25

#: Is told how many files are done.
Progress = Callable[[int], None]


class Job(NamedTuple):
    """One file to check, as the command line names it, and the settings that hold for it."""

    operand: str
    settings: Settings


class Done(NamedTuple):
    """A file's check, and the settings under which it was checked."""

    checked: Checked
    settings: Settings


class Way(NamedTuple):
    """What is the same for all files: the point of comparison, and the cache's folder."""

    against: Against | None = None
    cache: Path | None = None


def jobs(
    operands: Sequence[str],
    configurations: Configurations,
    adjust: Callable[[Settings], Settings],
    *,
    skip_others: bool = False,
) -> list[Job]:
    """The files that operands name, with the settings of each; those excluded are left out.

    ``adjust`` lays the command line's settings over a configuration. With ``skip_others``, files
    that are named and are no architectures are left out too, as in a folder. A file that is named
    in several ways is checked once.
    """
    found = []
    once: dict[str, tuple[str, Path | None]] = {}
    for operand in expand(operands):
        path = _on_disk(operand)
        # ``a.yaml`` for ``./a.yaml``, where that is a path.
        once.setdefault(display_path(Path(operand)) if path else operand, (operand, path))
    # What files have in common is one object: what follows from it is worked out once.
    adjusted: dict[int, tuple[Settings, Settings]] = {}
    for operand, path in once.values():
        if skip_others and path is not None and not recognised(path):
            continue
        settings = _settings(path, configurations)
        if settings is not None:
            if id(settings) not in adjusted:
                adjusted[id(settings)] = (settings, adjust(settings))
            found.append(Job(operand, adjusted[id(settings)][1]))
    return found


def settings_of(operand: str, configurations: Configurations) -> Settings | None:
    """The settings that hold for one operand; None for a file that they exclude.

    What is not on disk goes by the configuration of the working folder.
    """
    return _settings(_on_disk(operand), configurations)


def _settings(path: Path | None, configurations: Configurations) -> Settings | None:
    settings = configurations.of(path.resolve().parent if path else Path.cwd())
    if path is None or settings.folder is None:
        return settings
    inside = display_path(path.resolve(), Path(settings.folder))
    return None if excluded(settings, inside) else for_path(settings, inside)


def _on_disk(operand: str) -> Path | None:
    """The file that an operand names, without its variant; None where there is no such file."""
    path = Path(operand)
    if not exists(path):
        path = Path(split_variant(operand)[0])
    return path if is_file(path) else None


def check_all(
    todo: Sequence[Job], way: Way, processes: int | None = None, progress: Progress | None = None
) -> tuple[Done, ...]:
    """The check of each file, sorted by path; in several processes where there are many."""
    count = processes if processes is not None else (os.cpu_count() or 1)
    done: list[Done] = []
    if count > 1 and len(todo) >= MANY:
        results = _in_processes(todo, way, count)
    else:
        results = (check_one(job, way) for job in todo)
    for job, checked in zip(todo, results, strict=True):
        done.append(Done(checked, job.settings))
        if progress is not None:
            progress(len(done))
    return tuple(sorted(done, key=lambda one: one.checked.path))


def _in_processes(todo: Sequence[Job], way: Way, count: int) -> Iterator[Checked]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  most checks are few files

    pool = ProcessPoolExecutor(min(count, -(-len(todo) // BATCH)))
    try:
        waiting = iter(todo)
        batches = iter(lambda: list(islice(waiting, BATCH)), [])
        with _undisturbed():
            futures = [pool.submit(_batch, batch, way) for batch in batches]
        for future in futures:
            yield from future.result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait while processes are started, where it would be lost; they leave it to us."""
    import signal  # noqa: PLC0415  most checks are few files

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _batch(batch: Sequence[Job], way: Way) -> list[Checked]:
    return [check_one(job, way) for job in batch]


def check_one(job: Job, way: Way) -> Checked:
    """The check of one file, from the cache where nothing has changed."""
    try:
        found, variant = find(job.operand)
    except AuditError as error:
        findings = tuple(map(from_diagnostic, error.diagnostics))
        return Checked(findings[0].path, None, None, findings)
    if isinstance(found, Foreign):
        path = _named(found.shown, variant)
        return inspect(found, variant, path, job.settings, way.against)
    path = _named(found.source.path, variant)
    if way.cache is None or way.against is not None:
        return inspect(found, variant, path, job.settings, way.against)
    store = Cache(way.cache)
    key = store.key(found, variant, job.settings)
    kept = store.get(key)
    if kept is not None:
        return kept
    reads: dict[str, str] = {}
    recorded = found._replace(resolver=Recorder(found.resolver, reads))
    checked = inspect(recorded, variant, path, job.settings)
    if checked.totals is not None:
        store.put(key, checked, reads)
    return checked


def _named(path: str, variant: str | None) -> str:
    return f"{path}@{variant}" if variant else path
