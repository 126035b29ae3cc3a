"""The cache: when an entry holds, and that a broken one is none."""

from pathlib import Path

import pytest

from cnnaudit.checking import cache
from cnnaudit.checking.check_file import check_file
from cnnaudit.checking.results import FileResult
from cnnaudit.checking.runner import Job, RunOptions, check_one
from cnnaudit.checking.settings import CheckSettings
from tests.support import run

TEXT = "cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {name: a, conv: 4, kernel: 11}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(TEXT)


@pytest.fixture
def inspected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really looked at."""
    seen: list[str] = []

    def counting(found: object, variant: object, path: str, *rest: object) -> FileResult:
        seen.append(path)
        return check_file(found, variant, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("cnnaudit.checking.runner.check_file", counting)
    return seen


def check(path: str = "net.yaml", **settings: tuple[str, ...]) -> FileResult:
    cache._hash.cache_clear()
    return check_one(Job(path, CheckSettings(**settings)), RunOptions(cache=Path("store")))  # type: ignore[arg-type]


def test_an_unchanged_file_is_not_looked_at_again(inspected: list[str]) -> None:
    first = check()
    assert first.findings
    assert check() == first
    assert inspected == ["net.yaml"]


def test_content_name_and_settings_are_part_of_the_key(inspected: list[str]) -> None:
    check()
    Path("net.yaml").write_text(TEXT + "# more\n")
    check()
    Path("other.yaml").write_text(TEXT)
    check("other.yaml")
    check(ignore=("narrow-layer",))
    assert len(inspected) == 4


def test_a_file_that_is_extended_is_part_of_it(inspected: list[str]) -> None:
    Path("top.yaml").write_text("cnnaudit: 1\nextends: net.yaml\n")
    check("top.yaml")
    check("top.yaml")
    assert len(inspected) == 1
    Path("net.yaml").write_text(TEXT.replace("conv: 4", "conv: 64"))
    assert "narrow-layer" not in {finding.name for finding in check("top.yaml").findings}
    assert len(inspected) == 2


def test_errors_are_not_kept(inspected: list[str]) -> None:
    Path("top.yaml").write_text("cnnaudit: 1\nextends: missing.yaml\n")
    assert check("top.yaml").totals is None
    Path("missing.yaml").write_text(TEXT)
    assert check("top.yaml").totals is not None


@pytest.mark.parametrize(
    "junk", [b"", b"{", b"\xff\xfe", b"[]", b"{}", b'{"reads": {}}', b"[" * 10**5]
)
def test_a_broken_entry_is_none(inspected: list[str], junk: bytes) -> None:
    first = check()
    (entry,) = Path("store").glob("*/*.json")
    entry.write_bytes(junk)
    assert check() == first
    assert len(inspected) == 2
    assert check() == first
    assert len(inspected) == 2


def test_a_folder_that_cannot_be_written_is_done_without(inspected: list[str]) -> None:
    Path("store").write_text("a file is in the way")
    assert check().findings
    assert check().findings
    assert len(inspected) == 2


def test_no_half_written_entry_is_left(inspected: list[str]) -> None:
    check()
    assert not [path for path in Path("store").rglob("*") if path.name.startswith(".")]


def test_old_entries_are_removed_once_a_day() -> None:
    import os

    check()
    (entry,) = Path("store").glob("*/*.json")
    store = cache.Cache(Path("store"))
    store.prune()
    assert entry.exists()
    os.utime(entry, (0, 0))
    store.prune()
    assert entry.exists(), "pruned twice on a day"
    os.utime(Path("store/pruned"), (0, 0))
    store.prune()
    assert not entry.exists()


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run as a number that no list of users knows."""

    def nobody(_number: int) -> None:
        raise KeyError

    for name in ("CNNAUDIT_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert cache.default_folder() is None
    assert run("check", "zoo:lenet-5-rgb", "-q").exit_code == 0
