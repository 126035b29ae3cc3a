"""Runs a check: selects files and their settings, and checks many files in parallel.

The result of a file does not depend on the other files.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cnnaudit.checking.cache import Cache, Recorder
from cnnaudit.checking.check_file import check_file
from cnnaudit.checking.config import ConfigResolver
from cnnaudit.checking.locations import input_finding
from cnnaudit.checking.previous import Against
from cnnaudit.checking.results import FileResult
from cnnaudit.checking.settings import CheckSettings, excluded, for_path
from cnnaudit.errors import AuditError
from cnnaudit.loading import Foreign, expand, find, is_supported_file
from cnnaudit.parsing.loader import split_variant
from cnnaudit.sources.files import display_path, exists, is_file

#: The fewest files for several processes, and the files of one batch: starting a process takes as
#: long as checking about thirty files.
MANY, BATCH = 150, 25

#: Called with the number of files that are done.
Progress = Callable[[int], None]


class Job(NamedTuple):
    """One file to check, as the command line names it, and its settings."""

    operand: str
    settings: CheckSettings


class JobResult(NamedTuple):
    """The result of a file, and the settings under which it was checked."""

    file: FileResult
    settings: CheckSettings


class RunOptions(NamedTuple):
    """Options of all files of a run: the point of comparison, the cache's folder, ``--input``."""

    against: Against | None = None
    cache: Path | None = None
    inputs: tuple[str, ...] = ()


def jobs(
    operands: Sequence[str],
    configurations: ConfigResolver,
    adjust: Callable[[CheckSettings], CheckSettings],
    *,
    skip_others: bool = False,
) -> list[Job]:
    """The files that operands name, with their settings, without excluded ones.

    ``adjust`` lays the command line's settings over a configuration. With ``skip_others``, named
    files that are not architectures are left out, as in a folder. A file that is named in several
    ways is checked once.
    """
    distinct: dict[str, tuple[str, Path | None]] = {}
    for operand in expand(operands):
        path = _on_disk(operand)
        # ``./a.yaml`` is the same file as ``a.yaml``.
        distinct.setdefault(display_path(Path(operand)) if path else operand, (operand, path))
    selected = []
    for operand, path in distinct.values():
        if skip_others and path is not None and not is_supported_file(path):
            continue
        settings = _settings(path, configurations)
        if settings is not None:
            selected.append(Job(operand, adjust(settings)))
    return selected


def settings_of(operand: str, configurations: ConfigResolver) -> CheckSettings | None:
    """The settings of one operand; None for a file that they exclude.

    An operand that is not on disk has the configuration of the working folder.
    """
    return _settings(_on_disk(operand), configurations)


def _settings(path: Path | None, configurations: ConfigResolver) -> CheckSettings | None:
    settings = configurations.for_folder(path.resolve().parent if path else Path.cwd())
    if path is None or settings.folder is None:
        return settings
    inside = display_path(path.resolve(), Path(settings.folder))
    return None if excluded(settings, inside) else for_path(settings, inside)


def _on_disk(operand: str) -> Path | None:
    """The file that an operand names, without its variant; None if there is no such file."""
    path = Path(operand)
    if not exists(path):
        path = Path(split_variant(operand)[0])
    return path if is_file(path) else None


def check_all(
    todo: Sequence[Job],
    options: RunOptions,
    processes: int | None = None,
    progress: Progress | None = None,
) -> tuple[JobResult, ...]:
    """The result of each file, sorted by path; many files are checked in several processes."""
    count = processes if processes is not None else (os.cpu_count() or 1)
    results: list[JobResult] = []
    if count > 1 and len(todo) >= MANY:
        files = _in_processes(todo, options, count)
    else:
        files = (check_one(job, options) for job in todo)
    for job, file in zip(todo, files, strict=True):
        results.append(JobResult(file, job.settings))
        if progress is not None:
            progress(len(results))
    return tuple(sorted(results, key=lambda result: result.file.path))


def _in_processes(todo: Sequence[Job], options: RunOptions, count: int) -> Iterator[FileResult]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  most checks are few files

    pool = ProcessPoolExecutor(min(count, -(-len(todo) // BATCH)))
    try:
        remaining = iter(todo)
        batches = iter(lambda: list(islice(remaining, BATCH)), [])
        with _interrupts_deferred():
            futures = [pool.submit(_check_batch, batch, options) for batch in batches]
        for future in futures:
            yield from future.result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Defer Ctrl-C while processes start, since it could be lost; only the parent handles it."""
    import signal  # noqa: PLC0415  most checks are few files

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    previous_mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous_mask)


def _check_batch(batch: Sequence[Job], options: RunOptions) -> list[FileResult]:
    return [check_one(job, options) for job in batch]


def check_one(job: Job, options: RunOptions) -> FileResult:
    """Check one file, or take its result from the cache if nothing has changed."""
    try:
        source, variant = find(job.operand)
    except AuditError as error:
        findings = tuple(map(input_finding, error.diagnostics))
        return FileResult(findings[0].path, None, None, findings)
    if isinstance(source, Foreign):
        path = _with_variant(source.shown, variant)
        return check_file(source, variant, path, job.settings, options.against, options.inputs)
    path = _with_variant(source.source.path, variant)
    if options.cache is None or options.against is not None or options.inputs:
        return check_file(source, variant, path, job.settings, options.against, options.inputs)
    cache = Cache(options.cache)
    key = cache.key(source, variant, job.settings)
    cached = cache.get(key)
    if cached is not None:
        return cached
    reads: dict[str, str] = {}
    recorded = source._replace(resolver=Recorder(source.resolver, reads))
    result = check_file(recorded, variant, path, job.settings)
    if result.totals is not None:
        cache.put(key, result, reads)
    return result


def _with_variant(path: str, variant: str | None) -> str:
    return f"{path}@{variant}" if variant else path
