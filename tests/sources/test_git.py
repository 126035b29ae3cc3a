"""Files of a revision: what is read, from where, by how many processes, and what goes wrong."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from cnnaudit.sources.git import read_revision

from cnnaudit.errors import AuditError

NET = "cnnaudit: 1\ninput: 10\nlayers: [{dense: 10}]\n"


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a commit, as the working folder."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    for name in ("net.yaml", "two words.yaml", "dépôt.yaml", "line\nbreak.yaml", "deep/net.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# {name!r}\n{NET}")
    (tmp_path / "empty.yaml").touch()
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["net.yaml", "two words.yaml", "dépôt.yaml", "line\nbreak.yaml", "deep/net.yaml", "empty.yaml"],
)
def test_what_is_read_is_what_was_committed(name: str, repository: Path) -> None:
    committed = (repository / name).read_bytes()
    (repository / name).write_text("changed since")
    assert read_revision("HEAD", name).data == committed
    assert read_revision("main", f"./deep/../{name}").data == committed


def test_from_a_folder_below(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "deep")
    assert b"deep/net" in read_revision("HEAD", "net.yaml").data
    assert b"'net.yaml'" in read_revision("HEAD", "../net.yaml").data


def test_a_commit_that_came_since_is_seen(repository: Path) -> None:
    read_revision("HEAD", "net.yaml")
    (repository / "net.yaml").write_text("second")
    git("commit", "-q", "-a", "-m", "second")
    assert read_revision("HEAD", "net.yaml").data == b"second"
    assert read_revision("HEAD~1", "net.yaml").data != b"second"


@pytest.mark.parametrize(
    ("revision", "path", "says"),
    [
        ("HEAD", "none.yaml", "not in git: "),
        ("nowhere", "net.yaml", "not in git: "),
        ("HEAD", "deep", "this is a folder, and one file is needed"),
        ("HEAD", "../net.yaml", "'../net.yaml' is outside the repository"),
        ("HEAD", "/net.yaml", "'/net.yaml' is outside the repository"),
        ("--all", "net.yaml", "a revision does not start with '-'"),
    ],
)
def test_what_cannot_be_read(revision: str, path: str, says: str) -> None:
    for _ in range(2):
        with pytest.raises(AuditError) as caught:
            read_revision(revision, path)
        assert caught.value.diagnostics[0].message.startswith(says)
        # What went wrong leaves nothing behind for the next answer.
        assert NET.encode() in read_revision("HEAD", "net.yaml").data


def test_what_is_too_large() -> None:
    with pytest.raises(AuditError) as caught:
        read_revision("HEAD", "net.yaml", 10)
    assert caught.value.diagnostics[0].name == "over-limit"


def test_many_files_are_read_by_one_process(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("git")
    counter = repository / "bin" / "git"
    counter.parent.mkdir()
    counter.write_text(f'#!/bin/sh\necho "$@" >> "{repository}/calls"\nexec "{real}" "$@"\n')
    counter.chmod(counter.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{counter.parent}{os.pathsep}{os.environ['PATH']}")
    for _ in range(20):
        read_revision("HEAD", "net.yaml")
        read_revision("HEAD", "deep/net.yaml")
    assert len((repository / "calls").read_text().splitlines()) == 1


def test_no_repository(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(AuditError) as caught:
        read_revision("HEAD", "net.yaml")
    assert "not a git repository" in caught.value.diagnostics[0].message
