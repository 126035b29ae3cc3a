"""Files per second of ``check`` with all rules, beside yamllint with its own on the same files."""

import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.corpus import Corpus, write
from tests.benchmarks.figures import Cost, Figure, cost, program

_FILES, _ROUNDS = 2_000, 2


def figures(files: int = _FILES, rounds: int = _ROUNDS) -> list[Figure]:
    """Without a cache, for all files and for each sort of them; and with a warm one."""
    with tempfile.TemporaryDirectory() as folder:
        place, kept = Path(folder, "files"), Path(folder, "kept")
        sorts = write(place, files)
        theirs, ours, warm = [], [], []
        for _ in range(rounds):
            theirs += _linted(place)
            ours.append(_checked(place))
        for number in range(rounds + 1):
            run = cost([*_CHECK, str(place)], CNNAUDIT_CACHE_DIR=str(kept))
            warm += [run] if number else []
        count = sum(corpus.files for corpus in sorts)
        what = f"`check` of {count:,} files"
        return [
            _ratio(f"{what}, no cache: files per second, in yamllint's", theirs, ours, count, 3),
            *(_of_sort(corpus) for corpus in sorts),
            _ratio(f"{what}, warm cache: files per second, in yamllint's", theirs, warm, count, 10),
        ]


_CHECK = [program("cnnaudit"), "check", "--jobs", "1", "-q"]


def _of_sort(corpus: Corpus) -> Figure:
    lines, layers = corpus.lines / corpus.files, corpus.layers / corpus.files
    what = f"the same, {corpus.folder.name}: {lines:.0f} lines and {layers:.0f} layers a file"
    return _ratio(what, _linted(corpus.folder), [_checked(corpus.folder)], corpus.files)


def _checked(folder: Path) -> Cost:
    return cost([*_CHECK, "--no-cache", str(folder)])


def _linted(folder: Path) -> list[Cost]:
    if find_spec("yamllint") is None:
        return []
    return [cost([program("yamllint"), "-d", "default", str(folder)])]


def _ratio(
    what: str, theirs: list[Cost], ours: list[Cost], files: int, least: float | None = None
) -> Figure:
    if not theirs:
        return Figure(what, None, least=least)
    them, us = min(run.seconds for run in theirs), min(run.seconds for run in ours)
    detail = f"{files / us:,.0f}/s, {files / them:,.0f}/s"
    return Figure(what, them / us, least=least, detail=detail)
