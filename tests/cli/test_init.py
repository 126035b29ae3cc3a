"""``init``: a file to start from, and nothing overwritten."""

from pathlib import Path

import pytest

from tests.support import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "file", "network"),
    [
        ((), "network.yaml", "network"),
        (("cats",), "cats.yaml", "cats"),
        (("cats.yaml",), "cats.yaml", "cats"),
        (("two words",), "two words.yaml", "two words"),
        (("cats", "-o", "other.yaml"), "other.yaml", "cats"),
        (("-o", "other.yaml"), "other.yaml", "other"),
    ],
)
def test_a_file_is_written_and_the_next_command_named(
    folder: Path, arguments: tuple[str, ...], file: str, network: str
) -> None:
    result = run("init", *arguments)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{file} is written. Next:\n  cnnaudit report ")
    assert [path.name for path in folder.iterdir()] == [file]
    report = run("report", file)
    assert report.exit_code == 0
    assert report.stdout.startswith(f"{network} ({file})")
    assert run("check", file).stdout == "1 file, no findings\n"


def test_no_file_is_overwritten_without_force(folder: Path) -> None:
    (folder / "network.yaml").write_text("mine")
    result = run("init")
    assert result.exit_code == 2
    assert result.stderr == (
        "cnnaudit: error: network.yaml exists: give another name, or --force\n"
    )
    assert (folder / "network.yaml").read_text() == "mine"
    assert run("init", "--force").exit_code == 0
    assert "layers:" in (folder / "network.yaml").read_text()


@pytest.mark.parametrize("option", [("--stdout",), ("-o", "-")])
def test_standard_output(folder: Path, option: tuple[str, ...]) -> None:
    result = run("init", "cats", *option)
    assert "name: cats" in result.stdout
    assert list(folder.iterdir()) == []
    assert run("report", "-", stdin=result.stdout).exit_code == 0


def test_a_copy_of_a_shipped_network(folder: Path) -> None:
    assert run("init", "--from", "zoo:alexnet-adapted").exit_code == 0
    assert "extends: zoo:alexnet\n" in (folder / "alexnet-adapted.yaml").read_text()
    assert run("check", "alexnet-adapted.yaml").exit_code == 0
    assert run("init", "mine", "--from", "lenet-5").exit_code == 0
    assert (folder / "mine.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "zoo:alexnt"), "did you mean 'alexnet'?"),
        (("zoo:alexnet",), "'zoo:alexnet' is a network of the zoo: write `--from zoo:alexnet`"),
        (("none/cats",), "none/cats.yaml cannot be written: No such file or directory"),
        (("a\nb",), "the name of a file holds a character that cannot be shown"),
    ],
)
def test_what_cannot_be_written(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run("init", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert list(folder.iterdir()) == []
