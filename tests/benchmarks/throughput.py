"""Files per second of ``check`` with all rules, beside yamllint with its own on the same files."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.corpus import Corpus, write
from tests.benchmarks.figures import Figure, cost, program

_FILES, _WARM = 2_000, 3
#: Exit codes: nothing was found, or something.
_FOUND = (0, 1)
_CHECK = [program("cnnaudit"), "check", "--jobs", "1", "-q"]
#: Processes that check files beside each other, as many as the smallest runners have cores.
_JOBS = 2


def figures(files: int = _FILES) -> list[Figure]:
    """Without a cache, for all files and for each sort of them; by two processes; with a warm one.

    All files, and those of each sort, are one run of either program, and both run side by side.
    What two processes take is the time until they end, beside the time of yamllint, which uses one.
    """
    with tempfile.TemporaryDirectory() as folder:
        place, kept = Path(folder, "files"), Path(folder, "kept")
        sorts = write(place, files)
        (linted, checked), *by_sort = _side_by_side([place, *(c.folder for c in sorts)])
        together = _elapsed(place)
        _, *warm = (
            cost([*_CHECK, str(place)], _FOUND, CNNAUDIT_CACHE_DIR=str(kept)).seconds
            for _ in range(1 + _WARM)
        )
    count = sum(corpus.files for corpus in sorts)
    what = f"`check` of {count:,} files"
    compared = "files per second, in yamllint's"
    return [
        _ratio(f"{what}, no cache: {compared}", linted, checked, count, 1.8),
        _ratio(f"the same with `--jobs {_JOBS}`", linted, together, count, 3),
        *(_of_sort(corpus, *seconds) for corpus, seconds in zip(sorts, by_sort, strict=True)),
        _ratio(f"{what}, warm cache: {compared}", linted, min(warm), count, 10),
    ]


def _side_by_side(folders: Sequence[Path]) -> Iterator[tuple[float | None, float]]:
    """For each folder, what yamllint took for its files and what `check` did, in the same time."""
    with ThreadPoolExecutor(1) as beside:
        for folder in folders:
            linting = beside.submit(_linted, folder)
            checked = _checked(folder)
            yield linting.result(), checked


def _of_sort(corpus: Corpus, lint: float | None, check: float) -> Figure:
    lines, layers = corpus.lines / corpus.files, corpus.layers / corpus.files
    what = f"the same, {corpus.folder.name}: {lines:.0f} lines and {layers:.0f} layers a file"
    return _ratio(what, lint, check, corpus.files)


def _checked(folder: Path) -> float:
    return cost([*_CHECK, "--no-cache", str(folder)], _FOUND).seconds


def _elapsed(folder: Path) -> float:
    """The seconds until several processes have checked the files."""
    start = time.monotonic()
    jobs = [program("cnnaudit"), "check", "--jobs", str(_JOBS), "-q", "--no-cache"]
    cost([*jobs, str(folder)], _FOUND)
    return time.monotonic() - start


def _linted(folder: Path) -> float | None:
    if find_spec("yamllint") is None:
        return None
    return cost([program("yamllint"), "-d", "default", str(folder)], _FOUND).seconds


def _ratio(
    what: str, theirs: float | None, ours: float, files: int, least: float | None = None
) -> Figure:
    if theirs is None:
        return Figure(what, None, least=least)
    detail = f"{files / ours:,.0f}/s, {files / theirs:,.0f}/s"
    return Figure(what, theirs / ours, least=least, detail=detail)
