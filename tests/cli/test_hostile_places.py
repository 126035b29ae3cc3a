"""Folders that may not be read, links that lead nowhere, files that change, runs side by side."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnaudit.checking import runner
from tests.support import ROOT, chain, nobody, run

NET = chain("{conv: 8, kernel: 3, activation: relu}", "flatten", "{dense: 10, activation: softmax}")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNAUDIT_CACHE_DIR", str(tmp_path / ".cache"))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("net.yaml").write_text(NET)
    return tmp_path


# What may not be read -----------------------------------------------------------------------------


@pytest.fixture
def locked(here: Path) -> Iterator[None]:
    """A folder, and files, that this process may not read; nor may it search those above."""
    for name in ("dark", "open"):
        Path(name).mkdir()
        Path(name, "x.yaml").write_text(NET)
    Path("secret.yaml").write_text(NET)
    Path("above.yaml").write_text("cnnaudit: 1\nextends: dark/x.yaml\n")
    Path("dark").chmod(0)
    Path("secret.yaml").chmod(0)
    here.chmod(0o777)
    here.parent.chmod(0)
    # What is imported late may lie where only root may read.
    for command in ("report", "check", "explain", "convert", "diff"):
        run(command, "net.yaml", *["net.yaml"] * (command == "diff"))
        run(command, "missing.yaml")
    with nobody():
        yield
    here.parent.chmod(0o700)
    Path("dark").chmod(0o700)


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("report secret.yaml", "secret.yaml: error[CA901]: cannot be read: Permission denied"),
        ("report dark/x.yaml", "dark/x.yaml: error[CA901]: cannot be read: Permission denied"),
        ("explain dark/x.yaml", "dark/x.yaml: error[CA901]: cannot be read: Permission denied"),
        ("diff net.yaml dark/x.yaml", "dark/x.yaml: error[CA901]: cannot be read"),
        ("report dark", "dark: error[CA901]: cannot be read: Permission denied"),
        ("check dark open", "dark: error[CA901] unreadable: cannot be read: Permission denied"),
        ("check .", "dark: error[CA901] unreadable: cannot be read: Permission denied"),
        ("check .", "secret.yaml: error[CA901] unreadable: cannot be read: Permission denied"),
        ("check --skip-others secret.yaml", "secret.yaml: error[CA901] unreadable: cannot be read"),
        ("report .", "secret.yaml: error[CA901]: cannot be read: Permission denied"),
        ("check above.yaml", "above.yaml:2:10: error[CA901] unreadable: dark/x.yaml: cannot be"),
        ("check net.yaml --config dark/x", "dark/x: error[CA901]: cannot be read"),
        ("check net.yaml --baseline dark/b", "the baseline dark/b cannot be read: Permission"),
        ("check net.yaml --baseline dark/b --write-baseline", "dark/b cannot be written"),
        ("check net.yaml --against dark/b.json", "dark/b.json: cannot be read: Permission"),
        ("convert net.yaml -o dark/y.yaml", "dark/y.yaml cannot be written: Permission denied"),
    ],
)
def test_what_may_not_be_read_is_named(arguments: str, says: str) -> None:
    result = run(*arguments.split())
    assert result.exit_code == 2, result.output
    assert says in result.output
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("locked")
def test_folders_above_that_may_not_be_searched_are_no_obstacle() -> None:
    assert run("check", "net.yaml", "--select", "CA9").exit_code == 0
    assert run("report", "net.yaml", "-q").exit_code == 0


# Links --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ("report loop.yaml", 2, "loop.yaml: error[CA901]: cannot be read: Too many levels"),
        ("check loop.yaml", 2, "cannot be read: Too many levels"),
        ("report gone.yaml", 2, "gone.yaml: error[CA901]: there is no such file"),
        ("check net.yaml --config loop.yaml", 2, "Too many levels"),
        ("check net.yaml --baseline loop.yaml", 2, "the baseline loop.yaml cannot be read"),
        ("sweep --merge loop.yaml", 2, "loop.yaml cannot be read"),
        # Its own folder once more, and the link to it is not followed: one file.
        ("check . --select CA9", 0, "1 file, no findings"),
        ("report around/around/net.yaml -f csv", 0, "conv1"),
    ],
)
def test_links_in_a_circle_and_to_nothing(arguments: str, code: int, says: str) -> None:
    Path("loop.yaml").symlink_to("loop.yaml")
    Path("gone.yaml").symlink_to("nowhere.yaml")
    Path("around").symlink_to(".")
    result = run(*arguments.split())
    assert result.exit_code == code, result.output
    assert says in result.output


@pytest.mark.parametrize("link", ["loop.yaml", "nowhere.yaml"])
def test_a_link_to_nothing_is_written_through_or_over(link: str) -> None:
    """RuntimeError: a link to itself."""
    Path("loop.yaml").symlink_to(link)
    assert run("convert", "net.yaml", "-o", "loop.yaml").exit_code == 0
    assert Path("loop.yaml").read_text() == run("convert", "net.yaml").stdout


# Files that change --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (None, "there is no such file"),
        (b"", "there is nothing in it"),
        (b"cnnaudit: 1\nin\xff", "not UTF-8"),
        (b"\x89HDF\r\n\x1a\n", ""),
    ],
)
def test_a_file_that_changes_after_it_was_found(
    left: bytes | None, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the walk over a folder and the check, editors and checkouts replace files."""
    listed = runner.jobs

    def and_then(*arguments: object, **more: object) -> object:
        todo = listed(*arguments, **more)  # type: ignore[arg-type]
        Path("net.yaml").unlink()
        if left is not None:
            Path("net.yaml").write_bytes(left)
        return todo

    monkeypatch.setattr(runner, "jobs", and_then)
    Path("other.yaml").write_text(NET)
    result = run("check", ".", "--select", "CA9", "-f", "json")
    assert result.exit_code == 2, result.output
    answer = json.loads(result.stdout)
    assert {finding["path"] for finding in answer["findings"]} == {"net.yaml"}
    assert says in answer["findings"][0]["message"] or left == b""
    assert answer["summary"]["files"] == 2


# Side by side -------------------------------------------------------------------------------------


def test_runs_on_one_cache_do_not_disturb_each_other() -> None:
    """Each writes whole entries and takes another's for its own."""
    for number in range(30):
        Path(f"{number}.yaml").write_text(NET.replace("conv: 8", f"conv: {number + 4}"))
    command = [sys.executable, "-m", "cnnaudit", "check", ".", "-f", "json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    together = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        for _ in range(3)
    ]
    answers = [process.communicate() for process in together]
    warm = run("check", ".", "-f", "json")
    assert {out.decode() for out, _ in answers} == {warm.stdout}
    assert {err for _, err in answers} == {b""}
    assert {process.returncode for process in together} == {warm.exit_code}
    assert not list(Path(".cache").glob("*/.*")), "an entry was left half-written"
